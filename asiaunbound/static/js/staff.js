"use strict";
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
