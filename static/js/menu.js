/* The command menu: every page one may open, and what may be done with the task that is open. */
(() => {
  "use strict";
  const menu = document.querySelector("#menu");
  if (!menu) return;
  const field = menu.querySelector("input");
  const [doing, going] = ["[data-doing]", "[data-going]"].map((part) => menu.querySelector(part));
  const entries = () => [...menu.querySelectorAll(".commands li")];
  const shown = () => entries().filter((entry) => !entry.hidden);

  async function open() {
    if (menu.open) return;
    field.value = "";
    doing.replaceChildren(...[...document.querySelectorAll("#task [data-action]:not([aria-disabled])")].map(command));
    menu.showModal();
    narrow();
    if (going.childElementCount) return;
    const answer = await fetch(menu.dataset.from, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return location.assign(menu.dataset.from);
    going.innerHTML = await answer.text();
    narrow();
  }

  // The control of the task itself is pressed, so that its form and its reasons stay the only ones.
  function command(control) {
    const entry = document.createElement("li");
    const button = document.createElement("button");
    const words = document.createElement("span");
    const key = control.querySelector("kbd")?.cloneNode(true);
    words.textContent = control.firstChild.textContent.trim();
    button.append(words);
    if (key) {
      key.classList.add("end");
      button.append(key);
    }
    button.addEventListener("click", () => {
      menu.close();
      control.click();
    });
    entry.append(button);
    return entry;
  }

  function narrow() {
    const typed = field.value.trim().toLowerCase();
    for (const entry of entries()) {
      entry.hidden = !entry.textContent.toLowerCase().includes(typed);
      entry.classList.remove("is-first");
    }
    shown()[0]?.classList.add("is-first");
    const found = menu.querySelector("[data-found]");
    found.textContent = `${found.dataset.words} ${shown().length}`;
    menu.querySelector("[data-none]").hidden = shown().length > 0;
  }

  function move(by) {
    const stops = [field, ...shown().map((entry) => entry.firstElementChild)];
    const at = stops.indexOf(document.activeElement);
    stops[Math.min(stops.length - 1, Math.max(0, at + by))].focus();
  }

  field.addEventListener("input", narrow);
  menu.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) move(by);
    else if (event.key === "Enter" && event.target === field) shown()[0]?.firstElementChild.click();
    else return;
    event.preventDefault();
  });
  menu.addEventListener("click", (event) => event.target === menu && menu.close());
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    open();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-menu-open]")) return;
    event.preventDefault();
    open();
  });
})();
