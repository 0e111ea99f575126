/* Warns a minute before the screen locks, and then leaves nothing of the page behind. The server counts; this asks. */
(() => {
  "use strict";
  const root = document.documentElement;
  const box = document.getElementById("leaving");

  // A page that the browser kept is asked for again: it may have been locked, or signed out, since.
  addEventListener("pageshow", (event) => event.persisted && location.reload());

  // What a page asks by itself, on a timer, is no sign that somebody is there.
  document.addEventListener("htmx:config:request", (event) => {
    const { sourceEvent, request } = event.detail.ctx;
    if (sourceEvent?.type === "every") request.headers["X-Poll"] = "true";
  });

  if (!box) return;
  const MINUTE = 60000;
  const idle = Number(root.dataset.idle) * 1000;
  const ends = Date.parse(root.dataset.ends);
  let seen = Date.now(); // somebody was here, as far as this tab knows
  let told = seen; // and the server knows it
  let asked = 0;

  const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

  function warn(name) {
    if (box.dataset.says === name) return;
    box.dataset.says = name;
    box.hidden = !name;
    for (const words of box.querySelectorAll("[data-locks], [data-ends]")) words.hidden = !(name in words.dataset);
  }

  function here() {
    seen = Date.now();
    if (box.dataset.says === "locks") warn("");
    else if (seen - told < MINUTE / 2) return;
    told = seen;
    fetch(box.dataset.here, { method: "POST", headers: { "X-CSRFToken": token() } });
  }

  function leave() {
    const back = encodeURIComponent(location.pathname + location.search);
    document.body.replaceChildren();
    location.replace(`${box.dataset.lock}?next=${back}`);
  }

  // Another tab may be in use: the server knows of all of them.
  async function ask() {
    asked = Date.now();
    const answer = await fetch(box.dataset.left, { headers: { "X-Poll": "true" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return answer || Date.now() - seen >= idle ? leave() : undefined;
    const { lock, end } = await answer.json();
    if (Math.min(lock, end) <= 0) return leave();
    seen = Date.now() - (idle - lock * 1000);
    warn(end * 1000 <= MINUTE ? "ends" : lock * 1000 <= MINUTE ? "locks" : "");
  }

  function look() {
    const now = Date.now();
    const near = Math.min(seen + idle, ends) - now <= MINUTE;
    if (near && now - asked >= 5000) ask();
  }

  for (const kind of ["keydown", "pointerdown", "wheel"]) addEventListener(kind, here, { passive: true, capture: true });
  box.querySelector("[data-stay]").addEventListener("click", here);
  setInterval(look, 1000);
})();
