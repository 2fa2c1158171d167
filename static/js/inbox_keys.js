// The keys of the inbox, and the palette of commands (Ctrl K) that teaches them: one table for both.
// No key fires while a field has the focus, or together with Ctrl, Alt or Meta; and none of the
// single ones where the person has turned them off.

const COMMANDS = [
  { key: "j", label: "Next lead", run: () => move(1) },
  { key: "k", label: "Previous lead", run: () => move(-1) },
  { key: "1", label: "Accept the chosen", when: () => bulk("accept"), run: () => bulk("accept").click() },
  { key: "3", also: "r", label: "Reject the chosen, with a reason", when: () => bulk("reject"), run: () => focus('[data-bulk] [name="reason"]') },
  { key: "h", label: "Snooze the chosen until tomorrow", when: () => bulk("snooze"), run: () => bulk("snooze").click() },
  { key: "1", label: "Accept", when: () => verdict("accept"), run: () => decide("accept") },
  { key: "1", label: "Won", when: () => verdict("win"), run: () => decide("win") },
  { key: "2", label: "Promote to SQL", when: () => verdict("promote"), run: () => decide("promote") },
  { key: "3", also: "r", label: "Reject, with a reason", when: () => verdict("reject"), run: () => decide("reject") },
  { key: "3", also: "r", label: "Lost, with a reason", when: () => verdict("lose"), run: () => decide("lose") },
  { key: "4", label: "Pass, and say why not", when: () => verdict("pass"), run: () => decide("pass") },
  { key: "h", label: "Snooze", when: () => verdict("snooze"), run: () => decide("snooze") },
  { key: "l", label: "Log a call, an e-mail or a meeting", when: () => verdict("attempt"), run: () => decide("attempt") },
  { key: "n", label: "Write a note", when: () => verdict("note"), run: () => decide("note") },
  { key: "a", label: "Pass it on to somebody", when: () => verdict("reassign"), run: () => decide("reassign") },
  { key: "g", label: "Accept the whole group", when: () => verdict("group"), run: () => verdict("group").click() },
  { key: "z", label: "Undo", when: () => verdict("undo"), run: () => decide("undo") },
  { key: "x", label: "Choose the lead, to decide for several", run: choose },
  { key: "/", label: "Search", run: () => focus("[data-search]") },
  { key: "f", label: "Filter", run: () => openMenu(".inbox-filters__more") },
  { key: "v", label: "Go to a view: then 1 to 6", run: () => (awaited = chooseView) },
  { key: "?", label: "All keys", run: () => show("keys") },
];

let awaited = null;
let held = [];

// What a key does for the chosen leads goes before what it does for the open one.
function bulk(action) {
  return document.querySelector(`[data-bulk][data-any="true"] [name="action"][value="${action}"]`);
}

// A row is marked at once, its lead is shown when it has come: until then no key may decide for the
// lead that is still there, so keys are held until the marked one is.
function isOpening() {
  const marked = document.querySelector('[data-lead][aria-current="true"]');
  return marked && marked.dataset.lead !== document.getElementById("lead").dataset.opened;
}

function verdict(name) {
  return document.querySelector(`[data-verdict="${name}"]`);
}

function inboxIs() {
  return document.querySelector("[data-inbox]");
}

function move(by) {
  const all = [...document.querySelectorAll("[data-lead]")];
  const current = all.findIndex((row) => row.getAttribute("aria-current") === "true");
  const next = all[Math.min(Math.max(current + by, 0), all.length - 1)];
  if (!next || next === all[current]) return;
  held = [];
  next.click();
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function choose() {
  const current = document.querySelector('[data-lead][aria-current="true"]');
  current?.parentElement.querySelector('[name="chosen"]')?.click();
}

function focus(selector) {
  document.querySelector(selector)?.focus();
}

function openMenu(selector) {
  const menu = document.querySelector(selector);
  if (!menu) return;
  menu.open = true;
  menu.querySelector("input:not([type=hidden]), select")?.focus();
}

function chooseView(key) {
  document.querySelector(`[data-view="${key}"]`)?.click();
}

// A form is sent; one that asks for more is opened, ready for the key of a choice.
function decide(name) {
  const element = verdict(name);
  if (element.matches("form")) {
    element.requestSubmit();
    return;
  }
  element.open = true;
  element.scrollIntoView({ block: "nearest" });
  const first = element.querySelector("[data-choice], input:not([type=hidden]), select, textarea");
  (first ?? element.querySelector("summary")).focus({ preventScroll: true });
}

// In an open verdict the key of a choice chooses it, and sends it unless it asks for more.
function chooseReason(panel, key) {
  const choice = panel.querySelector(`[data-choice="${CSS.escape(key)}"]`);
  if (!choice) return false;
  choice.checked = true;
  const needed = choice.dataset.needs && choice.form.elements[choice.dataset.needs];
  if (needed && !needed.value) needed.focus();
  else choice.form.requestSubmit();
  return true;
}

function typing(target) {
  return target.closest?.("input:not([type=radio], [type=checkbox]), select, textarea, [contenteditable]");
}

function closePanel(target) {
  const panel = target.closest?.("details[data-verdict][open]") ?? document.querySelector("details[data-verdict][open]");
  if (!panel) return false;
  panel.open = false;
  document.getElementById("lead").focus({ preventScroll: true });
  return true;
}

function letChosenGo() {
  if (!document.querySelector('[data-bulk][data-any="true"]')) return false;
  document.getElementById("bulk").reset();
  return true;
}

function whenTyping(event) {
  if (event.key === "Escape" && !closePanel(event.target)) event.target.blur();
}

function press(event) {
  if (!isOpening() || awaited || !forTheLead(event.key.toLowerCase())) return fire(event);
  held.push(event.key);
  return event.preventDefault();
}

function forTheLead(key) {
  return COMMANDS.some((one) => (one.key === key || one.also === key) && one.when && key !== "z");
}

document.addEventListener("htmx:afterSettle", () => {
  if (isOpening()) return;
  for (const key of held.splice(0)) fire(new KeyboardEvent("keydown", { key, cancelable: true }));
});

for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, () => (held = []));
}

