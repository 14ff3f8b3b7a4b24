// Bars of shares whose borders are moved. What they cost is shown at once, and told when a border rests.

import { costs, meant, moved, term, thousandths, total, written } from "./mass.js";

const views = new WeakMap(); // one a mounted component
const STEPS = { ArrowLeft: -10, ArrowDown: -10, ArrowRight: 10, ArrowUp: 10, Home: -1000, End: 1000 };
const FASTER = 10; // with Shift
const REST = 300; // milliseconds after the last key

export default function ({ parentElement, data, setTriggerValue }) {
  if (!views.has(parentElement)) views.set(parentElement, makeView(parentElement));
  const view = views.get(parentElement);
  view.send = setTriggerValue;
  take(view, data);
  return () => parentElement.isConnected || clearTimeout(view.timer);
}

function makeView(parent) {
  const find = (selector) => parent.querySelector(selector);
  const view = { list: find(".rows"), whole: find(".total"), hint: find(".hint"), rows: [], serial: 0 };
  return Object.assign(view, { own: new Map(), drag: null, timer: null });
}

// What Python holds now; but not its numbers while the learner has gone on since.
function take(view, data) {
  view.latest = data;
  if (data.serial < view.serial || view.drag || view.timer) return;
  view.data = data;
  view.serial = data.serial;
  view.own.clear();
  const labels = JSON.stringify([data.classes, data.rows.length]);
  if (view.labels !== labels) build(view, data);
  view.labels = labels;
  view.hint.textContent = data.words.hint;
  view.whole.hidden = !data.total;
  view.whole.firstChild.textContent = data.total?.name;
  data.rows.forEach((given, place) => {
    const row = view.rows[place];
    row.group.ariaLabel = row.name.textContent = given.name;
    row.of.textContent = given.of;
    row.segments.forEach((segment, at) => {
      for (const element of [segment, row.numbers[at]])
        element.classList.toggle("meant", given.counted[at] > 0);
      segment.style.setProperty("--meant", given.meant[at]);
    });
    show(view, place);
  });
  showTotal(view);
}

// The elements of each row: a segment and a number a class, and the borders between.
function build(view, { rows, classes }) {
  view.rows = rows.map((_, place) => {
    const group = make("div", "row", { role: "group" });
    const [name, bar, list, cost] = [
      make("p", "name"),
      make("div", "bar"),
      make("p", "numbers"),
      make("p", "term"),
    ];
    const [of, value] = [make("span"), make("b")];
    const segments = classes.map((label) =>
      make("span", "segment", { ariaHidden: "true" }, make("b", "", {}, label)),
    );
    const numbers = classes.map((label) => make("span", "number", {}, make("i", "", {}, label), make("b")));
    const borders = classes.slice(1).map((_, at) => makeBorder(view, place, at));
    bar.append(...segments, ...borders);
    list.append(...numbers);
    cost.append(of, " ", value);
    group.append(name, bar, list, cost);
    return { group, name, bar, segments, numbers, borders, of, value };
  });
  view.list.replaceChildren(...view.rows.map((row) => row.group));
}

function make(tag, className = "", more = {}, ...children) {
  const element = Object.assign(document.createElement(tag), { className }, more);
  element.append(...children);
  return element;
}

function makeBorder(view, place, at) {
  const border = make("span", "border", { role: "slider", tabIndex: 0 });
  border.onpointerdown = (event) => hold(view, place, at, event);
  border.onpointermove = (event) => pull(view, event);
  border.onpointerup = (event) => letGo(view, event);
  border.onpointercancel = (event) => event.pointerId === view.drag?.pointer && putBack(view);
  border.onkeydown = (event) => hear(view, place, at, event);
  border.onblur = () => view.timer && tell(view); // what is clicked next is about these shares
  return border;
}

// What stands there

const shown = (view, place) => view.own.get(place) ?? thousandths(view.data.rows[place].shares);

// Python's own as long as nothing was moved; it knows the shares to more digits. null: it is infinite.
function termOf(view, place) {
  const { counted, term: given } = view.data.rows[place];
  const own = view.own.get(place);
  return own ? term(counted, costs(own, view.data.way)) : (given ?? Infinity);
}

