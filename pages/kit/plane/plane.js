// Planes on which dots are moved and paths are played. What hangs on a dot is drawn at once; all else is Python's,
// and pale until it has answered. All frames are there already.

import { attend, isBusy, REST } from "../rest.js";
import { draw, gapWords, isFramed, isMoving, isStale } from "./drawing.js";
import { attendFields, attendHands, placeWords, settleChosen, showChosen } from "./moving.js";
import { fill } from "./numbers.js";
import { frameAfter, longest, sentence } from "./playing.js";
import { arrange, explain, fit, make } from "./sheets.js";

const views = new WeakMap(); // one a mounted component
const STAYS = 300; // milliseconds at a frame before it is told

export default function ({ parentElement, data, setTriggerValue }) {
  if (!views.has(parentElement)) views.set(parentElement, makeView(parentElement));
  const view = views.get(parentElement);
  view.send = setTriggerValue;
  take(view, data);
  return () => parentElement.isConnected || leave(view);
}

function makeView(parent) {
  const find = (selector) => parent.querySelector(selector);
  const parts = { sheets: find(".sheets"), legend: find(".legend"), player: find(".player") };
  Object.assign(parts, { scrub: find(".scrub"), count: find(".count"), told: find(".told") });
  Object.assign(parts, { sums: find(".sums"), row: find(".chosen-row"), name: find(".name") });
  Object.assign(parts, { fields: [...parent.querySelectorAll(".fields input")], hint: find(".hint") });
  Object.assign(parts, { trouble: find(".trouble"), spoken: find(".spoken"), bar: find(".bar") });
  const view = { parts, serial: 0, own: new Map(), chosen: null, drag: null, tap: null, typing: null };
  Object.assign(view, { timer: null, resting: null, playing: 0, frame: 0, stale: "", items: [], sheets: [] });
  view.redraw = () => redraw(view);
  view.tell = (words) => tell(view, words);
  view.takeLatest = () => take(view, view.latest);
  attend();
  attendFields(view);
  attendPlayer(view);
  view.observer = new ResizeObserver(() => view.width !== parts.sheets.clientWidth && fit(view));
  view.observer.observe(parts.sheets);
  return view;
}

function leave(view) {
  for (const timer of [view.timer, view.resting, view.following]) clearTimeout(timer);
  cancelAnimationFrame(view.playing);
  view.observer.disconnect();
}

// What Python holds now; but not its dots while the learner has gone on since.
function take(view, data) {
  view.latest = data;
  if (data.serial < view.serial || view.drag || view.timer) return;
  const [isNew, begins] = [data.scene !== view.script, view.begins];
  const isSent = data.at !== view.known; // another frame was set elsewhere
  Object.assign(view, { serial: data.serial, known: data.at, tells: data.tells, begins: false });
  view.own.clear();
  if (!view.resting) view.at = undefined;
  if (isNew) load(view, data.scene);
  redraw(view);
  const last = view.frames - 1;
  const stays = !view.resting && (isNew || isSent);
  if (isNew && begins) begin(view);
  else if (stays) goTo(view, data.at ?? last);
  else if (isNew) showFrame(view, Math.min(view.frame, last));
  follow(view);
}

// The page around is still about what was before: it runs again, unless the learner has gone on since.
function follow(view) {
  clearTimeout(view.following);
  if (!view.latest.ahead) return;
  view.following = setTimeout(() => {
    if (view.drag || view.timer || view.resting || isBusy()) follow(view);
    else if (!view.own.size) view.send("rest", view.serial);
  }, REST);
}

function load(view, script) {
  const scene = JSON.parse(script);
  Object.assign(view, { script, words: scene.words, frames: scene.frames, told: scene.told });
  for (const sheet of arrange(view, scene)) attendHands(view, sheet);
  const keyed = view.items.filter(({ part }) => part.key);
  view.byKey = new Map(keyed.map((item) => [item.part.key, item]));
  view.starts = new Set(view.items.map(({ part }) => part.begins).filter(Boolean));
  view.telling = new Set(view.items.filter(({ part }) => part.each).map(({ part }) => part.dots));
  settleChosen(view);
  explain(view, scene.legend);
  label(view);
  fit(view);
}

function label({ parts, words, frames, told }) {
  parts.player.ariaLabel = words.player;
  parts.player.hidden = frames < 2 && !told;
  parts.bar.hidden = frames < 2;
  for (const button of parts.bar.querySelectorAll("button")) name(button, words[button.dataset.do]);
  parts.scrub.ariaLabel = words.scrub;
  parts.scrub.max = frames - 1;
  parts.count.style.minWidth = `${fill(words.count, { step: frames - 1, all: frames - 1 }).length}ch`;
  parts.told.hidden = !told;
  parts.told.firstElementChild.textContent = told ? longest(told, frames) : "";
}

function name(control, words) {
  control.ariaLabel = control.title = words;
}

// What hangs on dots

