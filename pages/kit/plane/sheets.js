// The planes on the page: where each stands, its axes in the pixels that there are, and what its signs mean.

import { DASHES, draw, headName, headShape, makeItem, nameOf, put, SIGNS, shape } from "./drawing.js";
import { fill } from "./numbers.js";
import { scaleOf, ticks } from "./scales.js";

const TOP = 24; // pixels above a plane, for the name of its upright axis,
const BOTTOM = 42; // below it, for the marks and the name of the other one,
const SIDE = 16; // and beside it, for half a mark
const LETTER = 7.2; // of a mark
const STRIP = { height: 64, top: 8, high: 32, apart: 11 };
const APART = { x: 68, y: 44, log: 24 };
const SAMPLE = { width: 26, height: 14 };

export function make(tag, className = "", ...children) {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...children);
  return element;
}

// A scene like the one before keeps its elements, and so the focus. The planes that are new.
export function arrange(view, scene) {
  const kinds = scene.planes.map(({ y, parts }) => [!y, ...parts.map(({ kind, key }) => `${kind} ${key}`)]);
  const like = JSON.stringify([scene.rows, kinds]);
  const isNew = like !== view.like;
  if (isNew) build(view, scene);
  view.like = like;
  view.sheets.forEach((sheet, at) => {
    sheet.data = scene.planes[at];
    sheet.title.textContent = sheet.svg.ariaLabel = sheet.data.name;
    sheet.box.style.height = `${heightOf(sheet.data)}px`;
    sheet.items.forEach((item, number) => Object.assign(item, { part: sheet.data.parts[number] }));
  });
  return isNew ? view.sheets : [];
}

function build(view, scene) {
  view.sheets = scene.planes.map((data) => makeSheet(data));
  const rows = scene.rows.map((row) => make("div", "row", ...row.map((at) => view.sheets[at].figure)));
  view.parts.sheets.replaceChildren(...rows);
  view.items = view.sheets.flatMap(({ items }) => items);
}

const heightOf = ({ y, height }) => (y ? height : Math.min(height, STRIP.height));

function makeSheet(data) {
  const [back, inside, heads] = [shape("g", { class: "axes" }), shape("svg"), shape("g")];
  const over = shape("g", {}, heads);
  const svg = shape("svg", { class: "sheet", role: "group" }, back, inside, over);
  const title = make("figcaption");
  const box = make("div", "box", svg);
  const sheet = { data, svg, back, inside, over, title, box, figure: make("figure", "", title, box) };
  for (const seen of [back, inside, heads]) seen.setAttribute("aria-hidden", "true");
  sheet.items = data.parts.map((part) => makeItem(sheet, part));
  for (const { node, head, part } of sheet.items) {
    (part.kind === "dots" ? over : inside).append(node);
    if (head) heads.append(head);
  }
  return sheet;
}

// Everything anew, in the room that there is.
export function fit(view) {
  view.width = view.parts.sheets.clientWidth;
  for (const sheet of view.sheets) {
    const width = sheet.box.clientWidth;
    if (!width) continue; // it is not on the page yet
    if (sheet.data.y) fitPlane(sheet, width, heightOf(sheet.data));
    else fitStrip(sheet, width);
    sheet.room = JSON.stringify([sheet.wide, sheet.high, sheet.data.x, sheet.data.y]);
    put(sheet.inside, { x: sheet.left, y: sheet.top, width: sheet.wide, height: sheet.high });
    put(sheet.over, { transform: `translate(${sheet.left} ${sheet.top})` });
    put(sheet.svg, { width, height: heightOf(sheet.data) });
  }
  for (const item of view.items) draw(view, item);
}

function fitPlane(sheet, width, height) {
  const { x, y } = sheet.data;
  const high = height - TOP - BOTTOM;
  const up = ticks(y, high, y.log ? APART.log : APART.y);
  const left = Math.max(28, LETTER * Math.max(...up.map(({ text }) => text.length)) + 14);
  const wide = Math.max(60, width - left - SIDE);
  Object.assign(sheet, { left, top: TOP, wide, high });
  Object.assign(sheet, { x: scaleOf(x, 0, wide), y: scaleOf(y, high, 0) });
  const across = ticks(x, wide, Math.max(APART.x, widest(ticks(x, wide, APART.x)) + 20));
  const [right, foot] = [left + wide, TOP + high];
  sheet.back.replaceChildren(
    ...up.flatMap(({ value, text }) => {
      const at = TOP + sheet.y.to(value);
      return [grid(`M${left} ${at}H${right}`, value), word(text, left - 8, at + 4, "end")];
    }),
    ...across.flatMap(({ value, text }) => {
      const at = left + sheet.x.to(value);
      return [grid(`M${at} ${TOP}V${foot}`, value), word(text, at, foot + 18, "middle")];
    }),
    shape("path", { class: "edge", d: `M${left} ${TOP}V${foot}H${right}` }),
    word(y.name, 2, 13, "start", "axis"),
    word(x.name, right, height - 4, "end", "axis"),
  );
}

