// The parts of a plane as elements of an SVG. Each is made once; drawn when there are other numbers or there is
// other room, and when what it hangs on has moved: a dot that is held, or the frame that is looked at.

import { alongLine, gapsFrom, lineBy, outline, pieces, square, sums } from "./geometry.js";
import { fill, show } from "./numbers.js";
import { atFrame } from "./playing.js";

const SPACE = "http://www.w3.org/2000/svg";
export const DASHES = {
  dash: "7 4",
  dot: "1.5 5",
  dashdot: "8 4 1.5 4",
  longdash: "14 5",
  longdashdot: "14 5 1.5 5",
};
export const SIGNS = {
  dot: "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0Z",
  ring: "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0Z",
  cross: "M-5-5L5 5M-5 5L5-5",
};
const HEADS = [
  SIGNS.dot,
  "M-5.5-5.5H5.5V5.5H-5.5Z",
  "M0-7.5L7.5 0L0 7.5L-7.5 0Z",
  "M0-7L6.8 5H-6.8Z",
  "M0 7L6.8-5H-6.8Z",
  "M-4-7H4L7 0L4 7H-4L-7 0Z",
];
const REACH = 16; // pixels around a dot in which it is meant

const KINDS = {
  dots: { make: () => shape("g"), draw: drawDots },
  curve: { make: () => shape("path", { class: "line" }), draw: drawCurve },
  path: { make: () => shape("path", { class: "line" }), draw: drawPath },
  line: { make: () => shape("path", { class: "line straight" }), draw: drawLine },
  gaps: { make: () => shape("path", { class: "gaps" }), draw: drawGaps },
  strokes: { make: () => shape("path", { class: "line" }), draw: drawStrokes },
  contours: { make: () => shape("g", { class: "contours" }), draw: drawContours },
  shading: { make: () => shape("image", { preserveAspectRatio: "none" }), draw: drawShading },
  mark: { make: () => shape("path"), draw: drawMark },
  label: { make: () => shape("text", { class: "label" }), draw: drawLabel },
};

export function shape(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SPACE, tag);
  put(element, attributes);
  element.append(...children);
  return element;
}

