// Steps in an order. What the learner does is shown at once and told; Python answers with the tiles as they are
// then, and what it has not read yet is done again on top of its answer.

import { end, press, showDrag } from "./dragging.js";
import { begin, go, hover, showPoint } from "./following.js";
import { applied, fixed, outline } from "./places.js";

const strips = new WeakMap(); // one a mounted component
const PARTS = ["order", "lane", "strip", "point", "follow", "room", "hint", "now", "told"];
const KEYS = { left: "Alt+←", right: "Alt+→", remove: "Delete" };
const SAID = { move: "moved", copy: "copied", remove: "removed" };
const SLIDE = { duration: 180, easing: "ease-out" };

export default function ({ parentElement, data, setTriggerValue }) {
  if (!strips.has(parentElement)) strips.set(parentElement, makeStrip(parentElement));
  const strip = strips.get(parentElement);
  strip.tell = setTriggerValue;
  take(strip, data);
  return () => parentElement.isConnected || end(strip);
}

function makeStrip(parent) {
  const parts = Object.fromEntries(PARTS.map((name) => [name, parent.querySelector(`.${name}`)]));
  const strip = { parts, template: parent.querySelector("template"), root: parent.getRootNode() };
  Object.assign(strip, { elements: new Map(), tiles: [], pending: [], serial: 0, stop: null, point: -1 });
  strip.act = (...change) => act(strip, ...change);
  strip.draw = () => draw(strip);
  parts.strip.onpointerdown = (event) => {
    hover(strip, event);
    press(strip, event);
  };
  parts.strip.onpointermove = (event) => hover(strip, event);
  parts.strip.onclick = (event) => click(strip, event);
  parts.strip.addEventListener("focusin", ({ target }) => stopAt(strip, target.closest(".tile").tile.key));
  parts.strip.onkeydown = (event) => hear(strip, event);
  parts.follow.onclick = () => {
    parts.follow.focus();
    begin(strip);
  };
  parts.follow.onkeydown = (event) => {
    event.stopPropagation(); // Streamlit's shortcuts are single letters
    go(strip, event);
  };
  return strip;
}

// What Python holds now.
function take(strip, given) {
  const { serial, words } = given;
  strip.serial = Math.max(strip.serial, serial);
  strip.pending = strip.pending.filter((change) => change.serial > serial);
  Object.assign(strip, { given, words });
  const { parts } = strip;
  parts.strip.ariaLabel = words.strip;
  parts.follow.textContent = parts.follow.parentElement.ariaLabel = words.follow;
  parts.follow.title = parts.hint.textContent = words.hint;
  draw(strip);
}

// What the learner does

function act(strip, does, key, to) {
  const { title, on } = strip.tiles.find((tile) => tile.key === key);
  strip.serial += 1;
  strip.pending.push({ serial: strip.serial, do: does, key, to });
  strip.tell("did", [...strip.pending]);
  draw(strip);
  const { words, elements } = strip;
  const said = does === "switch" ? (on ? "went_off" : "went_on") : SAID[does];
  if (said) strip.parts.told.textContent = filled(words[said], { title, ...count(strip, key) });
  if (does === "move") elements.get(key).scrollIntoView({ block: "nearest", inline: "nearest" });
}

const filled = (words, gaps) => words.replace(/{(\w+)}/g, (_, gap) => gaps[gap]);

// Which step a tile is, of how many; those that the others begin with are none.
function count({ tiles }, key) {
  const before = fixed(tiles);
  return { step: tiles.findIndex((tile) => tile.key === key) - before + 1, all: tiles.length - before };
}

function shift(strip, tile, by) {
  const { tiles } = strip;
  const to = tiles.indexOf(tile) + by;
  if (!tile.fixed && to >= fixed(tiles) && to < tiles.length) act(strip, "move", tile.key, to);
}

