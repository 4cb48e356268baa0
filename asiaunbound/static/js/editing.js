"use strict";
/* Makes writing quicker; all of it works without this file. */
{
  const form = document.querySelector("[data-django-prose-editor-configurable]").form;

  // The text box has a label; the editor that takes its place needs it too, whichever of the two scripts is first.
  function name(editor) {
    const label = editor.closest(".form-row").querySelector("label");
    label.id ||= `${label.htmlFor}_label`;
    const attributes = { role: "textbox", "aria-multiline": "true", "aria-labelledby": label.id };
    for (const [attribute, value] of Object.entries(attributes)) editor.setAttribute(attribute, value);
    label.addEventListener("click", () => editor.focus());
  }
  for (const editor of document.querySelectorAll(".ProseMirror[contenteditable]")) name(editor);
  document.addEventListener("prose-editor:ready", (event) => name(event.detail.editor.view.dom));

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
