// Comfort only: every page works without this file.
"use strict";

const one = (selector, from = document) => from.querySelector(selector);
const all = (selector, from = document) => [...from.querySelectorAll(selector)];

// Rows: j and k move, x chooses, Enter opens.
let at = -1;

function move(step) {
  const rows = all("[data-row]");
  if (!rows.length) return;
  at = Math.min(Math.max(at + step, 0), rows.length - 1);
  rows.forEach((row, number) => row.classList.toggle("at", number === at));
  rows[at].scrollIntoView({ block: "nearest" });
  const link = one("[data-open]", rows[at]);
  if (link) link.focus({ preventScroll: true });
}

function choose() {
  const box = one(".at input[type=checkbox]");
  if (!box) return;
  box.checked = !box.checked;
  count();
}

function count() {
  const told = one("#chosen");
  if (!told) return;
  told.dataset.all ??= told.textContent;
  const chosen = all("input[name=issue]:checked").length;
  told.textContent = chosen ? `${chosen} chosen` : told.dataset.all;
}

function press(key) {
  const target = one(`[data-key="${key}"]`);
  if (!target) return;
  if (target.form && target.form.id === "bulk" && !one("input[name=issue]:checked")) choose();
  target.click();
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  x: choose,
  e: () => press("e"),
  m: () => press("m"),
  n: () => press("n"),
  p: () => press("p"),
  c: () => one("#comment")?.focus(),
  "/": () => one("#search")?.focus(),
  "?": () => one("#keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select, dialog");
  if (event.key === "Escape" && typing && event.target.blur) event.target.blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const action = KEYS[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});
document.addEventListener("change", count);

// One menu at a time, and a click elsewhere closes it.
document.addEventListener("click", (event) => {
  for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

// Copying.
async function copy(button, text) {
  const before = button.textContent;
  await navigator.clipboard.writeText(text);
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = before), 1500);
}

for (const button of all("[data-copy]")) {
  button.type = "button";
  button.addEventListener("click", () => copy(button, document.getElementById(button.dataset.copy).textContent));
}
for (const link of all("[data-copy-from]")) {
  link.addEventListener("click", async (event) => {
    if (!navigator.clipboard) return;
    event.preventDefault();
    copy(link, await (await fetch(link.href)).text());
  });
}

// The search: how its last word may go on.
const search = one("[data-words]");
if (search) {
  let asked = 0;
  search.addEventListener("input", async () => {
    const turn = (asked += 1);
    await new Promise((wake) => setTimeout(wake, 120));
    if (turn !== asked) return;
    const word = search.value.match(/(?:[^\s()"]|"(?:[^"\\]|\\.)*"?)*$/)[0];
    const project = search.form.elements.project.value;
    const answer = await fetch(`${search.dataset.words}?${new URLSearchParams({ word, project })}`);
    if (!answer.ok || answer.redirected || turn !== asked) return;
    const before = search.value.slice(0, search.value.length - word.length);
    const options = (await answer.json()).map((whole) => new Option("", before + whole));
    search.list.replaceChildren(...options);
  });
}

// What changes while one looks on.
function listen(path, heard) {
  const source = new EventSource(path);
  source.onmessage = (event) => heard(JSON.parse(event.data), source);
  addEventListener("pagehide", () => source.close());
}

const rows = one("[data-live]");
if (rows) {
  listen(rows.dataset.live + location.search, async () => {
    const here = new URL(location);
    here.searchParams.set("part", rows.dataset.part);
    const answer = await fetch(here);
    if (!answer.ok || answer.redirected) return;
    const chosen = new Set(all("input[name=issue]:checked").map((box) => box.value));
    const page = new DOMParser().parseFromString(`<table><tbody>${await answer.text()}</tbody></table>`, "text/html");
    rows.replaceChildren(...page.querySelector("tbody").childNodes);
    for (const box of all("input[name=issue]", rows)) box.checked = chosen.has(box.value);
    all("[data-row]").forEach((row, number) => row.classList.toggle("at", number === at));
    count();
  });
}

for (const place of all("[data-load]")) {
  fetch(place.dataset.load).then(async (answer) => {
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.replaceChildren(...page.body.childNodes);
  });
}

const waiting = one("[data-first]");
if (waiting) listen(waiting.dataset.first, (said, source) => {
  source.close();
  location = said.first;
});

if (one("[data-refresh]")) setTimeout(() => location.reload(), 1500);