function click(strip, { target, detail }) {
  const tile = target.closest(".tile")?.tile;
  if (!tile || (strip.dropped && detail)) return; // of letting a tile go; one by a key has no detail
  const does = target.closest("[data-do]")?.dataset.do;
  if (does === "left" || does === "right") shift(strip, tile, does === "left" ? -1 : 1);
  else if (does) act(strip, does, tile.key);
  else {
    pickOf(strip, tile.key).focus();
    if (tile.key !== strip.selected) act(strip, "select", tile.key);
  }
}

function hear(strip, event) {
  event.stopPropagation(); // Streamlit's shortcuts are single letters
  const { key, target, altKey, ctrlKey, metaKey, shiftKey } = event;
  if (!target.matches(".pick") || metaKey || shiftKey || (altKey && ctrlKey)) return;
  const { tile } = target.closest(".tile");
  const { tiles } = strip;
  const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
  const to = { Home: 0, End: tiles.length - 1 }[key] ?? tiles.indexOf(tile) + by;
  const moves = altKey || ctrlKey;
  if (by && moves) shift(strip, tile, by);
  else if (key === "Delete" && !moves && !tile.fixed) act(strip, "remove", tile.key);
  else if (to >= 0 && !moves && tiles[to]) pickOf(strip, tiles[to].key).focus();
  else if (!by) return;
  event.preventDefault(); // also at an end: with Alt the browser would leave the page
}

const pickOf = ({ elements }, key) => elements.get(key).querySelector(".pick");

// The strip is one stop of the Tab key: the tile that had the focus last.
function stopAt(strip, key) {
  strip.stop = key;
  for (const tile of strip.tiles) pickOf(strip, tile.key).tabIndex = tile.key === key ? 0 : -1;
}

// Drawing

function draw(strip) {
  const { given, pending } = strip;
  const before = placesOf(strip);
  const focus = focusOf(strip);
  strip.tiles = pending.reduce(applied, given.tiles);
  strip.selected = pending.findLast((change) => change.do === "select")?.key ?? given.selected;
  strip.parts.order.classList.toggle("bare", !hasPictures(strip.tiles));
  arrange(strip);
  strip.tiles.forEach((tile) => fill(strip, tile));
  keepRoom(strip);
  showDrag(strip);
  showPoint(strip);
  keepFocus(strip, focus);
  slide(strip, before);
}

// Another draw has more words or fewer. What stands below does not move up again for that.
function keepRoom(strip) {
  const { style, clientWidth, offsetHeight } = strip.parts.strip;
  const now = [clientWidth, ...strip.tiles.map(({ title, on }) => title + on)].join();
  if (strip.roomFor !== now) style.minHeight = "";
  style.minHeight = `${strip.roomFor === now ? offsetHeight : strip.parts.strip.offsetHeight}px`;
  strip.roomFor = now;
}

const hasPictures = (tiles) => tiles.some(({ picture }) => picture);

// The tiles on the page, in their order; one that stays keeps its element.
function arrange(strip) {
  const { tiles, elements, parts, template } = strip;
  const keys = new Set(tiles.map(({ key }) => key));
  for (const [key, element] of elements) {
    if (keys.has(key)) continue;
    if (strip.drag?.element === element) end(strip);
    element.remove();
    elements.delete(key);
  }
  tiles.forEach(({ key }, at) => {
    if (!elements.has(key)) elements.set(key, template.content.firstElementChild.cloneNode(true));
    const [element, there] = [elements.get(key), parts.strip.children[at]];
    if (element !== there) parts.strip.insertBefore(element, there ?? null);
  });
}

function fill(strip, tile) {
  const { tiles, elements, words, selected } = strip;
  const element = elements.get(tile.key);
  const part = (name) => element.querySelector(`.${name}`);
  const { step, all } = count(strip, tile.key);
  const isSelected = tile.key === selected;
  element.tile = tile;
  for (const [name, is] of Object.entries({ selected: isSelected, off: !tile.on, fixed: tile.fixed }))
    element.classList.toggle(name, is);
  part("number").textContent = tile.on ? step : words.is_off;
  part("number").hidden = tile.fixed;
  part("title").replaceChildren(...parted(tile.title));
  const place = tile.fixed ? "" : filled(words.step, { step, all });
  const said = [tile.title, place, tile.on ? "" : words.is_off, tile.trouble];
  Object.assign(part("pick"), { ariaLabel: said.filter(Boolean).join(", "), ariaPressed: isSelected });
  fillPlace(tile, hasPictures(tiles), part);
  fillBars(tile, tiles, part("bars"));
  part("lines").textContent = tile.lines.join("\n");
  fillTools(tile, { step, all }, words, part("tools"));
}

