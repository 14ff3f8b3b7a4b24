// Dots are moved, added and taken away: by hand, by keys, by numbers that are typed. What hangs on them follows at
// once; it is told when the hand lets go or the keys rest.

import { REST } from "../rest.js";
import { isChoosable, nameOf, partOf, pixels, placesOf, placeText } from "./drawing.js";
import { heightAt, nearest } from "./geometry.js";
import { fill, parse } from "./numbers.js";
import { clamp, nudged, rounded } from "./scales.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
const FASTER = 10; // with Shift
const NEAR = 16; // pixels from a dot in which it is meant
const STILL = 5; // pixels: a press that moves less is a tap
const BEGINS = 2; // pixels: a hand that trembles moves nothing
const BESIDE = 20; // steps from the chosen dot, for one that is added by a key

// The box around a plane listens: an SVG that listens for the focus would be a stop of the Tab key itself.
export function attendHands(view, sheet) {
  const { box } = sheet;
  box.onpointerdown = (event) => hold(view, sheet, event);
  const keep = (event) => view.drag && event.preventDefault(); // or the page would scroll
  box.addEventListener("touchstart", keep, { passive: false });
  box.onpointermove = (event) => pull(view, event);
  box.onpointerup = (event) => letGo(view, sheet, event);
  box.onpointercancel = (event) => {
    view.tap = null;
    if (event.pointerId === view.drag?.pointer) putBack(view);
  };
  box.onkeydown = (event) => hear(view, event);
  box.addEventListener("focusin", ({ target }) => {
    const dot = dotAt(view, target);
    if (dot) choose(view, dot.key, dot.number);
  });
  box.addEventListener("focusout", () => view.timer && view.tell()); // what is clicked next is about this place
}

function dotAt(view, target) {
  const handle = target.closest(".handle");
  const item = handle && view.items.find(({ node }) => node === handle.parentNode);
  return item && { key: item.part.key, number: [...item.node.children].indexOf(handle) };
}

// The chosen one

function choose(view, key, number) {
  if (view.chosen?.key === key && view.chosen.number === number) return;
  if (view.typing) commit(view, view.typing);
  view.chosen = { key, number };
  view.typing = null;
  forgive(view);
  view.redraw();
}

// What was refused is over when the learner does something else; what Python answers meanwhile changes nothing.
function forgive(view) {
  view.parts.trouble.textContent = "";
}

// It stays the chosen one as long as it is there.
export function settleChosen(view) {
  const choosable = view.items.filter(({ part }) => part.kind === "dots" && isChoosable(view, part));
  const item = choosable.find(({ part }) => part.key === view.chosen?.key) ?? choosable[0];
  const count = item && placesOf(view, item.part.key).length;
  const before = view.chosen;
  view.chosen = item ? { key: item.part.key, number: Math.min(view.chosen?.number ?? 0, count - 1) } : null;
  if (view.chosen?.number < 0 && count) view.chosen.number = 0;
  if (view.chosen?.key !== before?.key || view.chosen?.number !== before?.number) forgive(view);
}

function focusChosen(view) {
  const { key, number } = view.chosen;
  view.byKey.get(key).node.children[number]?.focus({ preventScroll: true });
}

// Where it may be

// before: where it was; exact: whether the wish is meant to the last digit.
function brought(view, key, before, [x, y], exact = false) {
  const { part, sheet } = view.byKey.get(key);
  const { data } = sheet;
  const on = (axis, value) =>
    exact && !axis.whole ? clamp(value, axis.low, axis.high) : rounded(axis, value);
  if (part.moves === "along") {
    const { through, places } = partOf(view, part.on);
    const here = on(data.x, x);
    return [here, heightAt(through ? placesOf(view, through) : places, here)];
  }
  if (part.moves === "x" || !data.y) return [on(data.x, x), before[1]];
  return [part.moves === "y" ? before[0] : on(data.x, x), on(data.y, y)];
}

