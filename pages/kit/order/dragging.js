// Dragging a tile: it follows the pointer, a mark shows where it will land, and only the drop is told.

import { fixed, indexAt, landing } from "./places.js";

const THRESHOLD = 5; // pixels: a press that moves less is a click
const EDGE = 40; // pixels from the ends of the lane where it scrolls along
const CREEP = 8; // pixels a frame

// A finger scrolls the page unless it takes a tile by its handle; so does a pen.
export function press(strip, event) {
  const { target, pointerId, pointerType, isPrimary, button } = event;
  const element = target.closest(".tile");
  const taken = pointerType === "mouse" || target.closest(".handle");
  strip.dropped = false;
  if (strip.drag || !isPrimary || button || !taken || !element) return;
  if (element.tile.fixed || target.closest("[data-do]")) return;
  const pointer = [event.clientX, event.clientY];
  const heard = new AbortController();
  strip.drag = { element, pointer, start: within(strip, pointer), by: [0, 0], landing: null, heard };
  const hear = (kind, does) => document.addEventListener(kind, does, { capture: true, signal: heard.signal });
  const own = (does) => (event) => event.pointerId === pointerId && does(strip, event);
  hear("pointermove", own(move));
  hear("pointerup", own(drop));
  hear("pointercancel", own(cancel));
  hear("keydown", (event) => hearEscape(strip, event));
}

// Where the pointer is in the strip, which may be scrolled meanwhile.
function within({ parts }, [x, y]) {
  const { left, top } = parts.strip.getBoundingClientRect();
  return [x - left, y - top];
}

function move(strip, { clientX, clientY }) {
  const { drag } = strip;
  const [x, y] = drag.pointer;
  if (!drag.landing && Math.hypot(clientX - x, clientY - y) < THRESHOLD) return;
  const begins = !drag.landing;
  drag.pointer = [clientX, clientY];
  aim(strip);
  if (begins) creep(strip);
}

// The tile at the pointer, but inside the strip; the mark where it would land.
function aim(strip) {
  const { drag, parts, tiles, elements } = strip;
  const boxes = tiles.map(({ key }) => boxOf(elements.get(key)));
  const from = tiles.findIndex(({ key }) => key === drag.element.tile.key);
  const [x, y] = within(strip, drag.pointer);
  const { left, top, width, height } = boxes[from];
  const { offsetWidth, offsetHeight } = parts.strip;
  drag.by = [
    clamp(x - drag.start[0], -left, offsetWidth - left - width),
    clamp(y - drag.start[1], -top, offsetHeight - top - height),
  ];
  drag.landing = landing(boxes, x, y, fixed(tiles));
  drag.to = indexAt(drag.landing.slot, from);
  drag.moves = drag.to !== from;
  showDrag(strip);
}

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

// Where a tile stands, whether or not it is dragged away from there.
function boxOf({ offsetLeft, offsetTop, offsetWidth, offsetHeight }) {
  return { left: offsetLeft, top: offsetTop, width: offsetWidth, height: offsetHeight };
}

export function showDrag({ drag, parts, tiles, elements }) {
  parts.order.classList.toggle("dragging", Boolean(drag?.landing));
  tiles.forEach(({ key }, at) => {
    const element = elements.get(key);
    const dragged = drag?.landing && drag.element === element;
    element.classList.toggle("dragged", Boolean(dragged));
    element.style.translate = dragged ? drag.by.map((pixels) => `${pixels}px`).join(" ") : "";
    const marked = drag?.landing && drag.moves && drag.landing.beside === at;
    if (marked) element.dataset.mark = drag.landing.side;
    else delete element.dataset.mark;
  });
}

// At an end of a lane that scrolls, it goes on.
function creep(strip) {
  const { drag, parts } = strip;
  if (!drag) return;
  const { left, right } = parts.lane.getBoundingClientRect();
  const before = parts.lane.scrollLeft;
  if (drag.pointer[0] < left + EDGE) parts.lane.scrollLeft -= CREEP;
  if (drag.pointer[0] > right - EDGE) parts.lane.scrollLeft += CREEP;
  if (parts.lane.scrollLeft !== before) aim(strip);
  requestAnimationFrame(() => creep(strip));
}

function drop(strip) {
  const { element, landing, moves, to } = strip.drag;
  end(strip);
  if (!landing) return;
  strip.dropped = true; // the click that comes of letting go selects nothing
  element.querySelector(".pick").focus({ preventScroll: true });
  if (moves) strip.act("move", element.tile.key, to);
  else strip.draw();
}

function hearEscape(strip, event) {
  if (event.key !== "Escape" || !strip.drag.landing) return;
  event.preventDefault();
  event.stopPropagation();
  strip.dropped = true;
  cancel(strip);
}

function cancel(strip) {
  end(strip);
  strip.draw();
}

export function end(strip) {
  strip.drag?.heard.abort();
  strip.drag = null;
}
