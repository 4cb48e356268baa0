"use strict";
/* Makes writing a post quicker; all of it works without this file. */
{
  const form = document.getElementById("post_form");

  // The text box has a label; the editor that takes its place needs it too.
  document.addEventListener("prose-editor:ready", (event) => {
    const { editor, textarea } = event.detail;
    const label = document.querySelector(`label[for="${textarea.id}"]`);
    if (!label) return;
    label.id ||= `${textarea.id}_label`;
    const attributes = { role: "textbox", "aria-multiline": "true", "aria-labelledby": label.id };
    for (const [name, value] of Object.entries(attributes)) editor.view.dom.setAttribute(name, value);
    label.addEventListener("click", () => editor.commands.focus());
  });

  // Leaving with something unsent asks first.
  let isChanged = Boolean(document.querySelector(".errornote, .conflict"));
  form.addEventListener("input", () => { isChanged = true; });
  form.addEventListener("change", () => { isChanged = true; });
  form.addEventListener("submit", () => { isChanged = false; });
  addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });

  // Authors can be moved up with a button.
  for (const line of document.querySelectorAll(".bylines li:not(:first-child)")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button small";
    button.textContent = "↑";
    const name = line.querySelector("select:last-of-type");
    button.setAttribute("aria-label", `Move up: ${name.getAttribute("aria-label")}`);
    button.addEventListener("click", () => {
      const above = line.previousElementSibling;
      for (const [index, select] of line.querySelectorAll("select").entries()) {
        const other = above.querySelectorAll("select")[index];
        [select.value, other.value] = [other.value, select.value];
      }
      isChanged = true;
      above.querySelector("button")?.focus();
    });
    line.append(button);
  }
}
