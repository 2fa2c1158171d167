// What every page does: menus, dialogs, the sidebar, filters, the choice of colours.

const YEAR = 31536000;

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

// Of tabs that are wider than the page, the one that is open can be seen.
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  const tabs = tab.parentElement;
  tabs.scrollLeft = tab.offsetLeft + tab.offsetWidth - tabs.offsetLeft - tabs.clientWidth + tab.offsetWidth / 2;
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details[data-menu]"));

  const toggle = event.target.closest("[data-toggles]");
  if (toggle) {
    const opens = toggle.getAttribute("aria-expanded") !== "true";
    toggle.setAttribute("aria-expanded", String(opens));
  }

  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();

  const closer = event.target.closest("[data-closes]");
  if (closer) closer.closest("dialog").close();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details[data-menu][open]");
  closeMenus();
  menu?.querySelector("summary").focus();
});

document.addEventListener("change", (event) => {
  const scheme = event.target.dataset.scheme;
  if (scheme) {
    document.querySelector("meta[name=color-scheme]").content = scheme;
    document.cookie = `colour_scheme=${event.target.value}; path=/; max-age=${YEAR}; samesite=lax`;
    document.dispatchEvent(new Event("colour-scheme"));
  }
  const filters = event.target.closest("form[data-filters]");
  if (filters && event.target.matches("select, [type=checkbox], [type=date]")) {
    filters.requestSubmit();
  }
});

// Addresses name only the filters in use.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-filters]")) return;
  for (const field of event.target.elements) {
    if (field.name && !field.value) field.disabled = true;
  }
});

// Signed out meanwhile: the page stays, with what was typed, and says so.
document.addEventListener("htmx:responseError", (event) => {
  const said = document.getElementById("signed-out");
  if (event.detail.xhr.status !== 401 || !said) return;
  const here = encodeURIComponent(location.pathname + location.search);
  const link = said.querySelector("a");
  link.href = `${link.pathname}?next=${here}`;
  said.hidden = false;
});

// Coming back by the history finds the filters as they were sent.
window.addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("form[data-filters] [disabled]")) {
    field.disabled = false;
  }
});
