"use strict";
// Makes a tool of the document: tabs, filter, search, choosing, jumping. Text is only ever moved through textContent.
document.documentElement.classList.add("js");
addEventListener("DOMContentLoaded", () => {
  const all = (query, root = document) => [...root.querySelectorAll(query)];
  const narrow = matchMedia("(max-width: 58rem)");
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const toggle = (node, on) => node && (node.hidden = !on);
  const reports = all("article.report");
  const views = new Map();
  let view = null; // of the report that is shown

  function makeView(report) {
    const one = (query) => report.querySelector(query);
    const items = all(".item", report);
    const panels = all(".panel", report);
    const tabs = all("[role=tab]", report);
    const chips = all(".chip", report);
    const [find, family, section] = [one(".find"), one(".family"), one(".section")];
    const paper = one(".paper");
    const steps = one(".steps");
    let [chosen, place, lit, ranges] = [null, 0, [], null];

    // --- tabs, filter, search

    function tab(panel) {
      panels.forEach((other) => other.classList.toggle("current", other === panel));
      tabs.forEach((button) => {
        const on = button.getAttribute("aria-controls") === panel.id;
        button.setAttribute("aria-selected", on);
        button.tabIndex = on ? 0 : -1;
      });
      filter();
    }

    function filter() {
      const words = fold(find.value).split(/\s+/).filter(Boolean);
      const levels = chips.filter((chip) => chip.getAttribute("aria-pressed") === "true").map((chip) => chip.dataset.level);
      const active = words.length || levels.length || family.value || section.value;
      for (const item of items) {
        const data = item.dataset;
        if (words.length && item.words === undefined) item.words = fold(item.textContent);
        const on =
          (!levels.length || levels.includes(data.level) || ["held", "unchecked"].includes(data.level)) &&
          (!family.value || data.family === family.value) &&
          (!section.value || data.section.split(" ").includes(section.value)) &&
          words.every((word) => item.words.includes(word));
        if (item.hidden === on) item.hidden = !on;
      }
      all(".group", report).forEach((group) => toggle(group, group.querySelector(".item:not([hidden])")));
      for (const button of tabs) {
        const panel = document.getElementById(button.getAttribute("aria-controls"));
        const count = button.querySelector("span");
        const own = panel.querySelectorAll(".item").length;
        if (!own) continue;
        const left = panel.querySelectorAll(".item:not([hidden])").length;
        count.textContent = left === own ? own : `${left} / ${own}`;
      }
      const current = panels.find((panel) => panel.classList.contains("current"));
      const status = one("[role=tab][aria-selected=true]");
      one(".status").textContent = active && status ? status.textContent : "";
      toggle(one(".none"), active && current?.querySelector(".item") && !current.querySelector(".item:not([hidden])"));
    }

    function clear() {
      find.value = family.value = section.value = "";
      chips.forEach((chip) => chip.setAttribute("aria-pressed", "false"));
      filter();
    }

    // --- choosing an item, going to its places

    const places = (item) => all(".go", item);

    function choose(item, jump = !narrow.matches) {
      lit.forEach((mark) => (mark.classList.remove("on", "here"), delete mark.dataset.n));
      all(".here", chosen || report).forEach((node) => node.classList.remove("here"));
      lit = [];
      if (chosen) {
        chosen.classList.remove("chosen");
        chosen.querySelector(".head").setAttribute("aria-expanded", "false");
      }
      chosen = item;
      place = -1;
      toggle(steps, item);
      if (!item) return;
      const panel = item.closest(".panel");
      if (!panel.classList.contains("current")) tab(panel);
      if (item.hidden) clear();
      item.classList.add("chosen");
      item.querySelector(".head").setAttribute("aria-expanded", "true");
      explain(item.querySelector(".why"));
      paper.dataset.level = item.dataset.level;
      places(item).forEach((button, number) => {
        const marks = pieces(button);
        marks.forEach((mark) => mark.classList.add("on"));
        if (marks.length) marks[0].dataset.n = [marks[0].dataset.n, number + 1].filter(Boolean).join("·");
        lit.push(...marks);
      });
      item.scrollIntoView({ block: item.offsetHeight > innerHeight * 0.6 ? "start" : "nearest" });
      if (jump) go(0);
      else count();
    }

    function explain(why) {
      if (!why || why.textContent) return;
      const page = one(`.page[data-code="${CSS.escape(why.dataset.rule)}"]`);
      if (page) why.append(...all(".reason, .authority", page).flatMap((node) => [...node.cloneNode(true).childNodes, " "]));
    }

    function pieces(button) {
      const [first, last] = button.dataset.at.split("-").map(Number);
      const found = [];
      for (let number = first; number <= last; number++) found.push(document.getElementById("m" + number));
      return found.filter(Boolean);
    }

    function go(number) {
      const buttons = places(chosen);
      if (!buttons.length) return;
      place = (number + buttons.length) % buttons.length;
      lit.forEach((mark) => mark.classList.remove("here"));
      buttons.forEach((button, at) => button.closest("li").classList.toggle("here", at === place));
      const marks = pieces(buttons[place]);
      marks.forEach((mark) => mark.classList.add("here"));
      marks[0]?.scrollIntoView({ block: "center", inline: "nearest" });
      count();
    }

    function count() {
      steps.querySelector("output").textContent = `${place < 0 ? "–" : place + 1} / ${places(chosen).length}`;
    }

    function visible() {
      return items.filter((item) => !item.hidden && item.closest(".current"));
    }

    function move(by) {
      const list = visible();
      if (!list.length) return;
      const at = list.indexOf(chosen);
      const next = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(Math.max(at + by, 0), list.length - 1)];
      if (next !== chosen) choose(next);
      next.querySelector(".head").focus({ preventScroll: true });
    }

    // A mark on the form: its items one after the other, the gravest first.
    function from(mark) {
      ranges = ranges || items.flatMap((item) => places(item).map((b, at) => [...b.dataset.at.split("-").map(Number), item, at]));
      const number = Number(mark.id.slice(1));
      const found = ranges.filter(([first, last]) => first <= number && number <= last);
      if (!found.length) return;
      const mine = found.filter(([, , item]) => !item.hidden);
      const pool = mine.length ? mine : found;
      const [, , item, at] = pool[(pool.findIndex(([, , other]) => other === chosen) + 1) % pool.length];
      choose(item, false);
      place = at;
      pieces(places(item)[at]).forEach((piece) => piece.classList.add("here"));
      places(item)[at].closest("li").classList.add("here");
      count();
    }

    // --- events

    report.addEventListener("click", (event) => {
      const hit = (query) => event.target.closest(query);
      const node = hit("button") || hit(".sides li") || hit(".paper mark[id]");
      if (!node || (node.matches("li") && String(getSelection()))) return;
      if (node.matches(".head")) {
        const item = node.closest(".item");
        choose(item === chosen ? null : item);
      } else if (node.matches(".go, li")) {
        const item = node.closest(".item");
        if (item !== chosen) choose(item, false);
        go(places(item).indexOf(node.matches("li") ? node.querySelector(".go") : node));
      } else if (node.matches(".chip")) {
        node.setAttribute("aria-pressed", node.getAttribute("aria-pressed") !== "true");
        if (panels[0].classList.contains("current")) filter();
        else tab(panels[0]);
      } else if (node.matches("[role=tab]")) tab(document.getElementById(node.getAttribute("aria-controls")));
      else if (node.matches(".clear")) clear();
      else if (node.matches(".less")) go(Math.max(place, 0) - 1);
      else if (node.matches(".more")) go(place + 1);
      else if (node.matches(".back")) chosen?.scrollIntoView({ block: "start" });
      else if (node.matches("mark")) from(node);
    });
    find.addEventListener("input", filter);
    [family, section].forEach((box) => box.addEventListener("change", filter));

    function key(event) {
      const target = event.target;
      const inList = !target.closest(".paper, .wide, select");
      if (target === find) {
        if (event.key === "Escape") find.value ? ((find.value = ""), filter()) : find.blur();
        else if (event.key === "ArrowDown" || event.key === "Enter") move(1);
        else return;
      } else if (target.matches("select")) return;
      else if (target.matches("[role=tab]") && /^Arrow(Left|Right)$/.test(event.key)) {
        const at = tabs.indexOf(target) + (event.key === "ArrowRight" ? 1 : -1);
        tabs[(at + tabs.length) % tabs.length].click();
        tabs[(at + tabs.length) % tabs.length].focus();
      } else if (event.key === "/") find.select();
      else if (event.key === "j" || (event.key === "ArrowDown" && inList)) move(1);
      else if (event.key === "k" || (event.key === "ArrowUp" && inList)) move(-1);
      else if (event.key === "Enter" && chosen && (target.matches(".head") ? target.closest(".item") === chosen : !target.closest("button, a"))) go(place + 1);
      else if (event.key === "Escape") {
        const head = chosen?.querySelector(".head");
        choose(null);
        head?.focus();
      } else return;
      event.preventDefault();
    }

    tab(panels[0]);
    return { key, choose };
  }

  // --- which report is shown: #d3, or the fingerprint of a finding

  function route() {
    const hash = decodeURIComponent(location.hash.slice(1));
    const item = /^[0-9a-f]{16}$/.test(hash) ? document.querySelector(`.item[data-id="${hash}"]`) : null;
    const report = item?.closest("article.report") || reports.find((other) => other.id === hash) || (reports.length === 1 ? reports[0] : null);
    reports.forEach((other) => toggle(other, other === report));
    toggle(document.querySelector(".overview"), !report);
    document.documentElement.classList.toggle("within", Boolean(report));
    view = null;
    if (!report) return;
    if (!views.has(report)) views.set(report, makeView(report));
    view = views.get(report);
    if (item) view.choose(item);
  }

  addEventListener("hashchange", route);
  addEventListener("keydown", (event) => {
    if (view && !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing) view.key(event);
  });
  route();
});