function show(view, place) {
  const { segments, numbers, borders, value } = view.rows[place];
  const { words, least, hidden, rows, classes } = view.data;
  const now = shown(view, place);
  const told = now.map((each) => written(each / 1000));
  value.textContent = hidden ? "?" : written(termOf(view, place));
  const spoken = { name: rows[place].name, cost: rows[place].of, term: value.textContent };
  let start = 0;
  now.forEach((each, at) => {
    Object.assign(segments[at].style, { left: `${start / 10}%`, width: `${each / 10}%` });
    numbers[at].lastChild.textContent = told[at];
    start += each;
    if (at === borders.length) return;
    const gaps = { left: classes[at], right: classes[at + 1], one: told[at], other: told[at + 1], ...spoken };
    borders[at].style.left = `${start / 10}%`;
    borders[at].ariaLabel = fill(words.border, gaps);
    borders[at].ariaValueMin = least;
    borders[at].ariaValueMax = each + now[at + 1] - least;
    borders[at].ariaValueNow = each;
    borders[at].ariaValueText = fill(words.shares, gaps);
  });
}

function showTotal(view) {
  const { total: given, hidden, rows } = view.data;
  if (!given) return;
  const own = () =>
    total(
      [...rows.keys()].map((place) => termOf(view, place)),
      given.divisor,
    );
  const value = view.own.size || given.value === null ? own() : given.value;
  view.whole.lastChild.textContent = hidden ? "?" : written(value);
}

const fill = (words, gaps) => words.replace(/{(\w+)}/g, (_, gap) => gaps[gap]);

function put(view, place, now) {
  view.own.set(place, now);
  show(view, place);
  showTotal(view);
}

// Whole thousandths that may be moved: of shares that cannot be 0, none is.
const taken = (view, place) =>
  view.own.get(place) ?? thousandths(view.data.rows[place].shares, view.data.least);

// All that Python may not have read yet, as Streamlit keeps only the newest of several messages.
function tell(view) {
  clearTimeout(view.timer);
  view.timer = null;
  view.serial += 1;
  view.send("did", { rows: [...view.own], serial: view.serial });
}

// By hand

function hold(view, place, border, event) {
  const { target, pointerId, clientX, isPrimary, button } = event;
  if (view.drag || !isPrimary || button) return;
  event.preventDefault(); // nothing is selected on the way
  target.focus({ preventScroll: true });
  target.setPointerCapture(pointerId);
  const drag = { pointer: pointerId, held: target, from: clientX, place, border, chosen: false };
  view.drag = { ...drag, before: view.own.get(place), counts: taken(view, place) };
}

function pull(view, { pointerId, clientX }) {
  const { drag } = view;
  if (pointerId !== drag?.pointer) return;
  const { bar, borders } = view.rows[drag.place];
  const by = Math.round(((clientX - drag.from) * 1000) / bar.getBoundingClientRect().width);
  if (!drag.chosen && !by) return;
  if (!drag.chosen) {
    drag.chosen = true;
    drag.border = meant(drag.counts, drag.border, by, view.data.least);
    borders[drag.border].focus({ preventScroll: true });
  }
  put(view, drag.place, moved(drag.counts, drag.border, by, view.data.least));
}

function letGo(view, { pointerId }) {
  if (pointerId !== view.drag?.pointer) return;
  const { place, counts: from } = view.drag;
  if (String(view.own.get(place) ?? from) === String(from)) return putBack(view);
  view.drag = null;
  tell(view);
}

function putBack(view) {
  const { place, before, pointer, held } = view.drag;
  view.drag = null;
  if (held.hasPointerCapture(pointer)) held.releasePointerCapture(pointer);
  if (before) view.own.set(place, before);
  else view.own.delete(place);
  show(view, place);
  showTotal(view);
  take(view, view.latest); // what came meanwhile
}

// By keys

function hear(view, place, border, event) {
  event.stopPropagation(); // Streamlit's shortcuts are single letters
  const { key, shiftKey, altKey, ctrlKey, metaKey } = event;
  if (key === "Escape" && view.drag) putBack(view);
  const by = STEPS[key];
  if (!by || altKey || ctrlKey || metaKey || view.drag) return;
  event.preventDefault();
  const from = taken(view, place);
  const to = moved(from, border, shiftKey ? by * FASTER : by, view.data.least);
  if (to[border] === from[border]) return;
  put(view, place, to);
  clearTimeout(view.timer);
  view.timer = setTimeout(() => tell(view), REST);
}
