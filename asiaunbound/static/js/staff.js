"use strict";
/* Where a line of ways or tabs is longer than the screen, where one is stands in sight. */
for (const line of document.querySelectorAll(".ways ul, .tabs ul")) {
  const here = line.querySelector("[aria-current]");
  if (here && line.scrollWidth > line.clientWidth) line.scrollLeft = here.offsetLeft - line.offsetLeft - 40;
}
/* Marks the browser of somebody who may pause comments, so that public pages, which are the same for everybody, can show
   it the way to the pause (reading.js). Signing out takes the mark away. */
{
  const isTheirs = document.currentScript.dataset.pauses === "yes";
  try {
    if (isTheirs) localStorage.setItem("staff", "yes");
    else localStorage.removeItem("staff");
  } catch {
    // A browser that keeps nothing shows its staff what it shows readers.
  }
}