function setPlace(view, key, number, place) {
  forgive(view);
  view.own.set(key, placesOf(view, key).with(number, place));
  view.redraw();
}

// By hand

function hold(view, sheet, event) {
  const { pointerId, clientX, clientY, isPrimary, button } = event;
  if (view.drag || !isPrimary || button) return;
  const pointer = within(sheet, event);
  const meant = dotNear(view, sheet, pointer);
  view.tap = meant ? null : { pointer: pointerId, at: [clientX, clientY] };
  if (!meant) return;
  event.preventDefault(); // nothing is selected on the way
  const { key, number, from } = meant;
  const { moves } = partOf(view, key);
  choose(view, key, number);
  focusChosen(view);
  if (!moves) return;
  sheet.box.setPointerCapture(pointerId);
  view.drag = { sheet, key, number, pointer: pointerId, at: pointer, from, before: view.own.get(key) };
}

function within({ svg, left, top }, { clientX, clientY }) {
  const box = svg.getBoundingClientRect();
  return [clientX - box.left - left, clientY - box.top - top];
}

// The nearest dot of a sheet that can be chosen.
function dotNear(view, sheet, pointer) {
  const dots = sheet.items
    .filter(({ part }) => part.kind === "dots" && isChoosable(view, part))
    .flatMap(({ part: { key } }) =>
      placesOf(view, key).map((place, number) => ({ key, number, from: pixels(sheet, place) })),
    );
  const points = dots.map(({ from }) => from);
  return dots[nearest(points, pointer, NEAR)];
}

function pull(view, event) {
  const { drag } = view;
  if (event.pointerId !== drag?.pointer) return;
  const { sheet, key, number, at, from } = drag;
  const [x, y] = within(sheet, event);
  const [right, down] = [x - at[0], y - at[1]];
  if (!drag.moved && Math.hypot(right, down) <= BEGINS) return;
  drag.moved = true;
  const wish = [sheet.x.back(from[0] + right), sheet.y.back(from[1] + down)];
  setPlace(view, key, number, brought(view, key, placesOf(view, key)[number], wish));
}

function letGo(view, sheet, event) {
  const { drag, tap } = view;
  view.tap = null;
  if (event.pointerId === tap?.pointer) return touch(view, sheet, tap, event);
  if (event.pointerId !== drag?.pointer) return;
  const before = drag.before ?? partOf(view, drag.key).places;
  if (String(placesOf(view, drag.key)) === String(before)) return putBack(view);
  view.drag = null;
  view.tell();
}

function putBack(view) {
  const { sheet, key, before, pointer } = view.drag;
  view.drag = null;
  if (sheet.box.hasPointerCapture(pointer)) sheet.box.releasePointerCapture(pointer);
  if (before) view.own.set(key, before);
  else view.own.delete(key);
  view.redraw();
  view.takeLatest();
}

// A tap on empty ground

function touch(view, sheet, { at: [x, y] }, event) {
  if (Math.hypot(event.clientX - x, event.clientY - y) > STILL) return;
  const [left, top] = within(sheet, event);
  const growing = sheet.items.filter(({ part }) => part.moves && part.most > part.fewest);
  const item = growing.find(({ part }) => canGrow(view, part));
  const isInside = left >= 0 && left <= sheet.wide && top >= 0 && top <= sheet.high;
  if (!isInside || !growing.length) return;
  if (item) add(view, item.part.key, [sheet.x.back(left), sheet.y.back(top)]);
  else refuse(view, "most", growing[0].part);
}

// Added and taken away

const canGrow = (view, part) => Boolean(part.moves) && placesOf(view, part.key).length < part.most;
const canShrink = (view, part) => Boolean(part.moves) && placesOf(view, part.key).length > part.fewest;

// Why there cannot be fewer, or more. bound: "fewest" or "most".
function refuse(view, bound, part) {
  view.parts.trouble.textContent = fill(view.words[bound], { [bound]: part[bound] });
}

