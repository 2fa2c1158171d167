// The inbox: its list is fetched again by itself, and it is worked by keyboard.
// The keys: J and K move, 1 accepts (or wins), 2 promotes, 3 or R rejects (or loses).
// No key fires while a field has the focus, or together with Ctrl, Alt or Meta.

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  1: () => decide("accept") || decide("win"),
  2: () => decide("promote"),
  3: () => decide("reject") || decide("lose"),
  r: () => decide("reject") || decide("lose"),
};

function rows() {
  return [...document.querySelectorAll("[data-lead]")];
}

function move(by) {
  const all = rows();
  const current = all.findIndex((row) => row.getAttribute("aria-current") === "true");
  const next = all[Math.min(Math.max(current + by, 0), all.length - 1)];
  if (!next || next === all[current]) return;
  next.click();
  next.focus();
}

function decide(verdict) {
  const element = document.querySelector(`[data-verdict="${verdict}"]`);
  if (!element) return false;
  if (element.matches("form")) {
    element.requestSubmit();
  } else {
    element.open = true;
    element.querySelector("input:not([type=hidden]), select, textarea").focus();
  }
  return true;
}

function mark(lead) {
  for (const row of rows()) {
    if (row.dataset.lead === lead) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) {
    if (event.key === "Escape") event.target.closest("details[data-verdict]")?.removeAttribute("open");
    return;
  }
  const act = KEYS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});

// The list stays as it is while another lead opens beside it: only the mark moves.
document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-lead]");
  if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
  mark(row.dataset.lead);
  document.getElementById("inbox").classList.add("inbox--named");
});

// Whoever comes back to this tab sees what came meanwhile.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) htmx.trigger("#queue", "refresh");
});

// Signed out meanwhile: the list stays until the next click asks for the password.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.id === "queue" && !event.detail.serverResponse.includes('id="queue"')) {
    event.detail.shouldSwap = false;
  }
});

// A fetched list marks its best lead: the open one keeps the mark. After a verdict the keyboard
// and a screen reader go on at the lead that is open now.
document.addEventListener("htmx:afterSettle", (event) => {
  const lead = document.getElementById("lead");
  if (event.target.id === "queue") mark(lead.dataset.opened);
  if (event.target.id === "inbox") lead.focus({ preventScroll: true });
});
