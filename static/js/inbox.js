// The inbox: its list is asked for again by itself, rows are marked and chosen, messages go.
// The keys are in inbox_keys.js.

const UNDO_SECONDS = 10;
const SHOWN_SECONDS = 6;

function rows() {
  return [...document.querySelectorAll("[data-lead]")];
}

let marked = null;

function mark(lead) {
  marked = lead;
  for (const row of rows()) {
    if (row.dataset.lead === lead) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

// --- choosing rows -----------------------------------------------------------------------------

let chosenLeads = new Set();

function boxes() {
  return [...document.querySelectorAll('[name="chosen"][form="bulk"]')];
}

function leadOf(box) {
  return box.value.split(":")[0];
}

function showChosen() {
  const bulk = document.getElementById("bulk");
  if (!bulk) return;
  chosenLeads = new Set(boxes().filter((box) => box.checked).map(leadOf));
  bulk.dataset.any = String(chosenLeads.size > 0);
  document.querySelector("[data-chosen]").textContent =
    chosenLeads.size === 1 ? "1 lead chosen" : `${chosenLeads.size} leads chosen`;
}

document.addEventListener("change", (event) => {
  if (event.target.name === "chosen") showChosen();
});

document.addEventListener("reset", (event) => {
  if (event.target.id === "bulk") setTimeout(showChosen);
});

// --- messages ------------------------------------------------------------------------------------

function letGo(message, seconds) {
  message.dataset.seen = "yes";
  setTimeout(() => {
    message.dataset.gone = "yes";
    message.remove();
  }, seconds * 1000);
}

// What went wrong stays until it is closed.
function watchMessages() {
  for (const message of document.querySelectorAll(".said__one:not([data-seen])")) {
    if (message.matches("[data-undoable]")) letGo(message, UNDO_SECONDS);
    else if (message.matches(".said__one--success")) letGo(message, SHOWN_SECONDS);
  }
}

// What can still be undone stays, below what is said next, so that Z takes back one after another.
let stillUndoable = [];

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.id !== "inbox") return;
  stillUndoable = [...document.querySelectorAll("[data-undoable]:not([data-used])")];
});

document.addEventListener("submit", (event) => {
  if (event.target.dataset.verdict === "undo") event.target.closest("[data-undoable]").dataset.used = "yes";
});

document.addEventListener("click", (event) => {
  event.target.closest("[data-dismisses]")?.closest(".said__one").remove();
});

// --- the list and the open lead ------------------------------------------------------------------

// The list stays as it is while another lead opens beside it: only the mark moves.
document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-lead]");
  if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
  mark(row.dataset.lead);
  document.getElementById("inbox").classList.add("inbox--named");
});

// A lead that could not be fetched leaves the mark at the one that is shown.
for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, (event) => {
    if (event.detail.target?.id === "lead") mark(document.getElementById("lead").dataset.opened);
  });
}

// Whoever comes back to this tab sees what came meanwhile.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) htmx.trigger("#queue", "refresh");
});

// A fetched list keeps the mark of the open lead and what was chosen. After a verdict the keyboard
// and a screen reader go on at the lead that is open now.
document.addEventListener("htmx:afterSettle", (event) => {
  const lead = document.getElementById("lead");
  if (event.target.id === "queue") {
    mark(marked ?? lead.dataset.opened);
    for (const box of boxes()) box.checked = chosenLeads.has(leadOf(box));
  }
  if (event.target.id === "inbox") {
    mark(lead.dataset.opened);
    document.getElementById("messages").append(...stillUndoable.filter((message) => !message.dataset.gone));
    // Whoever is quicker than the page writes in it already.
    if (!lead.contains(document.activeElement)) lead.focus({ preventScroll: true });
  }
  if (event.target.id === "lead") {
    mark(lead.dataset.opened);
    window.scrollTo({ top: 0 });
  }
  showChosen();
  watchMessages();
});

showChosen();
watchMessages();
