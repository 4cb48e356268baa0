"use strict";
/* Makes deciding quicker; all of it works without this file.

   A press sends the form in the background, and the server answers with the rows that take the place of those decided.
   Until it has, the row says so, and what was pressed is kept in this browser: it names the version that was seen, so
   it can be sent again and again and is done once. */
if (document.getElementById("hands")) {
  const hands = document.getElementById("hands");
  const form = hands.closest("form");
  const told = document.getElementById("told");
  const unsaved = document.getElementById("told-unsaved");
  const words = document.getElementById("sentences").dataset;
  const sheet = document.getElementById("keys");
  const KEPT = `desk:${hands.dataset.account}:`;
  const AT_ONCE = ["approve", "reject", "spam", "ticked"];
  const ACTS = [...AT_ONCE, "pending", "undo", "undo_step", "edit", "answer", "take_down"];
  const READ_AGAIN = ["pending", "undo", "undo_step", "edit"];
  const SECONDS_BETWEEN_NEWS = 10;
  const SECONDS_TO_ANSWER = 15;
  // After a decision the next comment lies under the same finger, which may still be coming down a second time.
  const REST = { pointer: 400, key: 120 };
  const PAUSES = [2, 5, 10, 30];

  const line = [];
  const opened = new Map();
  const done = [];
  let current = null;
  let decidedAt = -Infinity;
  let isSending = false;
  let failures = 0;
  let timer = 0;
  let resting = 0;
  let reading = null;

  const idOf = (row) => row.id.slice("comment-".length);
  const rowOf = (id) => document.getElementById(`comment-${id}`);
  const idsIn = (value) => [...value.matchAll(/(\d+):\d+/g)].map((match) => match[1]);
  const undecided = () => [...form.querySelectorAll("article[data-row]")];
  const isTyped = (row) => [...row.querySelectorAll("textarea, input[type=text]")].some((f) => f.value !== f.defaultValue);
  // What happened is said above the comments, or on a wide screen beside them.
  const isBeside = () => matchMedia("(min-width: 1200px)").matches;
  const isPhone = () => matchMedia("(max-width: 767px)").matches;

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
    made.append(...children);
    return made;
  }

  function say(...sentences) {
    document.getElementById("told-now").replaceChildren(sentences.join(" "));
    told.querySelector(".step")?.remove();
  }

  /* Which comment is the current one, and where it stands. */

  function take(row) {
    if (row === current) return;
    current?.removeAttribute("data-current");
    row?.setAttribute("data-current", "");
    current = row;
  }

  function goTo(row, top) {
    take(row);
    if (!row) return;
    row.focus({ preventScroll: true });
    scrollBy({ top: row.getBoundingClientRect().top - top, behavior: "instant" });
    row.classList.remove("arrives");
    requestAnimationFrame(() => row.classList.add("arrives"));
  }

  function rest() {
    decidedAt = performance.now();
    form.setAttribute("data-resting", "");
    clearTimeout(resting);
    resting = setTimeout(() => form.removeAttribute("data-resting"), REST.pointer);
  }

  function place(row) {
    // Below what is said there, which stands over the page.
    const least = isBeside() ? 8 : Math.max(60, told.getBoundingClientRect().bottom + 8);
    const most = isPhone() ? least : innerHeight * 0.35;
    return Math.min(Math.max(row?.getBoundingClientRect().top ?? most, least), most);
  }

  function after(row) {
    return undecided().find((other) => row.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
  }

  function before(row) {
    return undecided().findLast((other) => row.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_PRECEDING);
  }

  /* What changes above the current comment must not move it. */
  function unmoved(change) {
    const stays = current?.isConnected ? current : null;
    const top = stays?.getBoundingClientRect().top;
    change();
    if (stays?.isConnected) scrollBy({ top: stays.getBoundingClientRect().top - top, behavior: "instant" });
  }

  function replace(old, row) {
    const hadFocus = old.contains(document.activeElement);
    unmoved(() => old.replaceWith(row));
    if (old === current) take(row);
    if (hadFocus) row.focus({ preventScroll: true });
  }

  async function goOn(from) {
    const top = place(from);
    let next = after(from);
    if (!next) {
      const loading = element("p", { id: "loading", class: "nothing", tabindex: "-1" }, words.loading);
      form.append(loading);
      if (!undecided().length) loading.focus();
      if (document.querySelector("#content a[rel=next]")) await readOn();
      // Its row may have been exchanged meanwhile.
      next = after(rowOf(idOf(from)) ?? from) ?? undecided()[0] ?? (await waitForMore());
      loading.remove();
    }
    if (next) goTo(next, top);
    else end();
    if (undecided().length <= 3) readOn();
  }

  /* The next comment, once it is here. Only an answer to what was asked after the last decision says that none waits. */
  async function waitForMore() {
    take(null);
    if (!form.classList.contains("quick")) return null;
    for (let wasLost = false; ; ) {
      const found = await readOn();
      const next = undecided()[0];
      if (next || found.isLast) return next;
      if (found.isLost && !wasLost) say(words.offline);
      wasLost = found.isLost;
      await new Promise((resolve) => setTimeout(resolve, found.isLost ? 2000 : 100));
    }
  }

  function end() {
    take(null);
    document.getElementById("end")?.remove();
    const again = document.querySelector(".tabs [aria-current]")?.href ?? hands.dataset.desk;
    const last = element("p", { id: "end", class: "nothing", tabindex: "-1" }, words.end, " ");
    last.append(element("a", { href: again }, words.more));
    form.append(last);
    last.focus();
  }

  /* The page after this one, or this one anew where none comes after it, put below; whoever asks meanwhile waits too. */
  function readOn() {
    reading ??= readPage().catch(() => ({ isLost: true, isLast: false })).finally(() => { reading = null; });
    return reading;
  }

  async function readPage() {
    const link = document.querySelector("#content a[rel=next]");
    const isDecided = !line.length;
    const page = await read(link?.href ?? location.href);
    if (!page) return { isLost: true, isLast: false };
    const lines = [...form.querySelectorAll("article[data-row], p[data-row], p[data-aside]")];
    const rows = [...page.querySelectorAll("#content article[data-row]")].filter((row) => !document.getElementById(row.id));
    lines.at(-1)?.after(...rows);
    const next = page.querySelector("#content a[rel=next]")?.closest("p");
    if (next && link) link.closest("p").replaceWith(next);
    else link?.closest("p").remove();
    return { isLost: false, isLast: isDecided && !link && !rows.length };
  }

  /* Sending: one after the other, each until it is answered. */

  function pressed(button) {
    const own = button.closest("article[data-row]");
    const isTicked = button.name === "ticked";
    const ticks = isTicked ? [...form.querySelectorAll("article [name=row]:checked")] : [];
    if (isTicked && !ticks.length) return say(words.noneTicked);
    const ids = isTicked ? ticks.map((tick) => idsIn(tick.value)[0]) : idsIn(button.name === "undo_step" ? "" : button.value);
    const wanted = (name) => {
      const prefix = /^(\d+|all)-/.exec(name)?.[1];
      if (prefix) return ids.includes(prefix) || (isTicked && prefix === "all");
      return name !== "row" && name !== "csrfmiddlewaretoken";
    };
    const fields = [...new FormData(form)].filter(([name]) => wanted(name));
    for (const tick of ticks) fields.push(["row", tick.value]);
    fields.push([button.name, button.value]);
    const names = ids.map((id) => rowOf(id)?.querySelector("bdi")?.textContent).filter(Boolean);
    const wish = { act: button.name, ids, fields, label: button.firstChild.textContent.trim(), names, rows: new Map() };
    wish.key = [wish.act, button.value, ...ticks.map((tick) => tick.value)].join(" ");
    if (line.some((other) => other.key === wish.key)) return undefined;
    rest();
    keep(wish);
    line.push(wish);
    if (AT_ONCE.includes(wish.act)) {
      const from = own ?? rowOf(ids[0]);
      const top = place(current && ids.includes(idOf(current)) ? current : from);
      const next = undecided().find((row) => !ids.includes(idOf(row)) && from.compareDocumentPosition(row) & 4);
      wish.ids.forEach((id) => setAside(wish, id));
      if (next) goTo(next, top);
      else goOn(rowOf(ids[0]));
      if (undecided().length <= 3) readOn();
    } else {
      own?.setAttribute("aria-busy", "true");
    }
    return send();
  }

  /* In a row's place, what was pressed and that nobody has confirmed it yet. */
  function setAside(wish, id) {
    const row = rowOf(id);
    if (!row || wish.rows.has(id)) return;
    const name = row.querySelector("bdi")?.textContent ?? "";
    const state = element("em", {}, words.sending);
    const said = element("span", {}, element("bdi", {}, name), `: ${wish.label}, `, state);
    const back = element("button", { type: "button", class: "plain", hidden: "" }, words.back);
    back.addEventListener("click", () => takeBack(wish));
    const aside = element("p", { id: row.id, class: "done unsaved", "data-aside": "", tabindex: "-1" }, said, back);
    wish.rows.set(id, row);
    unmoved(() => row.replaceWith(aside));
  }

  function putBack(wish) {
    for (const [id, row] of wish.rows) {
      const aside = rowOf(id);
      if (aside?.hasAttribute("data-aside")) replace(aside, row);
    }
    for (const id of wish.ids) rowOf(id)?.removeAttribute("aria-busy");
  }

  function takeBack(wish) {
    if (isSending && line[0] === wish) return;
    drop(wish);
    putBack(wish);
    goTo(rowOf(wish.ids[0]), place(current));
    list();
  }

  const kept = (wish) => JSON.stringify({ ...wish, rows: undefined, at: Date.now() });

  function keep(wish) {
    try {
      localStorage.setItem(KEPT + wish.key, kept(wish));
    } catch { /* A browser that keeps nothing: the page still has it. */ }
  }

  function drop(wish) {
    line.splice(line.indexOf(wish), 1);
    localStorage.removeItem(KEPT + wish.key);
  }

  async function send() {
    clearTimeout(timer);
    if (isSending || !line.length) return;
    isSending = true;
    try {
      while (line.length && (await sent(line[0])));
    } finally {
      isSending = false;
      list();
    }
    if (line.length) timer = setTimeout(send, 1000 * (PAUSES[failures++] ?? PAUSES.at(-1)));
    else failures = 0;
  }

  async function sent(wish, isSecondTry = false) {
    let answer;
    try {
      answer = await post(wish.fields);
    } catch {
      return notSaved(words.offline);
    }
    const page = await parsed(answer);
    if (page?.getElementById("fragment")) {
      drop(wish);
      carryOut(wish, page.getElementById("fragment"), answer.status);
      return true;
    }
    if (answer.status === 403 && !isSecondTry) {
      const present = await ask(location.href, { headers: {} }).catch(() => null);
      if (!present || present.type === "opaqueredirect") return notSaved(words.signedOut);
      // Signed in again meanwhile: the form has another token now.
      token().value = token((await parsed(present)) ?? document)?.value ?? token().value;
      return sent(wish, true);
    }
    if (answer.status >= 500 || answer.type === "opaqueredirect" || answer.status === 429) {
      return notSaved(answer.type === "opaqueredirect" ? words.signedOut : words.failed);
    }
    drop(wish);
    putBack(wish);
    say(words.refused);
    return true;
  }

  const token = (within = form) => within.querySelector("[name=csrfmiddlewaretoken]");

  function post(fields) {
    const body = new URLSearchParams([["csrfmiddlewaretoken", token().value], ...fields]);
    return ask(hands.dataset.decide, { method: "POST", body });
  }

  function ask(address, more = {}) {
    const options = { headers: { "X-Requested-With": "desk" }, redirect: "manual", credentials: "same-origin" };
    return fetch(address, { ...options, signal: AbortSignal.timeout(1000 * SECONDS_TO_ANSWER), ...more });
  }

  async function parsed(answer) {
    if (!answer.headers.get("Content-Type")?.startsWith("text/html")) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  async function read(address) {
    const answer = await ask(address, { headers: {} });
    return answer.ok ? parsed(answer) : null;
  }

  function notSaved(sentence) {
    // Once, and not at each try.
    if (!failures) say(sentence);
    if (!failures && sentence === words.signedOut) {
      const next = encodeURIComponent(location.pathname + location.search);
      const link = element("a", { href: `${hands.dataset.signIn}?next=${next}` }, words.signIn);
      document.getElementById("told-now").append(" ", link);
    }
    for (const aside of form.querySelectorAll("[data-aside]")) {
      aside.querySelector("em").textContent = words.unsaved;
      aside.querySelector("button").hidden = false;
    }
    for (const row of form.querySelectorAll("[aria-busy]")) row.removeAttribute("aria-busy");
    return false;
  }

  /* What is not saved, by name. */
  function list() {
    unsaved.hidden = !line.length || isSending;
    if (unsaved.hidden) return;
    const named = line.map((wish) => `${wish.names.join(", ")} (${wish.label})`).join("; ");
    const again = element("button", { type: "button", class: "plain" }, words.try);
    again.addEventListener("click", send);
    unsaved.replaceChildren(`${words.listed} ${named} `, again);
  }

  function carryOut(wish, fragment, status) {
    const step = fragment.querySelector(".step");
    const sentences = [...fragment.querySelectorAll("[data-told]")].map((sentence) => sentence.textContent);
    const rows = [...fragment.querySelectorAll("[data-row]")].map((row) => document.adoptNode(row));
    for (const row of rows) {
      const old = rowOf(idOf(row));
      if (old) replace(old, row);
      opened.delete(idOf(row));
    }
    putBack(wish);
    if (wish.act === "undo_step") {
      for (const other of form.querySelectorAll(".step")) if (other.dataset.step === wish.fields.at(-1)[1]) other.remove();
    }
    say(...sentences);
    if (step) told.append(document.adoptNode(step));
    const isDone = status === 200;
    // What was said for these is not meant for the next ones.
    if (isDone && wish.act === "ticked") for (const field of form.querySelectorAll("[name^=all-]")) field.value = "";
    if (isDone && !READ_AGAIN.includes(wish.act)) done.push(step ? { step: step.dataset.step } : { id: wish.ids[0] });
    const shown = rows.find((row) => row.isConnected);
    if (!AT_ONCE.includes(wish.act) && shown) {
      if (shown.matches("article")) goTo(shown, place(shown));
      else goOn(shown);
    }
    (shown?.querySelector("textarea") ?? null)?.focus({ preventScroll: true });
  }

  /* What colleagues do meanwhile. */
  async function hear() {
    const rows = [...form.querySelectorAll("[data-row]:not([data-stale])")].slice(-100);
    if (document.hidden || !rows.length) return;
    const shown = rows.map((row) => row.dataset.row).join(",");
    const answer = await ask(`${hands.dataset.news}?shown=${shown}`).catch(() => null);
    if (!answer || answer.status !== 200) return;
    const page = await parsed(answer);
    for (const row of page.querySelectorAll("#fragment [data-row]")) {
      const old = rowOf(idOf(row));
      if (!old?.dataset.row || !shown.split(",").includes(old.dataset.row)) continue;
      if (isTyped(old) || (row.matches("article") && isBeingRead(old))) warn(old, document.adoptNode(row));
      else replace(old, document.adoptNode(row));
    }
  }

  /* Nobody is to find other words under a finger that is coming down. */
  function isBeingRead(row) {
    const { top, bottom } = row.getBoundingClientRect();
    return row === current || Boolean(row.querySelector("[name=row]:checked")) || (bottom > 0 && top < innerHeight);
  }

  /* What was read or typed at a row stays, with its version: pressing its button then says what has changed. */
  function warn(old, row) {
    const said = row.querySelector(".refused") ?? row.querySelector("span");
    const sentence = element("p", { class: "refused" }, said?.textContent ?? "");
    old.setAttribute("data-stale", "");
    if (row.matches("article") && !isTyped(old)) {
      const show = element("button", { type: "button", class: "plain" }, words.show);
      show.addEventListener("click", () => { replace(old, row); rest(); });
      sentence.append(" ", show);
    }
    unmoved(() => old.querySelector("header").after(sentence));
  }

  /* A row with room to write. */
  async function open(link) {
    const row = link.closest("article[data-row]");
    const ready = opened.get(idOf(row))?.get(link.href);
    let wide = ready?.dataset.row === row.dataset.row ? ready : null;
    if (!wide) {
      const answer = await ask(link.href).catch(() => null);
      const page = answer?.ok ? await parsed(answer) : null;
      const found = page?.querySelector("#fragment [data-row]");
      if (!found) return say(words.offline);
      wide = document.adoptNode(found);
    }
    wide.narrow = row;
    wide.openedBy = link.href;
    replace(row, wide);
    wide.querySelector("textarea, .bar button")?.focus();
    return undefined;
  }

  function close(wide) {
    if (!wide?.narrow) return false;
    // Each of its ways to write keeps what was typed there.
    if (!opened.has(idOf(wide))) opened.set(idOf(wide), new Map());
    opened.get(idOf(wide)).set(wide.openedBy, wide);
    replace(wide, wide.narrow);
    rowOf(idOf(wide)).focus({ preventScroll: true });
    return true;
  }

  /* Hands. */

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.name === "keep") event.preventDefault();
    if (!ACTS.includes(button?.name)) return;
    event.preventDefault();
    pressed(button);
  });

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name]");
    const isTooSoon = event.detail > 0 && form.hasAttribute("data-resting");
    if (button && AT_ONCE.includes(button.name) && (event.detail > 1 || isTooSoon)) event.preventDefault();
    const link = event.target.closest("a[data-open], a[data-close]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.matches("[data-open]") || link.closest("article")?.narrow) event.preventDefault();
    if (link.matches("[data-open]")) open(link);
    else close(link.closest("article"));
  });

  for (const kind of ["focusin", "pointerdown"]) {
    form.addEventListener(kind, (event) => {
      const row = event.target.closest?.("article[data-row]");
      if (row) take(row);
    });
  }

  const press = (button) => button?.isConnected && form.requestSubmit(button);

  function undoLast() {
    const last = done.pop();
    if (!last) return;
    const aside = last.id && rowOf(last.id);
    press(last.step ? form.querySelector(`[name=undo_step][value="${last.step}"]`) : aside?.querySelector("[name=undo]"));
  }

  function tick() {
    const box = current?.querySelector("[name=row]");
    if (!box) return;
    box.checked = !box.checked;
    say(box.checked ? words.ticked : words.unticked);
  }

  function move(row) {
    if (row) goTo(row, place(current));
  }

  const KEYS = {
    j: () => (current && after(current) ? move(after(current)) : current && goOn(current)),
    k: () => move(current && before(current)),
    a: () => press(current?.querySelector("[name=approve]")),
    r: () => press(current?.querySelector("[name=reject]")),
    s: () => press(current?.querySelector("[name=spam]")),
    e: () => current?.querySelector("[data-open=edit]")?.click(),
    z: undoLast,
    x: tick,
    A: () => press(form.querySelector("[name=ticked][value=approve]")),
    R: () => press(form.querySelector("[name=ticked][value=reject]")),
    S: () => press(form.querySelector("[name=ticked][value=spam]")),
    "?": () => sheet.showModal(),
  };
  const MOVES = ["j", "k", "x", "?"];

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("textarea, select, [contenteditable], input:not([type=checkbox])");
    if (event.key === "Escape" && isTyping && close(event.target.closest("article"))) event.preventDefault();
    if (hands.dataset.keys !== "on" || isTyping || sheet.open) return;
    if (event.ctrlKey || event.altKey || event.metaKey || !Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    /* What takes back is never too soon. */
    const isTooSoon = event.key !== "z" && performance.now() - decidedAt < REST.key;
    if (!MOVES.includes(event.key) && (event.repeat || isTooSoon)) return;
    KEYS[event.key]();
  });

  document.getElementById("keys-shown")?.addEventListener("click", () => sheet.showModal());
  document.getElementById("keys-closed")?.addEventListener("click", () => sheet.close());
  addEventListener("online", send);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { hear(); send(); } });
  setInterval(hear, 1000 * SECONDS_BETWEEN_NEWS);

  /* What was not confirmed when this page was left. */
  function bringBack() {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(KEPT));
    const found = keys.map((key) => JSON.parse(localStorage.getItem(key))).sort((one, other) => one.at - other.at);
    for (const wish of found) {
      wish.rows = new Map();
      line.push(wish);
      const versions = JSON.stringify(wish.fields);
      if (!AT_ONCE.includes(wish.act)) continue;
      for (const id of wish.ids) if (versions.includes(`"${rowOf(id)?.dataset.row}"`)) setAside(wish, id);
    }
    list();
    send();
  }

  told.hidden = false;
  /* On the page of one comment nothing comes after it. */
  form.classList.toggle("quick", Boolean(document.querySelector(".tabs")));
  const shown = document.getElementById("keys-shown");
  if (shown) shown.hidden = false;
  take(undecided()[0] ?? null);
  bringBack();
}
