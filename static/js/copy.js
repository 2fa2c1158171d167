// A button that copies the text of the element it names.

async function copy(text, source) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Without https there is no clipboard: the text is selected, ready for the keyboard.
  window.getSelection().selectAllChildren(source);
  return undefined;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copies);
  await copy(source.textContent, source);
  button.textContent = navigator.clipboard ? "Copied" : "Selected";
  setTimeout(() => (button.textContent = "Copy"), 2000);
});
