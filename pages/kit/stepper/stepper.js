// Plays frames that Python has computed. Nothing is worked out here but which frame comes next; of the cells
// only those that change are touched, so that a step stays quick on large boards.

const players = new WeakMap(); // one a mounted component
const memories = new Map(); // by key, so that a learner who leaves the page comes back to the same step
const END = -1; // at the last frame, however many there are
const PACE = { slow: 1500, normal: 700, fast: 150 }; // milliseconds a step
const REST = 300; // milliseconds without a step before Python hears of it
const PARTS = ["stepper", "boards", "scrub", "count", "speed", "room", "now", "note", "summary"];
const KEYS = { " ": "play", ArrowLeft: "back", ArrowRight: "on", Home: "start", End: "end" };

export default function ({ parentElement, data, setTriggerValue }) {
  if (!players.has(parentElement)) players.set(parentElement, makePlayer(parentElement, data.key));
  const player = players.get(parentElement);
  player.tell = setTriggerValue;
  player.ahead = data.ahead;
  if (player.script !== data.script) load(player, data.script);
  return () => parentElement.isConnected || stop(player);
}

function makePlayer(parent, key) {
  if (!memories.has(key)) memories.set(key, { at: END, reported: END });
  const parts = Object.fromEntries(PARTS.map((name) => [name, parent.querySelector(`.${name}`)]));
  const buttons = [...parent.querySelectorAll("button")];
  const player = { parts, buttons, memory: memories.get(key), playing: 0, dragging: false };
  const acts = {
    start: () => goTo(player, 0),
    back: () => goTo(player, player.at - 1),
    play: () => (player.playing ? goTo(player, player.at) : play(player)),
    on: () => goTo(player, player.at + 1),
    end: () => goTo(player, player.frames.length - 1),
  };
  for (const button of buttons) button.onclick = acts[button.dataset.do];
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
  parts.boards.onclick = (event) => visit(player, event.target);
  parts.boards.onpointerover = (event) => event.pointerType === "mouse" && hint(player, event.target);
  parts.boards.onpointerleave = () => hint(player, parts.boards);
  return player;
}

// A new stage

function load(player, script) {
  const { boards, frames, words } = JSON.parse(script);
  let first = 0;
  player.boards = boards.map(([name, columns, cells, ring, dropped, group]) => {
    const rows = cells.length / columns;
    const board = { name, rows, columns, cells, ring, dropped, group, first, longest: 1, largest: 0 };
    first += cells.length;
    cells.forEach((text) => measure(board, text));
    return board;
  });
  player.home = player.boards.flatMap((board) => board.cells.map(() => board)); // the board of every cell,
  player.about = player.home.map(() => []); // the frames that are about it,
  player.using = player.home.map(() => []); // and those that mark it
  const texts = player.boards.flatMap((board) => board.cells); // as they stand after each frame prepared
  player.frames = frames.map((frame, k) => prepare(player, texts, frame, k));
  const last = frames.length - 1;
  Object.assign(player, { script, words, lit: new Map(), hinted: [], at: last });
  draw(player, texts);
  name(player);
  show(player, player.memory.at === END ? last : Math.min(player.memory.at, last));
  rest(player); // the same frame may be the last one now
}

// The frame with every cell named by its place among all cells, and every write with the text it replaces.
export function prepare(
  { boards, about, using },
  texts,
  [focus, marks, writes, lines, summary, tags, circled],
  k,
) {
  const place = (board, cell) => boards[board].first + cell;
  const frame = { focus: place(...focus), lit: new Map(), lines, summary };
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
  light(frame.focus, "focus");
  about[frame.focus].push(k);
  frame.writes = writes.map(([board, cell, text]) => {
    const id = place(board, cell);
    const before = texts[id];
    texts[id] = text;
    measure(boards[board], text);
    return [id, text, before];
  });
  return frame;
}

function measure(board, text) {
  board.longest = Math.max(board.longest, text.length);
  board.largest = Math.max(board.largest, Math.abs(Number(text)) || 0);
}

