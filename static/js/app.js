/* Keys, the open row, sheets and toasts. Every action works without this file; it only makes it quicker. */
(() => {
  "use strict";
  const root = document.documentElement;
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const wide = matchMedia("(min-width: 1024px)");
  const sheet = one("#sheet");
  let wanted = null; // address of the task the pane should show; an answer for another is dropped
  let prefix = 0; // when `g` was pressed

  // ---- the list: one tab stop, arrows or j and k inside

  const ROW = ":is(tr, li)[data-task]";
  const rows = () => all(`[data-list] ${ROW}`);
  const linkOf = (row) => one(".c-task a", row);
  const openRow = () => one("[data-list] .is-open");
  const rowOf = (id) => (id ? document.getElementById(`t-${id}`) : null);
  const isOpen = (row) => row.matches(".st-open, .st-hold") && !row.matches(".is-busy");

  function rove(current) {
    for (const row of rows()) {
      for (const stop of all(".c-task a, .tick input, [data-tell]", row)) stop.tabIndex = row === current ? 0 : -1;
    }
  }

  function open(row, { focus = true, stale = !shows(row) } = {}) {
    if (!row) return;
    openRow()?.classList.remove("is-open");
    row.classList.add("is-open");
    rove(row);
    const link = linkOf(row);
    if (focus) link.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    if (!wide.matches || !one("#pane")) return;
    closeSheet();
    wanted = link.getAttribute("href");
    one("#pane").classList.toggle("is-stale", stale);
    const here = new URL(location.href);
    here.searchParams.set("task", row.dataset.task);
    history.replaceState(history.state, "", here);
    htmx.ajax("GET", wanted, { source: "#pane", target: "#pane", swap: "innerHTML" });
  }

  // Until the pane shows the open row's task, nothing may be done: one patient's row, another's result.
  const shows = (row) => one("#pane [data-task]")?.dataset.task === row.dataset.task;

  function step(by) {
    const list = rows();
    const at = list.indexOf(document.activeElement?.closest(ROW) ?? openRow());
    open(list[Math.min(list.length - 1, Math.max(0, at + by))]);
  }

  function nextOpen(after) {
    const list = rows();
    const at = list.indexOf(after);
    return list.slice(at + 1).find(isOpen) ?? list.slice(0, Math.max(at, 0)).reverse().find(isOpen);
  }

  // ---- sheets: the form of one action

  function showSheet(opener) {
    if (!sheet.matches(":popover-open")) sheet.showPopover();
    sheet.opener = opener ?? sheet.opener;
    one("[autofocus], button, input, select, textarea", sheet)?.focus();
  }

  function closeSheet(refocus = false) {
    if (!sheet?.matches(":popover-open")) return;
    sheet.hidePopover(); // its form stays until the next one: a request may still be under way from it
    if (refocus) (openRow() ? linkOf(openRow()) : sheet.opener)?.focus();
  }

  function act(code) {
    const control = one(`#task [data-action="${code}"]`);
    if (!control || one("#pane.is-stale")) return;
    if (control.dataset.why) return toast(control.dataset.why);
    const ready = one(`#task template[data-sheet="${code}"]`);
    if (!ready) return control.click();
    sheet.replaceChildren(ready.content.cloneNode(true));
    sheet.className = `sheet ${[...one("#task").classList].find((name) => name.startsWith("lvl-")) ?? ""}`;
    htmx.process(sheet);
    showSheet(control);
  }

  // ---- due words: counted down while the page stands, by the rule of dashboards/due.py

  const ahead = Date.now() - Date.parse(root.dataset.now); // of the server's clock

  function counted(seconds) {
    if (seconds < 60) return root.dataset.under;
    if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
    return seconds < 172800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86400)} d`;
  }

  function countDown() {
    const now = Date.now() - ahead;
    for (const at of all("time[data-left]")) {
      const left = (Date.parse(at.dateTime) - now) / 1000;
      const said = (left > 0 ? at.dataset.left : at.dataset.late).replace("{}", counted(Math.abs(left)));
      if (at.textContent !== said) at.textContent = said;
      const tone = left <= 0 ? "late" : now >= Date.parse(at.dataset.soon) ? "soon" : "plain";
      at.closest(".due").className = `due tone-${tone}`;
    }
  }
  setInterval(countDown, 5000);

  // ---- toasts

  function toast(text) {
    const box = document.createElement("p");
    box.className = "toast";
    const words = document.createElement("span");
    words.textContent = text;
    box.append(words);
    one("#toasts").replaceChildren(box);
    fade(box);
  }

  function fade(box) {
    clearTimeout(fade.timer);
    fade.timer = setTimeout(() => !box.matches(":hover, :focus-within") && box.remove(), 12000);
  }

  // ---- keys: letters, digits and `?`; only with the list, the task or a sheet in focus

  // An action is known by its usual key; a member may have put another in its place (dashboards/keys.py).
  const mine = JSON.parse(root.dataset.keymap || "{}");
  const ANYWHERE = ["/", "g", "?"];
  const KEYS = {
    j: () => step(1),
    k: () => step(-1),
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    e: () => act(one('#task [data-action="await-final"]') ? "await-final" : "complete"),
    c: () => act(one('#task [data-action="release"]:not([aria-disabled])') ? "release" : "claim"),
    y: () => act("acknowledge"),
    a: () => act("assign"),
    h: () => act(one('#task [data-action="resume"]') ? "resume" : "hold"),
    f: () => act("copy"),
    i: () => act("note"),
    m: () => one("[data-tell]", document.activeElement?.closest("[data-task]") ?? openRow() ?? document)?.click(),
    n: () => one('[data-action="next"]')?.click(),
    x: () => {
      const row = document.activeElement?.closest("tr[data-task]") ?? openRow();
      if (row) one(".tick input", row).click();
    },
    z: () => one("#undo-last")?.requestSubmit(),
    v: () => one("#bulk button")?.focus(),
    s: () => one("#views summary")?.click(),
    r: () => location.reload(),
    g: () => (prefix = Date.now()),
    "?": () => one("#keys")?.showModal(),
    "/": () => find(),
  };

  // The box of the page, else of the rail, else the page of its own.
  function find() {
    const box = all('input[type="search"]').find((field) => field.checkVisibility());
    if (!box) return one("[data-find]")?.click();
    box.focus();
    box.select();
  }

  function digit(key) {
    const choice = one(`[data-digit="${key}"]`, sheet);
    if (!choice) return false;
    choice.click();
    if (choice.matches("input")) one("[data-after-outcome]", sheet)?.focus();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && sheet?.matches(":popover-open")) {
      closeSheet(true);
      return event.preventDefault();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || root.dataset.keys === "off") return;
    const at = event.target;
    const typing = at.matches("textarea, select, input:not([type=checkbox], [type=radio])");
    const swapping = at === document.body && focused; // its row is being replaced and gets the focus back
    if (typing || at.closest("dialog")) return;
    const key = Object.hasOwn(mine, event.key) ? mine[event.key] : event.key;
    if (prefix && Date.now() - prefix < 1500) {
      prefix = 0;
      one(`[data-go="${event.key}"]`)?.click();
      return event.preventDefault();
    }
    if (!ANYWHERE.includes(key) && !(swapping || at.closest("#list, #pane, #sheet, .task"))) return;
    if (sheet?.matches(":popover-open")) {
      if (digit(event.key)) event.preventDefault();
      return;
    }
    const arrow = key.startsWith("Arrow");
    if (event.repeat && !arrow && key !== "j" && key !== "k") return;
    if (!Object.hasOwn(KEYS, key) || (arrow && !at.closest("#list"))) return;
    event.preventDefault();
    KEYS[key]();
  });

  // ---- mouse

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-list] .c-task a");
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
    if (link && plain && event.detail > 0 && wide.matches && one("#pane")) {
      event.preventDefault();
      return open(link.closest("tr"));
    }
    const action = event.target.closest("#task [data-action]");
    if (action?.dataset.why) return toast(action.dataset.why);
    if (action && one(`#task template[data-sheet="${action.dataset.action}"]`)) {
      event.preventDefault();
      return act(action.dataset.action);
    }
    if (event.target.closest("[data-close-sheet]")) {
      event.preventDefault();
      return closeSheet(true);
    }
    if (event.target.closest("[data-step]") && rows().length) {
      event.preventDefault();
      return step(1);
    }
    if (event.target.closest("[data-keys-help]")) one("#keys")?.showModal();
    if (event.target.closest("[data-refresh]")) {
      event.preventDefault();
      return location.reload();
    }
    if (!event.target.closest("[data-menu]")) all("[data-menu][open]").forEach((menu) => (menu.open = false));
  });

  document.addEventListener("change", (event) => {
    const chosen = one("[data-chosen]");
    if (!chosen || !event.target.matches(".tick input")) return;
    const many = all(".tick input:checked").length;
    chosen.textContent = (many === 1 ? chosen.dataset.one : chosen.dataset.many).replace("{}", many);
  });

  // ---- what htmx tells us

  const ctxOf = (event) => event.detail?.ctx ?? {};

  const ending = (event) => {
    const form = ctxOf(event).sourceElement;
    return form?.matches?.("form[data-ends]") ? rowOf(form.dataset.ends) : null;
  };

  const undoing = (event) => ctxOf(event).sourceElement?.id === "undo-last";

  function goOn(row) {
    const next = nextOpen(row);
    if (next) return open(next);
    closeSheet();
    openRow()?.classList.remove("is-open");
    wanted = null;
    one("#pane").classList.remove("is-stale");
    one("#pane").innerHTML = one("#nothing-left").innerHTML;
    one("#pane").focus();
  }

  // One key needs no answer: the next task opens while this one is saved. A form waits for its answer.
  document.addEventListener("htmx:before:request", (event) => {
    if (undoing(event) && wide.matches && openRow()) one("#pane").classList.add("is-stale");
    const row = ending(event);
    if (!row) return;
    row.classList.add("is-busy");
    if (!sheet.contains(ctxOf(event).sourceElement)) goOn(row);
  });

  // A row that is replaced keeps its height, so that nothing below it moves.
  const heights = new Map();
  let focused = "";

  document.addEventListener("htmx:before:swap", (event) => {
    focused = document.activeElement?.closest("tr[data-task]")?.id ?? focused;
    heights.clear();
    for (const row of rows()) heights.set(row.id, row.offsetHeight);
    const { target, request, response } = ctxOf(event);
    const address = request?.action?.split("?")[0];
    if (request?.method === "GET" && target?.id === "pane" && wanted && address !== wanted.split("?")[0])
      return event.preventDefault();
    if (response?.status >= 400 && ending(event)) wanted = linkOf(ending(event)).getAttribute("href");
  });

  document.addEventListener("htmx:after:request", (event) => {
    if (undoing(event)) return open(openRow(), { focus: false, stale: true });
    const row = ending(event);
    if (!row) return;
    row.classList.remove("is-busy");
    if (ctxOf(event).response?.status === 200 && sheet.contains(ctxOf(event).sourceElement)) goOn(rowOf(row.dataset.task));
  });

  document.addEventListener("htmx:after:swap", (event) => {
    const { target, response } = ctxOf(event);
    if (target?.id === "views-panel") one("#view-name")?.focus();
    if (target?.id === "sheet" && sheet.childElementCount) showSheet(document.activeElement);
    // The answer to Done or Undo holds rows only: the pane's own comes by itself.
    const rowsOnly = undoing(event) || (ending(event) && response?.status === 200);
    const inPane = target?.id === "pane" && !rowsOnly;
    if (inPane && response?.status !== 422) closeSheet(true);
    if (inPane) {
      htmx.process(target); // before a key may press a button in it: its form would else leave the page
      target.classList.remove("is-stale");
    }
    const shown = rowOf(one("#pane [data-task]")?.dataset.task);
    if (shown && !shown.matches(".is-open")) {
      openRow()?.classList.remove("is-open");
      shown.classList.add("is-open");
    }
    for (const row of rows()) {
      const before = heights.get(row.id);
      if (before > row.offsetHeight) row.style.minHeight = `${before}px`;
    }
    const lost = focused && document.activeElement === document.body && document.getElementById(focused);
    if (lost) linkOf(lost).focus({ preventScroll: true });
    focused = "";
    const box = one("#toasts .toast");
    if (box) fade(box);
    rove(openRow() ?? rows()[0]);
  });

  document.addEventListener("htmx:error", (event) => {
    ending(event)?.classList.remove("is-busy");
    if (undoing(event)) one("#pane").classList.remove("is-stale");
    const form = ctxOf(event).sourceElement;
    if (form?.matches?.("form")) toast(root.dataset.unsaved);
  });

  // ---- start

  for (const button of all("[data-keys-help]")) button.hidden = root.dataset.keys === "off";
  const first = openRow() ?? rows()[0];
  if (first) {
    rove(first);
    const fresh = document.activeElement === document.body;
    if (wide.matches && (one("#pane") || fresh)) open(first, { focus: fresh });
  }
})();
