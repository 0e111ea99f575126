/* Keys of the message desk, and the two sides of a message that mark each other. All of it works without this file. */
(() => {
  "use strict";
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const raw = one("ol.raw");

  // ---- a field on one side marks itself on the other

  function mark(from) {
    for (const marked of all(".is-pair")) marked.classList.remove("is-pair");
    const other = from && document.getElementById(from.dataset.pair);
    if (!other) return;
    other.classList.add("is-pair");
    from.classList.add("is-pair");
  }

  const pairOf = (target) => target.closest?.("[data-pair]");
  document.addEventListener("mouseover", (event) => pairOf(event.target) && mark(pairOf(event.target)));
  document.addEventListener("focusin", (event) => pairOf(event.target) && mark(pairOf(event.target)));

  // The raw side is one tab stop: arrows go from field to field, up and down from line to line.
  const fields = () => all("a[data-pair]", raw ?? document.createElement("i"));
  function rove(current) {
    for (const field of fields()) field.tabIndex = field === current ? 0 : -1;
  }
  function go(field) {
    if (!field) return;
    rove(field);
    field.focus();
  }
  function beside(field, lines) {
    const here = field.closest("li");
    let line = here;
    do line = lines > 0 ? line.nextElementSibling : line.previousElementSibling;
    while (line && !one("a[data-pair]", line));
    return line && one("a[data-pair]", line);
  }
  const MOVES = {
    ArrowRight: (field) => fields()[fields().indexOf(field) + 1],
    ArrowLeft: (field) => fields()[fields().indexOf(field) - 1],
    ArrowDown: (field) => beside(field, 1),
    ArrowUp: (field) => beside(field, -1),
  };

  // ---- lists: `/` to the search, j and k from row to row, Enter opens

  const links = () => all("tr[data-row] .cell-link");
  function step(by) {
    const list = links();
    const at = list.indexOf(document.activeElement);
    const next = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, at + by))];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }
  const KEYS = { j: () => step(1), k: () => step(-1), "/": () => one("#q")?.select() };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = event.target;
    if (Object.hasOwn(MOVES, event.key) && at.matches("ol.raw a[data-pair]")) {
      event.preventDefault();
      return go(MOVES[event.key](at));
    }
    const typing = at.matches("textarea, select, input:not([type=checkbox], [type=radio])");
    if (typing || document.documentElement.dataset.keys === "off" || !Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    KEYS[event.key]();
    if (event.key === "/") one("#q")?.focus();
  });

  // ---- the wait for a first message: asked for again and again, answered in full only when it is another

  const PAUSE = 2000;
  async function wait() {
    const part = one("[data-poll]");
    if (!part) return;
    const headers = { "If-None-Match": `"${part.dataset.tag}"` };
    const answer = await fetch(part.dataset.poll, { headers, cache: "no-store" }).catch(() => null);
    if (answer?.status === 200) {
      const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = parsed.getElementById(part.id);
      if (fresh) part.replaceWith(document.adoptNode(fresh));
    }
    setTimeout(wait, PAUSE);
  }

  setTimeout(wait, PAUSE);
  if (raw) rove(fields()[0]);
})();