const widest = (marks) => LETTER * Math.max(0, ...marks.map(({ text }) => text.length));

// Its axis is what it is called by.
function fitStrip(sheet, width) {
  const { x } = sheet.data;
  const { top, high } = STRIP;
  const [left, wide] = [SIDE + 8, Math.max(60, width - 2 * (SIDE + 8))];
  Object.assign(sheet, { left, top, wide, high });
  Object.assign(sheet, {
    x: scaleOf(x, 0, wide),
    y: { to: (y) => high / 2 - y * STRIP.apart, back: () => 0 },
  });
  const middle = top + high / 2;
  const across = ticks(x, wide, Math.max(APART.x, widest(ticks(x, wide, APART.x)) + 20));
  sheet.back.replaceChildren(
    shape("rect", { class: "track", x: left, y: middle - 2, width: wide, height: 4, rx: 2 }),
    ...across.flatMap(({ value, text }) => {
      const at = left + sheet.x.to(value);
      return [grid(`M${at} ${middle + 5}v6`), word(text, at, top + high + 16, "middle")];
    }),
  );
}

const grid = (d, value) => shape("path", { class: value === 0 ? "grid zero" : "grid", d });

function word(text, x, y, anchor, kind = "") {
  const element = shape("text", { x, y, "text-anchor": anchor, class: kind });
  element.textContent = text;
  return element;
}

// What the signs mean: each name once

export function explain(view, legend) {
  const { parts } = view;
  parts.legend.hidden = !legend;
  const all = view.items.filter(({ part }) => part.name);
  view.heads = [...new Set(all.filter(({ part }) => part.kind === "path").map(({ part }) => headName(part)))];
  const entries = new Map();
  for (const item of all) {
    const meant = `${meaning(item)} ${item.part.colour}`;
    if (!entries.has(meant)) entries.set(meant, item); // the first shows it best: a path has its dash and its head
  }
  parts.legend.replaceChildren(
    ...[...entries.values()].map((item) => make("span", "", sample(view, item), meaning(item))),
  );
}

function meaning({ part }) {
  if (part.kind !== "dots") return part.name;
  const count = part.places.length;
  return count > 1 ? fill(part.name, { number: `1–${count}` }) : nameOf(part, 0);
}

function sample(view, { part }) {
  const { width, height } = SAMPLE;
  const svg = shape("svg", { width, height, viewBox: `${-width / 2} ${-height / 2} ${width} ${height}` });
  const line = `M${-width / 2} 0H${width / 2}`;
  if (part.kind === "dots") svg.append(shape("path", { class: `sign ${part.sign}`, d: SIGNS[part.sign] }));
  else if (part.kind === "mark") svg.append(markSample(part));
  else if (part.kind === "contours")
    svg.append(shape("g", { class: "contours" }, shape("path", { d: line })));
  else if (part.kind === "shading")
    svg.append(shape("rect", { class: "shade", x: -7, y: -5, width: 14, height: 10 }));
  else svg.append(shape("path", { class: `line ${part.kind === "line" ? "straight" : ""}`, d: line }));
  if (part.kind === "path") svg.append(shape("path", { class: "sign head", d: headShape(view, part) }));
  svg.style.setProperty("--tint", part.colour ?? "var(--quiet)");
  if (svg.firstChild.matches(".line, .mark"))
    svg.firstChild.style.strokeDasharray = DASHES[part.dash] ?? "none";
  return svg;
}

function markSample({ x, to }) {
  if (to !== null) return shape("path", { class: "mark band", d: "M-9-5H9V5H-9Z" });
  return shape("path", { class: "mark", d: x === null ? "M-13 0H13" : "M0-7V7" });
}
