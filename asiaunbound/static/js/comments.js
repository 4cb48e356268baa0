// The form works without this. Here it follows the comment it answers, counts its letters and keeps a draft.
(() => {
  "use strict";

  const own = document.currentScript;

  const keep = (key, text) => {
    try {
      if (text) sessionStorage.setItem(key, text);
      else sessionStorage.removeItem(key);
    } catch {
      // A browser that keeps nothing still sends the form.
    }
  };

  const kept = (key) => {
    try {
      return sessionStorage.getItem(key) || "";
    } catch {
      return "";
    }
  };

  const draftKey = (address) => `comment-draft ${address}`;
  // Whom the draft answers: "12 Mara".
  const parentKey = (address) => `comment-draft-parent ${address}`;

  // A commenter's own page: what was sent has arrived.
  if (own && own.dataset.received) {
    keep(draftKey(own.dataset.received), "");
    keep(parentKey(own.dataset.received), "");
  }

  // The address of a comment as a browser shows it has the number of a page, and comments move when others come and go.
  const findComment = async () => {
    const section = document.querySelector("[data-comments]");
    const [, id] = location.hash.match(/^#comment-([0-9]+)$/) || [];
    if (!section || !id || document.getElementById(`comment-${id}`)) return;
    try {
      const found = await fetch(`${section.dataset.comments}at/${id}/`, { method: "HEAD" });
      if (found.ok) location.replace(`${found.url.split("#")[0]}${location.hash}`);
    } catch {
      // Without a network the page is still the post's.
    }
  };
  findComment();
  window.addEventListener("hashchange", findComment);

  const form = document.querySelector("[data-comment-form]");
  if (!form) return;

  const body = form.elements.namedItem("body");
  const parent = form.elements.namedItem("parent");
  const button = form.querySelector("[type=submit]");
  const place = form.closest("section") || form.parentElement;

  const address = new URL(form.action).pathname;

  const keepADraft = () => {
    const key = draftKey(address);
    const isRestored = !body.value && kept(key) !== "";
    if (isRestored) body.value = kept(key);
    body.addEventListener("input", () => keep(key, body.value));
    return isRestored;
  };

  const measure = () => {
    let began = 0;
    form.addEventListener("focusin", () => {
      began = began || performance.now();
    });
    form.addEventListener("submit", () => {
      if (began) form.elements.namedItem("seconds").value = ((performance.now() - began) / 1000).toFixed(1);
    });
  };

  const countLetters = () => {
    const longest = Number(body.dataset.longest);
    const count = document.createElement("p");
    count.className = "comment-count";
    const said = document.createElement("p");
    said.className = "visually-hidden";
    said.setAttribute("aria-live", "polite");
    body.after(count, said);
    const update = () => {
      const letters = [...body.value.trim()].length;
      const words = `${letters.toLocaleString()} ${form.dataset.longestWords.replace("{longest}", longest.toLocaleString())}`;
      count.textContent = words;
      count.classList.toggle("is-over", letters > longest);
      // Spoken only where it matters, and not at every letter.
      const isNear = letters > longest * 0.9;
      if (letters > longest || (isNear && letters % 50 === 0)) said.textContent = words;
      else if (!isNear) said.textContent = "";
    };
    body.addEventListener("input", update);
    update();
  };

  const sendOnce = () => {
    form.addEventListener("submit", (event) => {
      if (button.getAttribute("aria-disabled") === "true") event.preventDefault();
      button.setAttribute("aria-disabled", "true");
      // After a while the network may be the cause, and trying again is right: what is the same is stored once.
      setTimeout(() => button.removeAttribute("aria-disabled"), 8000);
    });
    window.addEventListener("pageshow", () => button.removeAttribute("aria-disabled"));
  };

  const replyInPlace = (isRestored) => {
    const answers = form.querySelector("[data-answers]");
    const home = document.createComment("the form");
    form.before(home);

    const answer = (id, name) => {
      parent.value = id;
      answers.querySelector("[data-answers-name]").textContent = name;
      answers.hidden = !id;
      keep(parentKey(address), id ? `${id} ${name}` : "");
    };

    document.addEventListener("click", (event) => {
      const link = event.target.closest("[data-replies-to]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      answer(link.dataset.repliesTo, link.dataset.name);
      link.closest("article").append(form);
      body.focus();
    });

    // A draft answers whom it answered; whether that comment is still there is said when it is sent.
    const [, id, name] = (isRestored && !parent.value && kept(parentKey(address)).match(/^([0-9]+) (.*)$/s)) || [];
    if (id) {
      answer(id, name);
      document.querySelector(`[data-replies-to="${id}"]`)?.closest("article").append(form);
    }

    answers.querySelector("[data-answers-nobody]").addEventListener("click", (event) => {
      event.preventDefault();
      const link = document.querySelector(`[data-replies-to="${Number(parent.value)}"]`);
      answer("", "");
      home.after(form);
      if (link) link.focus();
      else place.scrollIntoView();
    });

    for (const link of document.querySelectorAll('a[href="#post-a-comment"]:not([data-answers-nobody])')) {
      link.addEventListener("click", () => {
        answer("", "");
        home.after(form);
      });
    }
  };

  const isRestored = keepADraft();
  measure();
  countLetters();
  sendOnce();
  replyInPlace(isRestored);
  document.getElementById("comment-refusal")?.focus();
})();