function draw(player, texts) {
  const groups = [];
  player.cells = [];
  player.boards.forEach((board, b) => {
    board.box = make("div", "box", ...rows(player, board, texts));
    Object.assign(board.box, { role: "table", ariaLabel: board.name });
    const figure = make("figure", "board", make("figcaption", "", board.name), board.box);
    const side = Math.max(board.rows, board.columns);
    const size = side > 14 ? "large" : side > 10 ? "medium" : "small";
    Object.assign(figure.dataset, { board: b, size, tagged: Boolean(board.tagged) });
    figure.style = `--longest: ${board.longest}; --columns: ${board.columns}`;
    groups[board.group] ??= make("div", "group");
    groups[board.group].append(figure);
  });
  player.parts.boards.replaceChildren(...groups.filter(Boolean));
  const longest = []; // of all first lines, of all second lines, ...: together they keep the room
  for (const { lines } of player.frames) {
    lines.forEach((text, i) => {
      if (text.length >= (longest[i]?.length ?? 0)) longest[i] = text;
    });
  }
  player.parts.room.replaceChildren(...longest.map(line));
}

function rows({ about, cells }, { first, rows, columns, ring, dropped, largest }, texts) {
  const [top, bottom, left, right] = ring;
  const isRing = (r, c) => r < top || r >= rows - bottom || c < left || c >= columns - right;
  const isDropped = (r, c) => r >= rows - dropped[0] || c >= columns - dropped[1];
  return Array.from({ length: rows }, (_, r) => {
    const row = make("div", "row");
    row.role = "row";
    for (let c = 0, at = r * columns; c < columns; c++, at++) {
      const kinds = [isRing(r, c) && "ring", isDropped(r, c) && "dropped", about[first + at].length && "way"];
      const cell = make("div", ["cell tinted", ...kinds].filter(Boolean).join(" "));
      cell.role = "cell";
      cell.dataset.cell = at;
      fill(cell, texts[first + at], largest);
      row.append(cell);
      cells.push(cell);
    }
    return row;
  });
}

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...children);
  return element;
}

function name(player) {
  const { parts, buttons, words, frames } = player;
  for (const button of buttons) label(button, words[button.dataset.do]);
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
  const { frames, parts, words, cells, home, memory, playing } = player;
  const { lit, lines, summary } = frames[to];
  const last = frames.length - 1;
  requestAnimationFrame(() => keepInView(player)); // it measures, so after all changes
  changes(player, to).forEach((text, id) => fill(cells[id], text, home[id].largest));
  relight(player, lit);
  parts.now.replaceChildren(...lines.map(line));
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
  memory.at = to === last ? END : to;
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

function fill(cell, text, largest) {
  const value = text === "" ? NaN : Number(text);
  cell.textContent = text;
  cell.classList.toggle("blank", Number.isNaN(value));
  cell.style = `--share: ${(value / largest || 0).toFixed(3)}`;
}

function relight(player, lit) {
  const dark = [...player.lit.keys()].filter((id) => !lit.has(id));
  for (const id of dark) ["lit", "tag"].forEach((name) => delete player.cells[id].dataset[name]);
  lit.forEach(([kinds, tag], id) => Object.assign(player.cells[id].dataset, { lit: kinds.trim(), tag }));
  player.lit = lit;
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
  const { memory, parts } = player;
  stop(player);
  player.playing = setInterval(() => {
    if (memory.at !== END) show(player, player.at + 1);
    if (memory.at === END) goTo(player, player.at);
  }, PACE[parts.speed.value]);
  show(player, memory.at === END ? 0 : player.at);
}

function stop(player) {
  clearInterval(player.playing);
  clearTimeout(player.resting);
  player.playing = 0;
}

// Python hears of a step when the learner stays there, and again until the page has caught up with the stage.
function rest(player) {
  const { memory } = player;
  clearTimeout(player.resting);
  player.resting = setTimeout(() => {
    if (player.playing || player.dragging || (memory.at === memory.reported && !player.ahead)) return;
    memory.reported = memory.at;
    player.tell("rest", memory.at);
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

// What a cell is made from, and what it is used for.
function hint(player, target) {
  const { frames, using, cells } = player;
  const id = idOf(player, target);
  const sources = frames[nextAbout(player, id)]?.lit.keys() ?? [];
  const uses = (using[id] ?? []).map((k) => frames[k].focus);
  player.hinted.forEach((cell) => cell.classList.remove("hinted"));
  player.hinted = [...sources, ...uses].map((other) => cells[other]);
  player.hinted.forEach((cell) => cell.classList.add("hinted"));
}