function fire(event) {
  const key = event.key.toLowerCase();
  const waiting = awaited;
  awaited = null;
  if (waiting) return waiting(key);
  const panel = document.querySelector("details[data-verdict][open]");
  if (key === "escape") return closePanel(event.target) || letChosenGo();
  if (panel?.querySelector("[data-choice]") && chooseReason(panel, key)) return event.preventDefault();
  const command = COMMANDS.find((one) => (one.key === key || one.also === key) && (!one.when || one.when()));
  if (!command) return undefined;
  event.preventDefault();
  return command.run();
}

document.addEventListener("keydown", (event) => {
  const inbox = inboxIs();
  if (!inbox) return;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    show("palette");
    return;
  }
  if (event.key === "Enter" && event.ctrlKey && event.target.matches("textarea")) {
    event.target.form.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (document.querySelector("dialog[open]")) return;
  if (typing(event.target)) whenTyping(event);
  else if (inbox.dataset.keys === "on") press(event);
});

// --- the dialogs ---------------------------------------------------------------------------------

function keyCap(key) {
  const cap = document.createElement("kbd");
  cap.textContent = key.toUpperCase();
  return cap;
}

function show(id) {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return;
  if (id === "palette") list("");
  else listKeys();
  dialog.showModal();
}

function listKeys() {
  const list = document.querySelector("[data-keys-list]");
  list.replaceChildren(
    ...COMMANDS.flatMap(({ key, label }) => {
      const term = document.createElement("dt");
      const said = document.createElement("dd");
      term.append(keyCap(key));
      said.textContent = label;
      return [term, said];
    }),
  );
}

function commandsNow() {
  const views = [...document.querySelectorAll(".views a")].map((link) => ({
    key: link.dataset.view ? `v ${link.dataset.view}` : "",
    label: `Go to ${link.firstChild.textContent.trim()}`,
    run: () => link.click(),
  }));
  return [...COMMANDS.filter((one) => !one.when || one.when()), ...views];
}

function list(text) {
  const words = text.toLowerCase().split(/\s+/);
  const found = commandsNow().filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
  document.querySelector("[data-commands]").replaceChildren(
    ...found.map((command, at) => {
      const item = document.createElement("li");
      item.role = "option";
      item.id = `command-${at}`;
      item.ariaSelected = String(at === 0);
      item.append(command.label);
      if (command.key) item.append(keyCap(command.key));
      item.addEventListener("click", () => perform(command));
      item.command = command;
      return item;
    }),
  );
  tellSelected();
}

function perform(command) {
  document.getElementById("palette").close();
  command.run();
}

function options() {
  return [...document.querySelectorAll("[data-commands] [role=option]")];
}

function tellSelected() {
  const selected = options().find((item) => item.ariaSelected === "true");
  const input = document.querySelector("[data-palette]");
  if (selected) input.setAttribute("aria-activedescendant", selected.id);
  else input.removeAttribute("aria-activedescendant");
  selected?.scrollIntoView({ block: "nearest" });
}

function select(by) {
  const all = options();
  const now = all.findIndex((item) => item.ariaSelected === "true");
  const next = Math.min(Math.max(now + by, 0), all.length - 1);
  all.forEach((item, at) => (item.ariaSelected = String(at === next)));
  tellSelected();
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-palette]")) list(event.target.value);
});

document.addEventListener("keydown", (event) => {
  if (!event.target.matches("[data-palette]")) return;
  const selected = options().find((item) => item.ariaSelected === "true");
  if (event.key === "ArrowDown") select(1);
  else if (event.key === "ArrowUp") select(-1);
  else if (event.key === "Enter" && selected) perform(selected.command);
  else return;
  event.preventDefault();
});

document.getElementById("palette")?.addEventListener("close", () => {
  document.querySelector("[data-palette]").value = "";
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener?.dataset.opens === "palette") list("");
  if (opener?.dataset.opens === "keys") listKeys();
});

// Whom a lead can go to is fetched when the panel opens: the keyboard goes on in it.
document.addEventListener("htmx:afterSettle", (event) => {
  const panel = event.target.closest?.('[data-verdict="reassign"][open]');
  if (panel?.querySelector("summary") === document.activeElement) panel.querySelector("select")?.focus();
});

// One verdict is open at a time.
document.addEventListener(
  "toggle",
  (event) => {
    if (!event.target.matches?.("details[data-verdict][open]")) return;
    for (const other of document.querySelectorAll("details[data-verdict][open]")) {
      if (other !== event.target) other.open = false;
    }
  },
  true,
);