// A name is broken, if it must be, between its words: Random|Horizontal|Flip.
function parted(title) {
  const words = title.split(/(?<=[a-z])(?=[A-Z])/);
  return words.flatMap((word) => [document.createElement("wbr"), word]);
}

// The picture, or why there is none.
function fillPlace({ title, picture, trouble, mend }, isRoom, part) {
  const img = part("place").querySelector("img");
  part("place").hidden = !trouble && !isRoom;
  part("place").classList.toggle("empty", !picture || Boolean(trouble));
  img.hidden = !picture || Boolean(trouble);
  img.alt = title;
  img.onload = () => img.classList.toggle("enlarged", img.naturalWidth < img.clientWidth);
  if (picture && img.src !== picture) img.src = picture;
  part("trouble").hidden = !trouble;
  part("trouble").querySelector("p").textContent = trouble;
  part("mend").hidden = !mend;
  part("mend").textContent = mend;
}

function fillBars({ bars }, tiles, svg) {
  svg.toggleAttribute("hidden", !tiles.some((tile) => tile.bars.length));
  svg.setAttribute("viewBox", `0 0 ${bars[0]?.length ?? 1} 1`);
  svg.classList.toggle("coloured", bars.length === 3);
  const paths = bars.map((shares) => {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", outline(shares));
    return path;
  });
  svg.replaceChildren(...paths);
}

function fillTools({ title, on, fixed }, { step, all }, words, tools) {
  tools.ariaLabel = title;
  for (const button of tools.children) {
    const does = button.dataset.do;
    const said = does === "switch" ? (on ? words.off : words.on) : words[does];
    button.hidden = fixed;
    button.ariaLabel = said;
    button.title = [said, KEYS[does]].filter(Boolean).join(" · ");
    button.ariaDisabled = (does === "left" && step === 1) || (does === "right" && step === all);
  }
}

// The focus

function focusOf({ root, parts, tiles }) {
  const active = root.activeElement;
  if (!parts.strip.contains(active)) return null;
  const { tile } = active.closest(".tile");
  return { active, key: tile.key, at: tiles.indexOf(tile) };
}

// It stays where it was, or at least at its tile; where that is gone, its neighbour has it.
function keepFocus(strip, focus) {
  const { root, tiles, elements } = strip;
  const near = tiles[Math.min(focus?.at ?? 0, tiles.length - 1)]?.key;
  const wishes = [focus?.key, focus && near, strip.stop, strip.selected, near];
  const stop = wishes.find((key) => elements.has(key));
  if (stop === undefined) return;
  stopAt(strip, stop);
  if (!focus) return;
  const stays = focus.active.isConnected && focus.active.checkVisibility({ visibilityProperty: true });
  const active = stays ? focus.active : pickOf(strip, stop);
  if (root.activeElement !== active) active.focus();
}

// A tile that stands elsewhere now is seen to go there.

function placesOf({ parts, elements }) {
  const { left, top } = parts.strip.getBoundingClientRect();
  const places = [...elements].map(([key, element]) => [key, element.getBoundingClientRect()]);
  return new Map(places.map(([key, box]) => [key, [box.left - left, box.top - top]]));
}

function slide(strip, before) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const [key, [left, top]] of placesOf(strip)) {
    const [x, y] = before.get(key) ?? [left, top];
    if (x === left && y === top) continue;
    strip.elements.get(key).animate({ translate: [`${x - left}px ${y - top}px`, "0px 0px"] }, SLIDE);
  }
}
