// A sheet to draw on. A stroke is seen at once, and the whole drawing is told when the hand rests; Python draws
// its picture from the same strokes.

import { begun, extended, full, place, points, SPACE, stepped, withoutLast } from "./strokes.js";

const views = new WeakMap(); // one a mounted component
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const [STEP, FURTHER] = [4, 16]; // units of an arrow key, and with Shift
const REST = 500; // milliseconds after the pen was lifted
const PAPER = "paper";

export default function ({ parentElement, data, setTriggerValue }) {
  if (!views.has(parentElement)) views.set(parentElement, makeView(parentElement));
  const view = views.get(parentElement);
  view.send = setTriggerValue;
  take(view, data);
  return () => parentElement.isConnected || clearTimeout(view.timer);
}

function makeView(parent) {
  const find = (selector) => parent.querySelector(selector);
  const view = { canvas: find("canvas"), pen: find(".pen"), colours: find(".colours"), told: find(".told") };
  Object.assign(view, {
    width: find(".width"),
    fill: find(".fill"),
    undo: find(".undo"),
    clear: find(".clear"),
  });
  Object.assign(view, {
    hint: find(".hint"),
    past: [],
    serial: 0,
    timer: null,
    drawing: null,
    colour: "black",
  });
  Object.assign(view, { pointer: null, at: [SPACE / 2, SPACE / 2], down: false });
  const { canvas } = view;
  view.paint = canvas.getContext("2d");
  view.paint.scale(canvas.width / SPACE, canvas.height / SPACE);
  view.paint.lineCap = view.paint.lineJoin = "round";
  canvas.onpointerdown = (event) => hold(view, event);
  canvas.onpointermove = (event) => pull(view, event);
  canvas.onpointerup = (event) => letGo(view, event);
  canvas.onpointercancel = (event) => event.pointerId === view.pointer && giveUp(view);
  canvas.onkeydown = (event) => hear(view, event);
  canvas.onfocus = () => showPen(view);
  canvas.onblur = () => leave(view);
  view.undo.onclick = () => undo(view);
  view.clear.onclick = () => change(view, { ...view.drawing, strokes: [] });
  view.fill.onclick = () => change(view, { ...view.drawing, paper: paperOf(view) });
  return view;
}

// What Python holds now; but not its drawing while the learner has gone on since.
function take(view, { drawing, colours, limits, serial, words }) {
  Object.assign(view, { limits, words, hues: Object.fromEntries(colours.map(([slug, hue]) => [slug, hue])) });
  dress(view, colours);
  if (serial < view.serial || drawingNow(view) || view.timer) return;
  view.serial = serial;
  view.known = JSON.stringify(drawing);
  if (JSON.stringify(view.drawing) === view.known) return;
  view.drawing = drawing;
  show(view);
}

const drawingNow = (view) => view.pointer !== null || view.down;

// Words and colours, which another language changes.
function dress(view, colours) {
  const { canvas, words, limits } = view;
  canvas.ariaLabel = `${words.sheet}. ${words.hint}`;
  view.hint.textContent = words.hint;
  for (const name of ["fill", "undo", "clear"]) view[name].textContent = words[name];
  const [caption, range] = view.width.children;
  caption.textContent = words.width;
  if (!range.max || Number(range.max) !== limits.widths[1]) {
    [range.min, range.max] = limits.widths;
    range.value = limits.usual;
  }
  view.colours.ariaLabel = words.colours;
  for (const [at, [slug, hue, name]] of [...colours, [PAPER, "", words.eraser]].entries()) {
    const button = view.colours.children[at] ?? view.colours.appendChild(makeColour(view, slug));
    button.title = button.ariaLabel = name;
    button.style.setProperty("--hue", hue);
    if (slug === PAPER) button.textContent = name;
  }
  choose(view, view.colour);
}

function makeColour(view, slug) {
  const button = Object.assign(document.createElement("button"), { type: "button" });
  button.className = slug === PAPER ? "eraser" : "hue";
  button.onclick = () => choose(view, slug);
  button.dataset.colour = slug;
  return button;
}

function choose(view, slug) {
  view.colour = slug;
  for (const button of view.colours.children) button.ariaPressed = button.dataset.colour === slug;
}

const hueOf = (view, slug) => view.hues[slug === PAPER ? view.drawing.paper : slug];
const paperOf = (view) => (view.colour === PAPER ? view.drawing.paper : view.colour);

function show(view) {
  const { paint, drawing, undo, clear } = view;
  paint.fillStyle = hueOf(view, PAPER);
  paint.fillRect(0, 0, SPACE, SPACE);
  for (const stroke of drawing.strokes) draw(view, stroke);
  undo.ariaDisabled = !view.past.length && !drawing.strokes.length;
  clear.ariaDisabled = !drawing.strokes.length;
  showPen(view);
}

