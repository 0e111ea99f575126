/* A work list while it stands: what others changed, whether we are connected. Rows never move. */
(() => {
  "use strict";
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const live = one("#live");
  const EVERY = 15000, HIDDEN = 30000, LOST = 5000;

  // ---- what changed: asked with the tag of the last answer

  const shown = new Map(); // row by row, what was last put in
  const told = new Set(); // critical tasks that were announced
  let tag = "";
  let timer = 0;
  let asking = false;

  async function ask() {
    if (asking) return;
    asking = true;
    clearTimeout(timer);
    try {
      await hear();
      connected();
    } catch {
      lost();
    }
    asking = false;
    timer = setTimeout(ask, lostAt ? LOST : document.hidden ? HIDDEN : EVERY);
  }

  async function hear() {
    const rows = all("[data-list] tbody tr[data-task]:not(.st-done)").map((row) => row.dataset.task);
    const answer = await fetch(`${live.dataset.live}&rows=${rows.join()}`, {
      headers: { "HX-Request": "true", ...(tag && { "If-None-Match": tag }) },
      signal: AbortSignal.timeout(10000),
    });
    if (answer.status === 401) return location.reload();
    if (answer.status >= 500) throw new Error("no answer");
    if (answer.status === 304) return;
    tag = answer.headers.get("ETag") ?? "";
    if (answer.status === 200) show(await answer.text());
    if (answer.status === 204) live.replaceChildren();
  }

  function show(text) {
    const said = new DOMParser().parseFromString(text, "text/html");
    const strip = one("#strip", said);
    if (live.textContent !== strip.textContent) live.replaceChildren(...strip.childNodes);
    const counts = all(".tabs a", said);
    all(".screen-head .tabs a").forEach((tab, at) => tab.replaceChildren(...counts[at].childNodes));
    for (const row of all("tr[data-task]", said)) swap(row);
    warn(one("#alarm", said));
    count();
  }

  function swap(fresh) {
    const stands = document.getElementById(fresh.id);
    if (!stands || stands.matches(".st-done, .is-busy")) return;
    if (shown.get(fresh.id) === fresh.innerHTML) return;
    shown.set(fresh.id, fresh.innerHTML);
    const focus = stands.contains(document.activeElement) && document.activeElement;
    const isOpen = fresh.matches(".st-open, .st-hold");
    fresh.classList.toggle("is-open", stands.matches(".is-open"));
    fresh.style.minHeight = `${stands.offsetHeight}px`;
    one(".tick input", fresh).checked = isOpen && one(".tick input", stands).checked;
    for (const stop of all(".c-task a, .tick input", fresh)) stop.tabIndex = one(".c-task a", stands).tabIndex;
    stands.replaceWith(fresh);
    htmx.process(fresh);
    if (focus) one(focus.matches("input") ? ".tick input" : ".c-task a", fresh).focus({ preventScroll: true });
    one(".tick input", fresh).dispatchEvent(new Event("change", { bubbles: true }));
  }

  // ---- how far one is through the list (Clear layout)

  const progress = one("[data-progress]");

  function count() {
    if (!progress) return;
    const list = all("[data-list] tbody tr[data-task]");
    const ended = list.filter((row) => row.matches(".st-done, .st-gone")).length;
    progress.textContent = `${ended} ${progress.dataset.of} ${list.length}`;
    one("progress").value = ended;
  }
  document.addEventListener("htmx:after:swap", count);
  count();

  // ---- selection: Shift extends it, from where it was last changed

  let anchor = null;

  const rowsOf = () => all("[data-list] tbody tr[data-task]");

  function extend(to) {
    const list = rowsOf();
    const [from, until] = [list.indexOf(anchor ?? to), list.indexOf(to)].sort((a, b) => a - b);
    for (const row of list.slice(Math.max(from, 0), until + 1)) one(".tick input", row).checked = true;
    one(".tick input", to).dispatchEvent(new Event("change", { bubbles: true }));
  }

  document.addEventListener("click", (event) => {
    const tick = event.target.closest("[data-list] .tick input");
    if (!tick) return;
    const row = tick.closest("tr");
    if (event.shiftKey && tick.checked && anchor?.isConnected) extend(row);
    anchor = row;
  });

  document.addEventListener("keydown", (event) => {
    if (!event.shiftKey || !/^Arrow(Up|Down)$/.test(event.key) || !event.target.closest("#list")) return;
    anchor ??= event.target.closest("tr[data-task]");
    setTimeout(() => extend(document.activeElement.closest("tr[data-task]") ?? anchor));
  }, true);

  // ---- a critical task that is mine: said once, over nothing that is read

  const banner = one("#banner");

  function warn(alarm) {
    const fresh = alarm?.dataset.tasks.split(" ").filter((id) => !told.has(id)) ?? [];
    if (!fresh.length) return;
    for (const id of fresh) told.add(id);
    const close = document.createElement("button");
    close.className = "btn small quiet";
    close.type = "button";
    close.textContent = banner.dataset.close;
    close.addEventListener("click", () => banner.replaceChildren());
    banner.replaceChildren(...alarm.children, close);
  }

  // ---- not connected: reading goes on, doing does not

  const bar = one("#offline");
  let lostAt = null;

  const doing = () => all('main form[method="post"] button, #sheet button');

  function lost() {
    for (const button of doing()) button.disabled = true;
    if (lostAt) return;
    lostAt = new Date();
    one("time", bar).textContent = lostAt.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
    bar.hidden = false;
  }

  function connected() {
    if (!lostAt) return;
    lostAt = null;
    bar.hidden = true;
    for (const button of doing()) button.disabled = false;
  }

  for (const kind of ["click", "submit"]) {
    document.addEventListener(kind, (event) => {
      if (!lostAt || !event.target.closest('form[method="post"], [data-action]')) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    }, true);
  }

  addEventListener("offline", ask);
  addEventListener("online", ask);
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  timer = setTimeout(ask, EVERY);
})();
