// A block of code that is wider than the page can be scrolled by the keyboard too.
for (const block of document.querySelectorAll("pre")) block.tabIndex = 0;