function add(view, key, wish) {
  const places = placesOf(view, key);
  const place = brought(view, key, places[0] ?? wish, wish);
  view.own.set(key, [...places, place]);
  choose(view, key, places.length);
  focusChosen(view);
  view.tell(fill(view.words.added, { title: nameOf(partOf(view, key), places.length) }));
}

// The dots that the button adds to: those of the chosen one, or else the first that can become more.
function growing(view) {
  const grow = view.items.filter(({ part }) => part.moves && part.most > part.fewest);
  return grow.find(({ part }) => part.key === view.chosen?.key) ?? grow[0];
}

function addBeside(view) {
  const { part, sheet } = growing(view) ?? {};
  if (!part) return;
  if (!canGrow(view, part)) return refuse(view, "most", part);
  const { key } = part;
  const { x, y } = sheet.data;
  const place = key === view.chosen.key && placesOf(view, key)[view.chosen.number];
  if (!place) return add(view, key, [sheet.x.back(sheet.wide / 2), y ? sheet.y.back(sheet.high / 2) : 0]);
  const by = nudged(x, place[0], BESIDE) === x.high ? -BESIDE : BESIDE;
  add(view, key, [nudged(x, place[0], by), place[1]]);
}

function remove(view) {
  const { key, number } = view.chosen;
  const part = partOf(view, key);
  if (number < 0 || part.most === part.fewest) return;
  if (!canShrink(view, part)) return refuse(view, "fewest", part);
  const places = placesOf(view, key);
  forgive(view);
  view.own.set(key, places.toSpliced(number, 1));
  choose(view, key, Math.min(number, places.length - 2));
  view.redraw();
  focusChosen(view);
  view.tell(fill(view.words.removed, { title: nameOf(part, number) }));
}

// By keys

function hear(view, event) {
  event.stopPropagation(); // Streamlit's shortcuts are single letters
  const { key, shiftKey, altKey, ctrlKey, metaKey } = event;
  if (key === "Escape" && view.drag) return putBack(view);
  const dot = dotAt(view, event.target);
  if (!dot || altKey || ctrlKey || metaKey || view.drag) return;
  const acts = {
    ...{ PageUp: () => walk(view, dot, -1), PageDown: () => walk(view, dot, 1) },
    ...{ Home: () => walk(view, dot, -Infinity), End: () => walk(view, dot, Infinity) },
    ...{ Delete: () => remove(view), Backspace: () => remove(view) },
    ...{ Insert: () => addBeside(view), "+": () => addBeside(view) },
    Enter: () => typeInto(view, dot),
  };
  const arrow = ARROWS[key];
  if (!arrow && !acts[key]) return;
  event.preventDefault();
  if (acts[key]) acts[key]();
  else if (partOf(view, dot.key).moves) nudge(view, dot, arrow, shiftKey ? FASTER : 1);
  else walk(view, dot, arrow[0] - arrow[1]);
}

// Its numbers, which are the ones below the planes as long as it is the chosen one.
function typeInto(view, { key, number }) {
  choose(view, key, number);
  const field = view.parts.fields.find((input) => !input.parentElement.hidden);
  field?.focus();
  field?.select();
}

function walk(view, { key, number }, by) {
  const last = placesOf(view, key).length - 1;
  choose(view, key, clamp(number + by, 0, last));
  focusChosen(view);
}

// A dot that moves in one direction only is moved by all arrows.
function nudge(view, { key, number }, [right, up], times) {
  const { part, sheet } = view.byKey.get(key);
  const { x, y } = sheet.data;
  const before = placesOf(view, key)[number];
  const isFree = part.moves === "free" && y;
  const one = (right || up) * times;
  const step = (axis, value, by) => (axis && by ? nudged(axis, value, by) : value);
  const wish = [
    step(x, before[0], isFree ? right * times : one),
    step(y, before[1], isFree ? up * times : one),
  ];
  const after = brought(view, key, before, wish, true);
  if (String(after) === String(before)) return;
  setPlace(view, key, number, after);
  clearTimeout(view.timer);
  view.timer = setTimeout(() => view.tell(), REST);
}