function redraw(view) {
  if (view.own.size && view.playing) pause(view);
  for (const item of view.items) if (isMoving(item.part)) draw(view, item);
  const stale = [...view.own.keys()].join();
  if (stale !== view.stale) {
    view.stale = stale;
    for (const item of view.items)
      for (const each of [item.node, item.head]) each?.classList.toggle("stale", isStale(view, item));
    view.parts.told.classList.toggle("stale", Boolean(stale));
  }
  showSums(view);
  showChosen(view);
}

const sumsOf = (view) =>
  view.items.filter(({ part }) => part.kind === "gaps").flatMap((item) => gapWords(view, item));

function showSums(view) {
  const { sums } = view.parts;
  const words = sumsOf(view);
  sums.hidden = !words.length;
  while (sums.children.length < words.length) sums.append(make("p"));
  while (sums.children.length > words.length) sums.lastChild.remove();
  words.forEach((each, line) => {
    sums.children[line].textContent = each;
  });
}

// All that Python may not have read yet, as Streamlit keeps only the newest of several messages.
function tell(view, words = "") {
  for (const timer of [view.timer, view.resting]) clearTimeout(timer);
  Object.assign(view, { timer: null, resting: null });
  view.serial += 1;
  view.begins ||= [...view.own.keys()].some((key) => view.starts.has(key));
  if (view.begins && view.tells) view.at = view.frames - 1; // where it will be when it has played
  if (view.at !== undefined) view.known = view.at < view.frames - 1 ? view.at : null;
  view.send("did", { serial: view.serial, moves: [...view.own], at: view.at ?? null });
  if (view.own.size)
    view.parts.spoken.textContent = [words, placeWords(view), ...sumsOf(view)].filter(Boolean).join(" ");
}

// Frames

function attendPlayer(view) {
  const { player, bar, scrub } = view.parts;
  const acts = {
    start: () => goTo(view, 0),
    back: () => goTo(view, view.frame - 1),
    play: () => (view.playing ? goTo(view, view.frame) : play(view)),
    on: () => goTo(view, view.frame + 1),
    end: () => goTo(view, view.frames - 1),
  };
  for (const button of bar.querySelectorAll("button")) button.onclick = acts[button.dataset.do];
  scrub.oninput = () => goTo(view, Number(scrub.value));
  player.onkeydown = (event) => {
    event.stopPropagation(); // Streamlit's shortcuts are single letters
    const { key, target, altKey, ctrlKey, metaKey } = event;
    if (key !== " " || target.matches("button") || altKey || ctrlKey || metaKey) return;
    event.preventDefault();
    acts.play();
  };
  player.addEventListener("focusout", () => view.resting && tell(view)); // what is clicked next is about this frame
}

// By hand, or because there are other frames: it is told when it stays.
function goTo(view, frame) {
  cancelAnimationFrame(view.playing);
  clearTimeout(view.resting);
  Object.assign(view, { playing: 0, resting: null });
  showFrame(view, Math.min(Math.max(frame, 0), view.frames - 1));
  if (!view.tells) return;
  view.at = view.frame;
  if (view.frame !== (view.known ?? view.frames - 1)) view.resting = setTimeout(() => tell(view), STAYS);
}

// What is computed anew is not played on; nor told, as other frames come.
function pause(view) {
  cancelAnimationFrame(view.playing);
  view.playing = 0;
  showFrame(view, view.frame);
}

// From where a dot was let go a path begins: it is played, or shown whole to those who want less motion.
function begin(view) {
  showFrame(view, 0);
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) goTo(view, view.frames - 1);
  else play(view);
}

function play(view) {
  const last = view.frames - 1;
  const from = view.frame === last ? 0 : view.frame;
  const start = performance.now();
  const go = (now) => {
    view.playing = requestAnimationFrame(go);
    const frame = frameAfter(from, Math.max(0, now - start), view.frames);
    if (frame === last) goTo(view, last);
    else if (frame !== view.frame) showFrame(view, frame);
  };
  clearTimeout(view.resting);
  view.resting = null;
  view.playing = requestAnimationFrame(go);
  showFrame(view, from);
}

function showFrame(view, frame) {
  const { parts, words, frames, told, playing } = view;
  view.frame = frame;
  for (const item of view.items) if (isFramed(item.part)) draw(view, item);
  const last = frames - 1;
  const now = parts.told.lastElementChild;
  parts.scrub.value = frame;
  parts.scrub.style.setProperty("--done", `${(100 * frame) / Math.max(1, last)}%`);
  parts.count.textContent = parts.scrub.ariaValueText = fill(words.count, { step: frame, all: last });
  parts.player.classList.toggle("playing", Boolean(playing));
  name(parts.bar.querySelector("[data-do=play]"), playing ? words.pause : words.play);
  now.ariaLive = playing ? "off" : "polite";
  if (told) now.textContent = sentence(told, frame);
  showSums(view);
}
