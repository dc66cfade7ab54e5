"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const main = document.querySelector("main");
  const defaults = [...new URLSearchParams(main.dataset.state)];
  const state = Object.fromEntries(defaults);
  const values = (key) =>
    key === "city" ? all("article").map((a) => a.id)
      : all(`select[name=${key}] option, input[name=${key}]`).map((c) => c.value);

  // The view stands in the address: #city=...&type=...&what=...&by=...
  const read = () => {
    const hash = decodeURIComponent(location.hash.slice(1));
    if (values("city").includes(hash)) { state.city = hash; return; }
    if (hash && !hash.includes("=")) return;
    const given = new URLSearchParams(hash);
    for (const [key, value] of defaults) state[key] = values(key).includes(given.get(key)) ? given.get(key) : value;
  };

  const show = () => {
    for (const part of all("[data-if]")) {
      const [key, value] = part.dataset.if.split("=");
      part.hidden = state[key] !== value;
    }
    document.title = all("article").find((article) => !article.hidden).querySelector("h1").textContent;
    for (const link of all("nav.cities a")) {
      if (link.hash === "#" + state.city) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    for (const control of all("select, input")) {
      if (!(control.name in state)) continue;
      if (control.type === "radio") control.checked = control.value === state[control.name];
      else control.value = state[control.name];
    }
    for (const body of all(".sortable tbody")) {
      const figure = (row) => parseFloat(row.querySelector("b")?.textContent ?? "-1");
      const rows = [...body.rows];
      rows.forEach((row, place) => { row.dataset.place ??= place; });
      rows.sort((a, b) => (state.sort === "size" && figure(b) - figure(a)) || a.dataset.place - b.dataset.place);
      body.append(...rows);
    }
  };

  const keep = (how) => history[how](null, "", "#" + new URLSearchParams(state));

  // One line of a chart in words, read from the line itself.
  const say = (chart, row) => {
    for (const other of all(".on", chart)) other.classList.remove("on");
    row.classList.add("on");
    const heading = row.parentElement.querySelector(".g")?.textContent;
    const [label, remark] = [row.cells[0].firstChild.textContent.trim(), row.cells[0].querySelector("small")?.textContent];
    const last = row.cells[row.cells.length - 1];
    const figure = last.querySelector("b")?.textContent;
    const words = figure
      ? `${figure}, likely between ${last.querySelector("small").textContent.replace(" to ", " and ")} (19 times in 20)`
      : last.textContent.replace("\u25c7", "").trim();
    chart.querySelector(".say").textContent =
      `${heading ? heading + ", " : ""}${label}${remark ? " (" + remark + ")" : ""}: ${words}.`;
  };

  document.addEventListener("change", ({ target }) => {
    if (!(target.name in state)) return;
    state[target.name] = target.value;
    show();
    keep("replaceState");
  });
  document.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.city");
    if (!link) return;
    event.preventDefault();
    state.city = link.hash.slice(1);
    show();
    keep("pushState");
    scrollTo(0, 0);
  });
  for (const chart of all(".chart")) {
    chart.tabIndex = 0;
    chart.setAttribute("role", "group");
    chart.setAttribute("aria-label", chart.querySelector("table").getAttribute("aria-label") + ". Up and down arrows read one line at a time.");
    chart.append(Object.assign(document.createElement("output"), { className: "say" }));
    const rows = () => [...chart.querySelectorAll("tbody tr:not(.g)")];
    chart.addEventListener("pointerover", ({ target }) => {
      const row = target.closest("tbody tr:not(.g)");
      if (row) say(chart, row);
    });
    chart.addEventListener("keydown", (event) => {
      const lines = rows(), now = lines.findIndex((row) => row.classList.contains("on"));
      const next = { ArrowDown: Math.min(now + 1, lines.length - 1), ArrowUp: Math.max(now - 1, 0), Home: 0, End: lines.length - 1 }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      say(chart, lines[next]);
      lines[next].scrollIntoView({ block: "nearest" });
    });
  }
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all("details:not([open])");
    for (const part of opened) part.open = true;
  });
  addEventListener("afterprint", () => { for (const part of opened) part.open = false; });
  for (const event of ["hashchange", "popstate"]) addEventListener(event, () => { read(); show(); });
  read();
  show();
  if (values("city").includes(location.hash.slice(1))) addEventListener("load", () => scrollTo(0, 0));
})();