export function put(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

export function makeItem(sheet, part) {
  const node = KINDS[part.kind].make();
  const head = part.kind === "path" ? shape("path", { class: "sign head" }) : null; // lies above all lines
  return { sheet, part, node, head };
}

export function draw(view, item) {
  const { part, node, head, sheet } = item;
  if (!sheet.room) return; // there is none yet
  if (part.colour) for (const each of [node, head]) each?.style.setProperty("--tint", part.colour);
  if (part.dash) node.style.strokeDasharray = DASHES[part.dash] ?? "none";
  KINDS[part.kind].draw(view, item);
}

// What may be another at another frame, and what when a dot is moved.
export const isFramed = ({ kind, lit }) =>
  ["path", "strokes", "line", "gaps"].includes(kind) || (kind === "dots" && lit.length > 0);
export const isMoving = ({ kind, through, begins }) =>
  ["dots", "line", "gaps"].includes(kind) || Boolean(through || begins);

// Where things are

export const partOf = (view, key) => view.byKey.get(key)?.part;

// Of dots, as the learner has moved them.
export const placesOf = (view, key) => view.own.get(key) ?? partOf(view, key).places;

const curveOf = (view, { through, places }) => (through ? placesOf(view, through) : places);

const isBegun = (view, { begins }) => Boolean(begins) && view.own.has(begins);

const headOf = (view, path) =>
  isBegun(view, path) ? placesOf(view, path.begins)[0] : atFrame(path.places, view.frame);

export const pixels = ({ x, y }, place) => place && [x.to(place[0]), y.to(place[1])];

const pixelsOf = (sheet, places) => places.map((place) => pixels(sheet, place));

// The line of a part, as slope and intercept; null where there is none.
function lineOf(view, { by }) {
  const part = partOf(view, by);
  if (!part) return null;
  return lineBy(part.kind === "path" ? [headOf(view, part)] : placesOf(view, by).slice(0, 2));
}

// Whether it was computed from what the learner has moved since: from a place where a path begins only that path
// and what is told of it; from others whatever stands on other planes.
export function isStale(view, { part, sheet }) {
  const moved = [...view.own.keys()];
  if (!moved.length || part.kind === "dots" || part.kind === "gaps") return false;
  if (part.kind === "strokes") return true;
  if (part.kind === "path") return !isBegun(view, part);
  if (part.kind === "line") {
    const by = partOf(view, part.by);
    return by?.kind === "path" && !isBegun(view, by);
  }
  return !part.through && moved.some((key) => !view.starts.has(key) && view.byKey.get(key).sheet !== sheet);
}

// Drawing

function drawCurve(view, { part, node, sheet }) {
  put(node, { d: outline(pixelsOf(sheet, curveOf(view, part))) });
}

export const headShape = (view, part) => HEADS[view.heads.indexOf(headName(part)) % HEADS.length];
export const headName = ({ name, colour }) => `${name} ${colour}`;

function drawPath(view, item) {
  const { part, node, head, sheet } = item;
  if (item.drawn !== part || item.room !== sheet.room) {
    const steps = pieces(pixelsOf(sheet, part.places));
    let end = 0;
    Object.assign(item, { drawn: part, room: sheet.room, whole: steps.join("") });
    item.ends = steps.map((piece) => (end += piece.length));
    put(head, { d: headShape(view, part) });
  }
  const begun = isBegun(view, part);
  put(node, { d: begun ? "" : item.whole.slice(0, atFrame(item.ends, view.frame) ?? 0) });
  putAt(head, sheet, pixels(sheet, headOf(view, part)));
}

// What stands outside of the axes is not seen.
function putAt(node, { wide, high }, point) {
  const isOn = point && point[0] >= -1 && point[0] <= wide + 1 && point[1] >= -1 && point[1] <= high + 1;
  node.style.visibility = isOn ? "" : "hidden";
  if (isOn) put(node, { transform: `translate(${point.map(short).join(" ")})` });
}

const short = (pixel) => Math.round(Math.min(Math.max(pixel, -1e4), 1e4) * 10) / 10;

function drawLine(view, { part, node, sheet }) {
  const line = lineOf(view, part);
  const places = line ? alongLine(line, sheet.data.x, sheet.data.y) : [];
  put(node, { d: outline(pixelsOf(sheet, places)) });
}

function drawGaps(view, item) {
  const { part, node, sheet } = item;
  const line = partOf(view, part.line) && lineOf(view, partOf(view, part.line));
  const places = placesOf(view, part.dots);
  const gaps = line ? gapsFrom(places, line, part.shape) : [];
  const isRising = line?.slope > 0;
  const each = gaps.map(({ foot }, at) => {
    const [from, to] = [pixels(sheet, places[at]), pixels(sheet, foot)];
    if (!from || !to) return "";
    return part.shape === "squares" ? `${outline(square(from, to[1], isRising))}Z` : outline([from, to]);
  });
  put(node, { d: each.join(""), class: `gaps ${part.shape}` });
  item.sums = line && sums(gaps);
}

// The sentences of gaps: of all, and of the chosen dot, empty while none of these is.
export function gapWords(view, { part, sums }) {
  const { key, number } = view.chosen ?? {};
  const gap = key === part.dots ? sums?.each[number] : null;
  const each = () => fill(part.each, { name: nameOf(partOf(view, key), number), ...gap });
  return [
    ...(part.all ? [sums ? fill(part.all, sums.all) : ""] : []),
    ...(part.each ? [gap ? each() : ""] : []),
  ];
}

function drawStrokes(view, { part, node, sheet }) {
  put(node, { d: outline(pixelsOf(sheet, atFrame(part.frames, view.frame) ?? [])) });
}

function drawContours(_, { part, node, sheet }) {
  node.replaceChildren(
    ...part.levels.map(([height, lines]) => {
      const path = shape("path", { d: lines.map((places) => outline(pixelsOf(sheet, places))).join("") });
      path.append(shape("title"));
      path.firstChild.textContent = show(height);
      return path;
    }),
  );
}

function drawShading(_, { part, node, sheet }) {
  put(node, { href: part.png, width: sheet.wide, height: sheet.high });
}

function drawMark(_, { part, node, sheet }) {
  const { wide, high } = sheet;
  const [scale, from] = part.x === null ? [sheet.y, part.y] : [sheet.x, part.x];
  const isBand = part.to !== null;
  const [start, end] = [from, part.to ?? from].map((each) => short(scale.to(each)));
  const line = part.x === null ? `M0 ${start}H${wide}` : `M${start} 0V${high}`;
  const back = part.x === null ? `V${end}H0Z` : `H${end}V0Z`; // of a line alone it would fill the gaps
  put(node, { d: isBand ? line + back : line, class: isBand ? "mark band" : "mark" });
}

// Beside the edge its words go inwards.
function drawLabel(_, { part, node, sheet }) {
  const [x, y] = pixels(sheet, part.place);
  const share = x / sheet.wide;
  put(node, { x, y: y + 4, "text-anchor": share < 0.2 ? "start" : share > 0.8 ? "end" : "middle" });
  node.textContent = part.words;
}

// Dots

export const nameOf = ({ name }, number) => fill(name, { number: number + 1 });

// Whether one of them can be chosen: to be moved, or to be told of.
export const isChoosable = (view, part) => Boolean(part.moves) || view.telling.has(part.key);

function drawDots(view, item) {
  const { part, node, sheet } = item;
  const places = placesOf(view, part.key);
  const chosen = view.chosen?.key === part.key ? view.chosen.number : -1;
  item.stop = Math.min(chosen < 0 ? (item.stop ?? 0) : chosen, places.length - 1); // of the Tab key
  const lit = new Set(atFrame(part.lit, view.frame));
  while (node.children.length > places.length) node.lastChild.remove();
  while (node.children.length < places.length) node.append(makeDot());
  node.classList.toggle("alone", places.length === 1 && Boolean(part.moves));
  [...node.children].forEach((dot, number) => {
    drawDot(view, { dot, part, sheet, number, place: places[number] });
    dot.classList.toggle("lit", lit.has(number));
    dot.classList.toggle("chosen", number === chosen);
    if (isChoosable(view, part)) dot.setAttribute("tabindex", number === item.stop ? 0 : -1);
  });
}

function makeDot() {
  const parts = [
    shape("circle", { class: "hit", r: REACH }),
    shape("circle", { class: "halo", r: 11 }),
    shape("path", { class: "sign" }),
  ];
  return shape("g", { class: "handle" }, ...parts);
}

function drawDot(view, { dot, part, sheet, number, place }) {
  const point = pixels(sheet, place);
  const now = JSON.stringify([point, part.sign, part.moves, isChoosable(view, part), part.name, place]);
  if (dot.now === now) return;
  dot.now = now;
  putAt(dot, sheet, point);
  put(dot.lastChild, { d: SIGNS[part.sign], class: `sign ${part.sign}` });
  dot.classList.toggle("moves", Boolean(part.moves));
  dot.classList.toggle("choosable", isChoosable(view, part));
  if (isChoosable(view, part)) speak(dot, part, sheet, number, place);
}

function speak(dot, part, sheet, number, place) {
  const { x, y } = sheet.data;
  const axis = part.moves === "y" ? y : x;
  put(dot, {
    role: part.moves ? "slider" : "button",
    "aria-label": nameOf(part, number),
    "aria-valuetext": placeText(sheet, place),
    "aria-valuemin": axis.low,
    "aria-valuemax": axis.high,
    "aria-valuenow": place?.[part.moves === "y" ? 1 : 0] ?? axis.low,
  });
}

export function placeText({ data: { x, y } }, place) {
  if (!place) return "";
  const at = (axis, value) => `${axis.name} ${show(value)}`;
  return y ? `${at(x, place[0])}, ${at(y, place[1])}` : at(x, place[0]);
}
