// Plays frames that Python has computed. Nothing is worked out here but which frame comes next; of the cells
// only those that change are touched, so that a step stays quick on large boards.

import { attend, isBusy, REST } from "../rest.js";
import {
  bounded,
  edit,
  goOn,
  isWrong,
  make,
  makeEditor,
  refill,
  resize,
  size,
  take,
  textOf,
} from "./editing.js";
import { arithmetic, filledBy, follow } from "./telling.js";

const players = new WeakMap(); // one a mounted component
const memories = new Map(); // by key, so that a learner who leaves the page comes back to the same step
// Where a learner may be besides at a frame: at the last one, however many there are, or before the whole result.
const END = -1;
const WHOLE = -2;
const PACE = { slow: 1500, normal: 700, fast: 150 }; // milliseconds a step
const PARTS = [
  "stepper",
  "boards",
  "scrub",
  "count",
  "speed",
  "ask",
  "prompt",
  "tools",
  "refusal",
  "bar",
  "lines",
  "room",
  "now",
  "note",
  "summary",
];
const KEYS = { " ": "play", ArrowLeft: "back", ArrowRight: "on", Home: "start", End: "end" };

export default function ({ parentElement, data, setTriggerValue }) {
  if (!players.has(parentElement)) players.set(parentElement, makePlayer(parentElement, data.key));
  const player = players.get(parentElement);
  const isNew = player.script !== data.script;
  const asks = JSON.stringify(player.ask) !== JSON.stringify(data.ask);
  const answering = isAnswering(player);
  Object.assign(player, { tell: setTriggerValue, ahead: data.ahead, ask: data.ask });
  take(player.editor, data.grids);
  if (isNew) load(player, data.script);
  else if (asks && player.memory.at === WHOLE) survey(player);
  else if (asks) showAsk(player);
  showTyped(player);
  if (asks && answering) focusAsk(player);
  return () => parentElement.isConnected || stop(player);
}