// By numbers that are typed

export function attendFields(view) {
  const { fields, row } = view.parts;
  for (const input of fields) {
    input.oninput = () => {
      view.typing = input;
    };
    input.onblur = () => commit(view, input);
    input.onkeydown = (event) => {
      event.stopPropagation(); // Streamlit's shortcuts cannot see that this is typed into an input
      if (event.key === "Enter" && !event.isComposing) commit(view, input);
      if (event.key === "Escape") showChosen(view, true);
    };
  }
  row.querySelector("[data-do=add]").onclick = () => addBeside(view);
  row.querySelector("[data-do=remove]").onclick = () => remove(view);
}

function commit(view, input) {
  if (view.typing !== input) return;
  const { key, number } = view.chosen;
  const { sheet } = view.byKey.get(key);
  const axis = Number(input.dataset.axis);
  const before = placesOf(view, key)[number];
  const value = parse(input.value);
  const refused = refusal(view, axis ? sheet.data.y : sheet.data.x, input.value, value);
  view.parts.trouble.textContent = refused;
  input.ariaInvalid = Boolean(refused);
  if (refused) return;
  view.typing = null;
  const after = brought(view, key, before, before.with(axis, value), true);
  if (String(after) === String(before)) return showChosen(view);
  setPlace(view, key, number, after);
  view.tell();
}

function refusal({ words }, { name, low, high }, text, value) {
  if (!text.trim()) return words.empty;
  if (value === null) return fill(words.wrong, { text: text.trim().slice(0, 40) });
  return value < low || value > high ? fill(words.outside, { name, low, high }) : "";
}

// The row below the planes: the chosen dot, its numbers, and what can be done. What is being typed stays.
export function showChosen(view, anew = false) {
  const { row, name, fields, hint } = view.parts;
  row.hidden = !view.chosen || !partOf(view, view.chosen.key).moves;
  if (row.hidden) return;
  const { key, number } = view.chosen;
  const { part, sheet } = view.byKey.get(key);
  const place = placesOf(view, key)[number];
  if (anew) {
    view.typing = null;
    forgive(view);
  }
  name.textContent = place ? nameOf(part, number) : "";
  const { x, y } = sheet.data;
  const open = [part.moves !== "y", Boolean(y) && (part.moves === "free" || part.moves === "y")];
  fields.forEach((input, axis) => {
    input.parentElement.hidden = !open[axis] || !place;
    if (input.parentElement.hidden || view.typing === input) return;
    input.parentElement.firstElementChild.textContent = [x, y][axis].name;
    input.value = Number(place[axis].toPrecision(6));
    input.ariaInvalid = false;
  });
  const { words } = view;
  const grows = growing(view)?.part;
  const [add, remove] = ["add", "remove"].map((does) => row.querySelector(`[data-do=${does}]`));
  Object.assign(add, {
    hidden: !grows,
    textContent: words.add,
    ariaDisabled: !grows || !canGrow(view, grows),
  });
  Object.assign(remove, { hidden: part.most === part.fewest, textContent: words.remove });
  remove.ariaDisabled = !place || !canShrink(view, part);
  const many = view.items.some(({ part: { moves, places } }) => moves && places.length > 1);
  const hints = [words.moving, many && words.walking, grows && words.adding];
  hint.textContent = hints.filter(Boolean).join(" ");
}

// A sentence about the chosen dot, for those who hear it.
export function placeWords(view) {
  const { key, number } = view.chosen ?? {};
  const place = view.chosen && placesOf(view, key)[number];
  if (!place) return "";
  const { part, sheet } = view.byKey.get(key);
  return `${nameOf(part, number)}: ${placeText(sheet, place)}.`;
}
