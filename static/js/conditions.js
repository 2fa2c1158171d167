// Rows of conditions: an "Add a row" button in each group, a "Remove" that needs no saving, and
// an "Add a group" button. Without this file the spare rows and groups and the check boxes do the
// same. Which fields and values occur, and how many match, is fetched by the htmx attributes.
"use strict";
(() => {
  // Names end in -GROUP-joined or -GROUP-ROW-PART; what stands before is the field's own name.
  const OF_ROW = /-(\d+)-(\d+)-(field|operator|value|remove)$/;
  const OF_GROUP = /-(\d+)-(joined|\d+-(?:field|operator|value|remove))$/;

  const renumber = (element, pattern, replacement) => {
    for (const named of element.querySelectorAll("[name], [id]")) {
      for (const attribute of ["name", "id"]) {
        const value = named.getAttribute(attribute);
        if (value) named.setAttribute(attribute, value.replace(pattern, replacement));
      }
    }
  };

  // A copy without what was typed into it, and what was said of that.
  const emptied = (element) => {
    for (const input of element.querySelectorAll("input[type=text]")) input.value = "";
    for (const box of element.querySelectorAll("input[type=checkbox]")) box.checked = false;
    for (const select of element.querySelectorAll("select")) select.selectedIndex = 0;
    for (const list of element.querySelectorAll("datalist")) list.removeAttribute("id");
    for (const wrong of element.querySelectorAll(".conditions-wrong")) wrong.remove();
    for (const input of element.querySelectorAll("[aria-invalid]")) {
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
    }
    return element;
  };

  // As long as no field is named, all operators are there.
  const offer = (element) => {
    htmx.process(element);
    const field = element.querySelector(".conditions-field");
    htmx.trigger(field, "change");
    field.focus();
  };

  const button = (words, name) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = name;
    made.textContent = words;
    return made;
  };

  const addRow = (group) => {
    const rows = [...group.querySelectorAll(".conditions-row")];
    const last = rows.at(-1);
    const number = Number(last.dataset.row);
    const row = emptied(last.cloneNode(true));
    renumber(row, OF_ROW, `-$1-${number + 1}-$3`);
    row.dataset.row = number + 1;
    row.hidden = false;
    last.after(row);
    offer(row);
  };

  const addGroup = (conditions) => {
    const last = [...conditions.querySelectorAll(".conditions-group")].at(-1);
    const number = Number(last.dataset.group);
    const group = emptied(last.cloneNode(true));
    for (const row of [...group.querySelectorAll(".conditions-row")].slice(1)) row.remove();
    group.querySelector(".conditions-row").hidden = false;
    renumber(group, OF_GROUP, `-${number + 1}-$2`);
    group.dataset.group = number + 1;
    group.querySelector("legend").textContent = `Group ${number + 2}`;
    last.after(group);
    offer(group);
  };

  document.addEventListener("click", (click) => {
    if (click.target.matches(".conditions-add-row")) {
      addRow(click.target.closest(".conditions-group"));
    } else if (click.target.matches(".conditions-add-group")) {
      addGroup(click.target.closest(".conditions"));
    }
  });

  document.addEventListener("change", (change) => {
    if (change.target.matches(".conditions-remove input") && change.target.checked) {
      change.target.closest(".conditions-row").hidden = true;
    }
  });

  // Lists are found by ids, which are others in rows and forms that were added later.
  let lists = 0;
  document.addEventListener("focusin", (focus) => {
    const conditions = focus.target.closest(".conditions");
    if (!conditions) return;
    let list = null;
    if (focus.target.matches(".conditions-field")) {
      list = conditions.querySelector(".conditions-fields");
    } else if (focus.target.matches(".conditions-value")) {
      list = focus.target.nextElementSibling;
      if (!list.id) list.id = `conditions-values-${(lists += 1)}`;
    }
    if (list) focus.target.setAttribute("list", list.id);
  });

  // A preview is asked with its own rows and the form's token, not with the whole form.
  document.addEventListener("htmx:configRequest", (request) => {
    const conditions = request.target;
    if (!conditions.matches(".conditions")) return;
    const sent = request.detail.formData;
    for (const name of [...sent.keys()]) {
      const own = conditions.querySelector(`[name="${CSS.escape(name)}"]`);
      if (!own && name !== "csrfmiddlewaretoken") sent.delete(name);
    }
  });

  document.addEventListener("formset:added", (added) => htmx.process(added.target));

  document.addEventListener("DOMContentLoaded", () => {
    for (const conditions of document.querySelectorAll(".conditions")) {
      conditions.querySelector(".conditions-spare")?.remove();
      for (const group of conditions.querySelectorAll(".conditions-group")) {
        group.append(button("Add a row", "conditions-add-row"));
      }
      conditions.append(button("Add a group", "conditions-add-group"));
    }
  });
})();
