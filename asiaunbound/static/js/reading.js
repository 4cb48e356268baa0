// What makes reading quicker where there is script; everything here can be done without it.
"use strict";

const opens = (link) => {
  const dialog = document.getElementById(link.dataset.opens);
  if (!dialog || !dialog.showModal) return;
  link.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    dialog.showModal();
  });
  // A click on the dimmed page around the dialog closes it, as Esc and Close do.
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => link.focus());
};

const selects = (element) => {
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = window.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
};

// With its italics where the other program takes them, and as plain text.
const copies = async (element) => {
  const words = element.textContent.trim();
  const plain = new Blob([words], { type: "text/plain" });
  const rich = new Blob([element.innerHTML], { type: "text/html" });
  try {
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": plain, "text/html": rich })]);
  } catch {
    await navigator.clipboard.writeText(words);
  }
};

document.querySelectorAll("a[data-opens]").forEach(opens);

document.querySelectorAll("button[data-copies]").forEach((button) => {
  const text = button.parentElement.querySelector(".citation-text");
  const told = button.closest("[data-copied]");
  const status = told.querySelector("[role=status]");
  const label = button.firstChild;
  const words = label.data;
  let resting = 0;
  // Seen where one looks; the status may be below what a small screen shows of the dialog.
  const says = (sentence) => {
    status.textContent = sentence;
    label.data = sentence;
    clearTimeout(resting);
    resting = setTimeout(() => { label.data = words; }, 2000);
  };
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await copies(text);
      says(told.dataset.copied);
    } catch {
      selects(text);
      says(told.dataset.press);
    }
  });
});

document.querySelectorAll("button[data-prints]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
  if (window.location.hash === "#print") window.print();
});

// In a browser that the pages of the staff have marked as theirs (staff.js), the ways from here to there are shown.
const isOfTheStaff = () => {
  try {
    return localStorage.getItem("staff") === "yes";
  } catch {
    return false;
  }
};

if (isOfTheStaff()) {
  document.querySelectorAll("[data-for-staff]").forEach((way) => { way.hidden = false; });
}