function makePlayer(parent, key) {
  attend();
  if (!memories.has(key)) memories.set(key, { at: WHOLE });
  const parts = Object.fromEntries(PARTS.map((name) => [name, parent.querySelector(`.${name}`)]));
  const buttons = [...parent.querySelectorAll("button")];
  const answer = make("input", "answer");
  Object.assign(answer, { autocomplete: "off", inputMode: "text", placeholder: "?" });
  const memory = memories.get(key);
  const player = { parts, buttons, answer, memory, pointed: null, hinted: [], playing: 0, dragging: false };
  player.editor = makeEditor({
    send: (message) => player.tell("typed", message),
    cellOf: (grid, place) => player.cells[idAt(player, grid, place)],
    enter: (grid, place, input) => seat(player, grid, place, input),
    leave: (grid, place) => unseat(player, grid, place),
    told: () => showTools(player),
  });
  const acts = {
    start: () => goTo(player, 0),
    back: () => goTo(player, player.at - 1),
    play: () => (player.playing ? goTo(player, player.at) : play(player)),
    on: () => player.memory.at === WHOLE || goTo(player, player.at + 1), // there is nothing behind it
    end: () => player.memory.at === WHOLE || goTo(player, player.frames.length - 1),
    check: () =>
      answer.value.trim()
        ? player.tell("answer", { do: "answer", text: bounded(answer.value) })
        : answer.focus(),
    reveal: () => player.tell("answer", { do: "show" }),
    another: () => askAnother(player),
    "rows-1": () => resize(player.editor, "rows", -1),
    "rows+1": () => resize(player.editor, "rows", 1),
    "columns-1": () => resize(player.editor, "columns", -1),
    "columns+1": () => resize(player.editor, "columns", 1),
    random: () => refill(player.editor, () => Math.floor(Math.random() * 19) - 9),
    zeros: () => refill(player.editor, () => 0),
    ones: () => refill(player.editor, () => 1),
    count: () => refill(player.editor, (index) => index),
  };
  for (const button of buttons) button.onclick = acts[button.dataset.do];
  answer.onkeydown = (event) => {
    event.stopPropagation(); // Streamlit's shortcuts cannot see that this is typed into an input
    if (event.key === "Enter" && !event.isComposing) acts.check();
  };
  parts.stepper.onkeydown = (event) => {
    const taken = event.target.matches("select") || (event.key === " " && event.target.matches("button"));
    if (taken || !(event.key in KEYS) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    acts[KEYS[event.key]]();
  };
  parts.scrub.oninput = () => {
    player.dragging = true;
    goTo(player, Number(parts.scrub.value));
  };
  parts.scrub.onchange = parts.scrub.onpointerup = () => {
    player.dragging = false;
    rest(player);
  };
  parts.speed.onchange = () => player.playing && play(player);
  parts.boards.onclick = ({ target }) => {
    const cell = target.closest(".cell");
    if (cell?.contains(answer)) answer.focus();
    else if (cell?.classList.contains("typed")) openAt(player, target);
    else visit(player, target);
  };
  parts.boards.onkeydown = (event) => event.target.matches(".cell") && steer(player, event);
  parts.boards.addEventListener("focusin", ({ target }) => {
    if (target.matches(".cell:not(.typed)")) arrive(player, target);
    else openAt(player, target);
  });
  parts.boards.addEventListener(
    "focusout",
    ({ target }) => target.matches(".cell") && depart(player, target),
  );
  parts.boards.onpointerover = ({ pointerType, target }) => {
    const between = target.matches(".row"); // two cells: no flicker
    if (pointerType !== "mouse" || between) return;
    point(player, idOf(player, target));
  };
  parts.boards.onpointerleave = () => point(player, null);
  return player;
}

// A new stage

function load(player, script) {
  const { boards, frames, words } = JSON.parse(script);
  let first = 0;
  const geometry = JSON.stringify(
    boards.map(([name, columns, [cells], ...rest]) => [name, columns, cells.length, ...rest]),
  );
  player.boards = boards.map(
    ([name, columns, [cells, lines], ring, dropped, group, scratch, field, matrix]) => {
      const rows = cells.length / columns;
      const board = {
        name,
        rows,
        columns,
        cells,
        lines,
        ring,
        dropped,
        group,
        scratch,
        field,
        matrix,
        first,
      };
      Object.assign(board, { longest: 1, largest: 0 });
      first += cells.length;
      cells.forEach((text) => measure(board, text));
      return board;
    },
  );
  player.home = player.boards.flatMap((board) => board.cells.map(() => board)); // the board of every cell,
  player.about = player.home.map(() => []); // the frames that are about it,
  player.using = player.home.map(() => []); // those that mark it,
  player.writing = player.home.map(() => []); // and those that fill it in
  const texts = player.boards.flatMap((board) => board.cells); // as they stand after each frame prepared
  player.frames = frames.map((frame, k) => prepare(player, texts, frame, k));
  const last = frames.length - 1;
  Object.assign(player, { script, words, texts, laid: new Map(), lit: new Map(), lines: [], at: last });
  if (geometry === player.geometry) redraw(player);
  else draw(player);
  player.geometry = geometry;
  keepRoom(player);
  name(player);
  const { pointed, memory } = player;
  if (frames.length && memory.at === WHOLE) survey(player);
  else if (frames.length) show(player, memory.at === END ? last : Math.min(memory.at, last));
  point(player, pointed);
  rest(player);
}

// The frame with every cell named by its place among all cells, and every write with the text it replaces.
export function prepare(
  { boards, about, using, writing },
  texts,
  [[home, focus], marks, writes, lines, summary, tags, circled],
  k,
) {
  const place = (board, cell) => boards[board].first + cell;
  const frame = { about: focus.map((cell) => place(home, cell)), lit: new Map(), lines, summary };
  const light = (id, kind, tag = "") => {
    const [kinds, label] = frame.lit.get(id) ?? ["", ""];
    frame.lit.set(id, [`${kinds} ${kind}`, label || tag]);
  };
  const labels = new Map(tags);
  for (const [board, cells] of marks) {
    boards[board].tagged ||= labels.has(board);
    cells.forEach((cell, i) => {
      light(place(board, cell), "marked", labels.get(board)?.[i]);
      using[place(board, cell)].push(k);
    });
  }
  for (const [board, cells] of circled) cells.forEach((cell) => light(place(board, cell), "circled"));
  for (const id of frame.about) {
    light(id, "focus");
    about[id].push(k);
  }
  frame.writes = writes.map(([board, cell, text]) => {
    const id = place(board, cell);
    const before = texts[id];
    texts[id] = text;
    measure(boards[board], text);
    writing[id].push(k);
    return [id, text, before];
  });
  return frame;
}

function measure(board, text) {
  board.longest = Math.max(board.longest, text.length);
  board.largest = Math.max(board.largest, Math.abs(Number(text)) || 0);
}

// New boards; what is being typed goes on in the cell of the same place.
function draw(player) {
  const { editor, parts, boards, home, texts } = player;
  const { grid, place, input, touched } = editor;
  const typed = input.value;
  const groups = [];
  editor.moving = true;
  player.cells = [];
  boards.forEach((board, b) => {
    board.box = make("div", "box", ...rows(player, board));
    Object.assign(board.box, { role: "grid", ariaReadOnly: !board.field, ariaLabel: board.name });
    if (!board.field) player.cells[board.first].tabIndex = 0;
    board.figure = make("figure", "board", make("figcaption", "", board.name), board.box);
    const side = Math.max(board.rows, board.columns);
    const size = side > 14 ? "large" : side > 10 ? "medium" : "small";
    Object.assign(board.figure.dataset, { board: b, size });
    groups[board.group] ??= make("div", "group");
    groups[board.group].append(board.figure);
  });
  player.drawn = boards.map(({ box, figure }) => ({ box, figure }));
  parts.boards.replaceChildren(...groups.filter(Boolean));
  player.cells.forEach((cell, id) => fill(cell, texts[id], home[id].largest));
  fit(player);
  editor.place = null;
  editor.moving = false;
  if (!place || idAt(player, grid, place) < 0) return;
  edit(editor, grid, place);
  if (touched) goOn(editor, typed);
}

// Other numbers on the same boards.
function redraw(player) {
  player.boards.forEach((board, b) => Object.assign(board, player.drawn[b]));
  player.cells.forEach((cell, id) => {
    if (!player.home[id].field) fill(cell, player.texts[id], player.home[id].largest);
    cell.classList.toggle("way", player.about[id].length > 0);
    for (const name of ["lit", "tag"]) delete cell.dataset[name];
  });
  fit(player);
}

function fit({ boards }) {
  for (const { figure, tagged, longest, columns } of boards) {
    figure.dataset.tagged = Boolean(tagged);
    figure.style = `--longest: ${longest}; --columns: ${columns}`;
  }
}

// The longest of all first lines, of all second lines, ...: together they keep the room.
function keepRoom({ boards, frames, parts }) {
  const longest = [];
  const alone = boards.flatMap(({ lines }) => lines.map((text) => [text]));
  for (const lines of [...alone, ...frames.map(({ lines }) => lines)]) {
    lines.forEach((text, i) => {
      if (text.length >= (longest[i]?.length ?? 0)) longest[i] = text;
    });
  }
  parts.room.replaceChildren(...longest.map(line));
}

function rows({ about, cells }, { first, rows, columns, ring, dropped, field }) {
  const [top, bottom, left, right] = ring;
  const isRing = (r, c) => r < top || r >= rows - bottom || c < left || c >= columns - right;
  const isDropped = (r, c) => r >= rows - dropped[0] || c >= columns - dropped[1];
  return Array.from({ length: rows }, (_, r) => {
    const row = make("div", "row");
    row.role = "row";
    for (let c = 0, at = r * columns; c < columns; c++, at++) {
      const typed = field && !isRing(r, c);
      const kinds = { ring: isRing(r, c), dropped: isDropped(r, c), way: about[first + at].length, typed };
      const names = Object.keys(kinds).filter((kind) => kinds[kind]);
      const cell = make("div", ["cell tinted", ...names].join(" "));
      cell.role = "gridcell";
      cell.dataset.cell = at;
      row.append(cell);
      cells.push(cell);
    }
    return row;
  });
}

// What is typed: the cell with the focus holds the input, the others say what the stage makes of it

function placeOf({ first, columns, ring, matrix }, id) {
  return [matrix, Math.floor((id - first) / columns) - ring[0], ((id - first) % columns) - ring[2]];
}

function idAt({ boards }, { field }, [matrix, row, column]) {
  const board = boards.find((each) => each.field === field && each.matrix === matrix);
  if (!board) return -1;
  const [top, bottom, left, right] = board.ring;
  const inside = row < board.rows - top - bottom && column < board.columns - left - right;
  return inside ? board.first + (row + top) * board.columns + column + left : -1;
}

function showTyped(player) {
  const { editor, cells, home } = player;
  cells.forEach((cell, id) => {
    const grid = cell.classList.contains("typed") && editor.grids.get(home[id].field);
    if (!grid) return;
    if (isWrong(grid, placeOf(home[id], id))) {
      cell.setAttribute("aria-invalid", "true");
      cell.setAttribute("aria-describedby", "refusal");
    } else for (const name of ["aria-invalid", "aria-describedby"]) cell.removeAttribute(name);
    if (cell !== editor.input.parentElement) showNumber(player, grid, id);
  });
  for (const grid of editor.grids.values()) {
    const stop = cells[stopOf(player, grid)];
    if (stop && stop !== editor.input.parentElement) stop.tabIndex = 0;
  }
  showTools(player);
}

function showNumber({ cells, home, texts }, grid, id) {
  fill(cells[id], textOf(grid, placeOf(home[id], id), texts[id]), home[id].largest);
}

// A grid is one stop of the Tab key: the cell that was typed into last.
function stopOf(player, grid) {
  const id = idAt(player, grid, grid.stop ?? [0, 0, 0]);
  return id < 0 ? idAt(player, grid, [0, 0, 0]) : id;
}

function seat(player, grid, place, input) {
  const { cells } = player;
  cells[stopOf(player, grid)].removeAttribute("tabindex");
  grid.stop = place;
  hold(cells[stopOf(player, grid)], input);
  showTools(player);
}

function unseat(player, grid, place) {
  const id = idAt(player, grid, place);
  if (id < 0) return;
  showNumber(player, grid, id);
  player.cells[id].tabIndex = 0;
}

// The tools of the grid that was typed into last.
function showTools({ parts, editor: { grids, grid } }) {
  parts.tools.hidden = !grid;
  if (!grid) return;
  const { words, sides } = grid.data;
  parts.refusal.textContent = refusals(grids, grid);
  parts.tools.querySelector(".name").textContent = words.names[grid.stop?.[0] ?? 0] ?? words.names[0];
  for (const [axis, count] of Object.entries(size(grid))) {
    const [least, most] = sides[axis];
    const group = parts.tools.querySelector(`.${axis}`);
    const [fewer, more] = group.querySelectorAll("button");
    group.hidden = least === most;
    group.ariaLabel = group.firstElementChild.textContent = words[axis];
    group.querySelector("output").textContent = count;
    Object.assign(fewer, { disabled: count <= least, ariaLabel: `${words[axis]}: ${words.fewer}` });
    Object.assign(more, { disabled: count >= most, ariaLabel: `${words[axis]}: ${words.more}` });
  }
  const fillers = parts.tools.querySelector(".fill");
  fillers.ariaLabel = words.fill;
  for (const word of ["random", "zeros", "ones"])
    fillers.querySelector(`[data-do=${word}]`).textContent = words[word];
}

// Why something cannot be read, of whichever grid; of another one with its name.
export function refusals(grids, current) {
  return [...grids.values()]
    .map((grid) => [grid, grid.refusal || grid.data.refusal])
    .filter(([, refusal]) => refusal)
    .map(([grid, refusal]) => (grid === current ? refusal : `${grid.data.words.names[0]}: ${refusal}`))
    .join(" ");
}

function name(player) {
  const { parts, words, frames } = player;
  for (const button of parts.bar.querySelectorAll("button")) label(button, words[button.dataset.do]);
  for (const part of [parts.bar, parts.lines]) part.hidden = !frames.length;
  for (const button of parts.ask.querySelectorAll("button")) button.textContent = words[button.dataset.do];
  for (const option of parts.speed.options) option.textContent = words[option.value];
  label(parts.speed, words.speed);
  parts.stepper.ariaLabel = words.group;
  parts.scrub.ariaLabel = words.scrub;
  parts.scrub.max = frames.length - 1;
  parts.count.style.minWidth = `${count(player, frames.length).length}ch`;
  parts.note.textContent = words.note;
}

function label(control, words) {
  control.ariaLabel = control.title = words;
}

export function count({ words, frames }, step) {
  return words.count.replace("{step}", step).replace("{all}", frames.length);
}

// One step

function show(player, to) {
  const { frames, memory, ask } = player;
  const { lit, lines, summary } = frames[to];
  if (ask?.open && to >= ask.frame) {
    ask.open = false; // it is seen now
    player.tell("answer", { do: "show" });
  }
  memory.at = to === frames.length - 1 ? END : to;
  display(player, to, lit, lines, summary, new Map());
}

// The whole result but for the number that is asked for, with the window that makes it.
function survey(player) {
  const { frames, memory, ask } = player;
  if (!ask) return show(player, frames.length - 1);
  const { lines, summary } = frames[ask.frame];
  memory.at = WHOLE;
  const told = ask.open ? [[], ask.prompt] : [ask.lines.length ? ask.lines : lines, summary];
  display(player, frames.length - 1, litFor(player), ...told, over(player));
}

// What the open number, or then the closed one, is made from. While it is open nothing tells what decides.
export function litFor({ frames, boards, ask }) {
  const { lit } = frames[ask.frame];
  const place = ([board, cells]) => cells.map((cell) => [boards[board].first + cell, ["marked", ""]]);
  if (ask.marks.length) return new Map(ask.marks.flatMap(place));
  if (!ask.open) return lit;
  const deciding = [...lit].map(([id, [kinds, tag]]) => [id, [kinds.replace("circled", "").trim(), tag]]);
  return new Map(deciding.filter(([, [kinds]]) => kinds));
}

// What lies over the last frame then: the working of the step that is asked about, as far as it may be seen;
// null where the answer is typed.
export function over({ frames, boards, home, ask }) {
  const texts = new Map();
  home.forEach(({ scratch }, id) => scratch && texts.set(id, ""));
  if (ask.open) return texts.set(boards[ask.board].first + ask.cell, null);
  for (const [id, text] of frames[ask.frame].writes) if (home[id].scratch) texts.set(id, text);
  return texts;
}

function display(player, to, lit, lines, summary, over) {
  const { frames, parts, words, cells, home, playing } = player;
  const last = frames.length - 1;
  requestAnimationFrame(() => keepInView(player)); // it measures, so after all changes
  const texts = changes(player, to);
  for (const id of player.laid.keys()) if (!texts.has(id)) texts.set(id, textAt(player, id, to));
  for (const [id, text] of over) texts.set(id, text);
  texts.forEach((text, id) => {
    if (text !== null) fill(cells[id], text, home[id].largest);
    else if (!cells[id].contains(player.answer)) hold(cells[id], player.answer);
  });
  player.laid = over;
  relight(player, lit);
  parts.scrub.value = to;
  parts.scrub.style.setProperty("--done", `${(100 * to) / Math.max(1, last)}%`);
  parts.count.textContent = count(player, to + 1);
  parts.stepper.classList.toggle("playing", playing);
  label(
    player.buttons.find((button) => button.dataset.do === "play"),
    playing ? words.pause : words.play,
  );
  if (!playing) parts.summary.textContent = summary;
  player.at = to;
  showAsk(player);
  player.lines = lines;
  point(player, null); // now it is the step, or the question, that is looked at
}

// The cells that other frames filled in between the one shown and another, with their text there.
export function changes({ frames, at }, to) {
  const texts = new Map();
  const on = frames.slice(at + 1, to + 1).flatMap(({ writes }) => writes);
  const back = frames.slice(to + 1, at + 1).flatMap(({ writes }) => writes);
  for (const [id, text] of on) texts.set(id, text);
  for (const [id, , before] of back.reverse()) texts.set(id, before);
  return texts;
}

// What a cell says at a frame.
export function textAt({ frames, home }, id, to) {
  const writes = frames.slice(0, to + 1).flatMap(({ writes }) => writes);
  return writes.findLast(([written]) => written === id)?.[1] ?? home[id].cells[id - home[id].first];
}

function fill(cell, text, largest) {
  const value = text === "" ? NaN : Number(text);
  if (cell.text === text && cell.largest === largest) return;
  Object.assign(cell, { text, largest });
  cell.textContent = text;
  cell.classList.toggle("blank", Number.isNaN(value));
  cell.style = `--share: ${(value / largest || 0).toFixed(3)}`;
}

// The cell holds an input instead of a text.
function hold(cell, input) {
  fill(cell, "", 1);
  cell.replaceChildren(input);
  cell.text = null;
}

function relight(player, lit) {
  const dark = [...player.lit.keys()].filter((id) => !lit.has(id));
  for (const id of dark) ["lit", "tag"].forEach((name) => delete player.cells[id].dataset[name]);
  lit.forEach(([kinds, tag], id) => Object.assign(player.cells[id].dataset, { lit: kinds.trim(), tag }));
  player.lit = lit;
}

// The question stands where the whole result does; from a step a button leads back to it.
function showAsk({ parts, buttons, answer, ask, memory }) {
  parts.ask.hidden = !ask;
  if (!ask) return;
  const whole = memory.at === WHOLE;
  parts.prompt.textContent = whole ? [ask.said, ask.open && ask.prompt].filter(Boolean).join(" ") : "";
  answer.ariaLabel = ask.prompt;
  const hidden = {
    check: !whole || !ask.open,
    reveal: !whole || !ask.open,
    another: whole && (ask.open || !ask.more),
  };
  for (const button of buttons) button.hidden = hidden[button.dataset.do] ?? false;
}

function askAnother(player) {
  stop(player);
  player.answer.value = "";
  player.memory.at = WHOLE;
  if (player.ask.open) {
    survey(player);
    focusAsk(player);
  } else player.tell("answer", { do: "another" });
}

function isAnswering({ parts, answer }) {
  const focused = parts.stepper.getRootNode().activeElement;
  return focused && (focused === answer || parts.ask.contains(focused));
}

// What comes next for whoever answers by keyboard.
function focusAsk({ parts, answer, ask }) {
  const next = ask?.open ? answer : parts.ask.querySelector("button:not([hidden])");
  (next ?? parts.stepper).focus();
}

// 1×2 + 3×4 = 14, with what comes out of it in bold.
function line(text) {
  const end = Math.max(text.lastIndexOf("= "), text.lastIndexOf("≈ ")) + 1;
  return make("div", "line", ...(end ? [text.slice(0, end), make("strong", "", text.slice(end))] : [text]));
}

// A board larger than its box is scrolled just so far that its lit cells are seen.
function keepInView({ home, lit }) {
  const within = (at, room, from, to) => Math.min(from, Math.max(at, to - room));
  for (const id of lit.keys()) {
    const { box, first, rows, columns } = home[id];
    const [high, wide] = [box.scrollHeight / rows, box.scrollWidth / columns];
    const [row, column] = [Math.floor((id - first) / columns), (id - first) % columns];
    box.scrollTop = within(box.scrollTop, box.clientHeight, row * high, (row + 1) * high);
    box.scrollLeft = within(box.scrollLeft, box.clientWidth, column * wide, (column + 1) * wide);
  }
}

// By hand, by itself, by pointer

function goTo(player, k) {
  stop(player);
  show(player, Math.max(0, Math.min(k, player.frames.length - 1)));
  rest(player);
}

function play(player) {
  const { parts, frames } = player;
  const last = frames.length - 1;
  stop(player);
  player.playing = setInterval(() => {
    if (player.at < last) show(player, player.at + 1);
    if (player.at === last) goTo(player, last);
  }, PACE[parts.speed.value]);
  show(player, player.at === last ? 0 : player.at);
}

function stop(player) {
  clearInterval(player.playing);
  clearTimeout(player.resting);
  player.playing = 0;
}

// The rest of the page follows the stage when the learner stays at a step.
function rest(player) {
  clearTimeout(player.resting);
  player.resting = setTimeout(() => {
    if (player.playing || player.dragging || !player.ahead) return;
    if (!isBusy()) player.tell("rest", true);
    rest(player);
  }, REST);
}

function idOf({ boards }, target) {
  const cell = target.closest(".cell");
  return cell && boards[cell.closest(".board").dataset.board].first + Number(cell.dataset.cell);
}

// The next frame about a cell, or else the first.
export function nextAbout({ about, at }, id) {
  return about[id]?.find((k) => k > at) ?? about[id]?.[0];
}

function visit(player, target) {
  const k = nextAbout(player, idOf(player, target));
  if (k !== undefined) goTo(player, k);
}

// The cell that was clicked, or that the Tab key came to, to type into.
function openAt(player, target) {
  const cell = target.closest(".typed");
  if (!cell || target.matches("input")) return;
  const id = idOf(player, cell);
  edit(player.editor, player.editor.grids.get(player.home[id].field), placeOf(player.home[id], id));
}

// The number that the pointer is over; where it is over none, the one that the keyboard has come to.
function point(player, id) {
  player.pointed = player.cells[id] ? id : null;
  hint(player, player.pointed ?? focused(player));
}

// One number: what it is made from, what it is used for, and its arithmetic, in place of that of the step; null
// for none.
function hint(player, id) {
  const { frames, using, cells, parts, hinted, ask, lines } = player;
  const k = filledBy(player, id) ?? nextAbout(player, id);
  const lit = ask?.open && k === ask.frame ? litFor(player) : frames[k]?.lit;
  const sources = [...(lit?.keys() ?? [])].filter(
    (other) => other === id || !frames[k].about.includes(other),
  );
  const uses = (using[id] ?? []).flatMap((k) => frames[k].about);
  hinted.forEach((cell) => cell.classList.remove("hinted"));
  player.hinted = [...sources, ...uses].map((other) => cells[other]);
  player.hinted.forEach((cell) => cell.classList.add("hinted"));
  const told = cells[id]?.text ? arithmetic(player, id) : null;
  parts.now.replaceChildren(...(told ?? lines).map(line));
  if (id !== null && id === focused(player)) introduce(player, id, told);
}

function introduce({ cells, home, words, answer, ask }, id, told) {
  const [cell, { name, first, columns }] = [cells[id], home[id]];
  const gaps = { name, row: Math.floor((id - first) / columns) + 1, column: ((id - first) % columns) + 1 };
  const place = words.cell.replace(/{(\w+)}/g, (_, gap) => gaps[gap]);
  const says = cell.contains(answer) ? ask.prompt : cell.text;
  cell.ariaLabel = says ? `${place}: ${says}` : place;
  if (told) cell.setAttribute("aria-describedby", "now");
  else cell.removeAttribute("aria-describedby");
}

// The number that the keyboard has come to.
function focused(player) {
  const { activeElement } = player.parts.stepper.getRootNode();
  return activeElement?.matches(".cell") ? idOf(player, activeElement) : null;
}

// A pointer leaves the keys to the whole stage.
function arrive(player, cell) {
  if (cell.matches(":focus-visible")) hint(player, idOf(player, cell));
  else player.parts.stepper.focus({ preventScroll: true });
}

function depart(player, cell) {
  for (const name of ["aria-label", "aria-describedby"]) cell.removeAttribute(name);
  hint(player, null);
}

function steer(player, event) {
  const { parts, cells, home, answer } = player;
  const id = idOf(player, event.target);
  const next = follow(home[id], id - home[id].first, event);
  const { key, metaKey, altKey } = event;
  if (metaKey || altKey) return;
  if (next !== undefined) goOver(player, home[id].first + next);
  else if (key === "Escape") parts.stepper.focus();
  else if (key !== "Enter" && key !== " ") return;
  else if (cells[id].contains(answer)) answer.focus();
  else visit(player, event.target);
  event.preventDefault();
  event.stopPropagation();
}

// A board is one stop of the Tab key: the cell that the keys came to last.
function goOver({ cells, home }, id) {
  home[id].box.querySelector("[tabindex]").removeAttribute("tabindex");
  cells[id].tabIndex = 0;
  cells[id].focus();
}