function draw(view, [colour, width, places]) {
  const { paint } = view;
  paint.strokeStyle = hueOf(view, colour);
  paint.lineWidth = width;
  paint.beginPath();
  paint.moveTo(...places[0]);
  for (const [x, y] of places) paint.lineTo(x + 0.01, y); // a point alone is a dot
  paint.stroke();
}

// Changes of the drawing

function change(view, drawing) {
  finish(view);
  if (JSON.stringify(drawing) === JSON.stringify(view.drawing)) return;
  view.past.push(view.drawing);
  view.drawing = drawing;
  show(view);
  rest(view);
}

function undo(view) {
  finish(view);
  if (!view.past.length && !view.drawing.strokes.length) return;
  view.drawing = view.past.pop() ?? withoutLast(view.drawing);
  show(view);
  say(view, view.words.undone);
  rest(view);
}

function start(view, point) {
  if (full(view.drawing, view.limits)) {
    say(view, view.words.full);
    return false;
  }
  clearTimeout(view.timer);
  view.timer = null;
  view.past.push(view.drawing);
  view.drawing = begun(view.drawing, view.colour, Number(view.width.lastElementChild.value), point);
  show(view);
  return true;
}

function goOn(view, point) {
  if (points(view.drawing) >= view.limits.points) return say(view, view.words.full);
  const longer = extended(view.drawing, point);
  if (longer === view.drawing) return;
  view.drawing = longer;
  const [colour, width, places] = longer.strokes.at(-1);
  draw(view, [colour, width, places.slice(-2)]);
}

// The stroke that is being drawn ends here.
function finish(view) {
  if (!drawingNow(view)) return;
  view.pointer = null;
  view.down = false;
  showPen(view);
  rest(view);
}

// The stroke that is being drawn was never begun.
function giveUp(view) {
  if (!drawingNow(view)) return;
  view.pointer = null;
  view.down = false;
  view.drawing = view.past.pop();
  show(view);
  rest(view);
}

function rest(view) {
  clearTimeout(view.timer);
  view.timer = setTimeout(() => tell(view), REST);
}

function tell(view) {
  clearTimeout(view.timer);
  view.timer = null;
  if (JSON.stringify(view.drawing) === view.known) return;
  view.known = JSON.stringify(view.drawing);
  view.serial += 1;
  view.send("did", { ...view.drawing, serial: view.serial });
}

// By hand

function hold(view, event) {
  const { pointerId, clientX, clientY, isPrimary, button } = event;
  if (view.pointer !== null || !isPrimary || button) return;
  event.preventDefault(); // nothing is selected on the way
  finish(view);
  view.canvas.focus({ preventScroll: true });
  view.pen.hidden = true;
  if (!start(view, place(clientX, clientY, view.canvas.getBoundingClientRect()))) return;
  view.canvas.setPointerCapture(pointerId);
  view.pointer = pointerId;
}

function pull(view, { pointerId, clientX, clientY }) {
  if (pointerId !== view.pointer) return;
  goOn(view, place(clientX, clientY, view.canvas.getBoundingClientRect()));
}

function letGo(view, { pointerId }) {
  if (pointerId === view.pointer) finish(view);
  view.pen.hidden = true; // it is for keys
}

// By keys

function hear(view, event) {
  event.stopPropagation(); // Streamlit's shortcuts are single letters
  const { key, shiftKey, altKey, ctrlKey, metaKey } = event;
  if ((ctrlKey || metaKey) && key === "z") {
    event.preventDefault();
    return undo(view);
  }
  if (key === "Escape") return giveUp(view);
  const arrow = ARROWS[key];
  if (altKey || ctrlKey || metaKey || view.pointer !== null || !(arrow || key === " " || key === "Enter"))
    return;
  event.preventDefault();
  if (arrow) return walk(view, arrow, shiftKey ? FURTHER : STEP);
  if (view.down) lift(view);
  else if (key === " ") putDown(view);
  if (key === "Enter" && view.timer) tell(view);
}

function putDown(view) {
  if (!start(view, view.at)) return;
  view.down = true;
  showPen(view);
  say(view, view.words.down);
}

function lift(view) {
  finish(view);
  say(view, view.words.lifted);
}

function walk(view, arrow, by) {
  view.at = stepped(
    view.at,
    arrow.map((each) => each * by),
  );
  if (view.down) goOn(view, view.at);
  showPen(view);
  say(view, view.down ? view.words.down : view.words.place);
}

function leave(view) {
  finish(view);
  view.pen.hidden = true;
  if (view.timer) tell(view); // what is clicked next is about this drawing
}

function showPen(view) {
  const { pen, at, canvas } = view;
  pen.hidden = view.pointer !== null || !canvas.matches(":focus-visible");
  Object.assign(pen.style, { left: `${(100 * at[0]) / SPACE}%`, top: `${(100 * at[1]) / SPACE}%` });
  pen.classList.toggle("down", view.down);
}

function say({ told, at: [x, y] }, words) {
  told.textContent = words.replace("{x}", x).replace("{y}", y);
}
