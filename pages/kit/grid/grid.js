// Matrices of inputs. The browser owns what is typed: after a change it sends all cells, and it takes cells from
// Python only in a new epoch (a preset, a paste, another text). So no answer that comes late overwrites anything.
const grids = new WeakMap();
const PAUSE = 150; // milliseconds of quiet before a change is sent

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".stack");
  if (!grids.has(root)) grids.set(root, listen({ root, serial: data.serial }));
  const grid = grids.get(root);
  const fresh = data.epoch !== grid.data?.epoch;
  const reworded = JSON.stringify(data.words) !== JSON.stringify(grid.data?.words);
  Object.assign(grid, { data, send: (message) => setStateValue("sent", message) });
  if (fresh) {
    clearTimeout(grid.timer);
    grid.cells = data.cells;
  }
  if (fresh || data.serial >= grid.paste?.serial) grid.paste = null;
  if (reworded) frame(grid);
  if (fresh || reworded) draw(grid);
  mark(grid);
}

// Building

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// The parts that stay while the matrices change size: what is written, and the buttons.
function frame(grid) {
  const { words } = grid.data;
  const side = (axis) => {
    const step = (textContent, word, by) =>
      make("button", {
        textContent,
        ariaLabel: `${words[axis]}: ${word}`,
        onclick: () => resize(grid, axis, by),
      });
    const [fewer, more] = [step("−", words.fewer, -1), step("+", words.more, 1)];
    const count = make("output", {});
    const group = make("div", { role: "group", ariaLabel: words[axis] }, words[axis], fewer, count, more);
    grid[axis] = { group, fewer, more, count };
    return group;
  };
  const filler = (textContent, value) => make("button", { textContent, onclick: () => fill(grid, value) });
  const fillers = [
    filler(words.random, () => Math.floor(Math.random() * 19) - 9),
    filler(words.zeros, () => 0),
    filler(words.ones, () => 1),
    filler("0 1 2 …", (index) => index),
  ];
  grid.boards = make("div", { className: "boards" });
  grid.line = make("p", { className: "refusal", id: "refusal", ariaLive: "polite" });
  const tools = [
    side("rows"),
    side("columns"),
    make("div", { role: "group", ariaLabel: words.fill }, ...fillers),
  ];
  grid.root.replaceChildren(make("div", { className: "tools" }, ...tools), grid.boards, grid.line);
}

function draw(grid) {
  const { words, sides } = grid.data;
  const place = grid.root.getRootNode().activeElement?.place;
  grid.inputs = []; // before the old ones go: what is drawn over is left, and must not be taken for typed
  const boards = grid.cells.map((matrix, channel) => {
    const inputs = matrix.map((row, i) => row.map((text, j) => cell(words, [channel, i, j], text)));
    grid.inputs.push(inputs);
    const rows = inputs.map((row) =>
      make("div", { role: "row" }, ...row.map((input) => input.parentElement)),
    );
    const name = words.names[channel];
    const board = make("div", { role: "grid", ariaLabel: name }, ...rows);
    board.style.setProperty("--columns", inputs[0].length);
    return make("div", { className: "board" }, make("div", { className: "name", textContent: name }), board);
  });
  grid.boards.replaceChildren(...boards);
  if (place) grid.inputs[place[0]]?.[place[1]]?.[place[2]]?.focus();
  for (const [axis, count] of Object.entries(size(grid))) {
    const [least, most] = sides[axis];
    grid[axis].group.hidden = least === most;
    grid[axis].count.textContent = count;
    grid[axis].fewer.disabled = count <= least;
    grid[axis].more.disabled = count >= most;
  }
  tint(grid);
}

function cell(words, place, text) {
  const [channel, row, column] = place;
  const gaps = { name: words.names[channel], row: row + 1, column: column + 1 };
  const ariaLabel = words.cell.replace(/{(\w+)}/g, (_, gap) => gaps[gap]);
  const input = make("input", {
    className: "tinted",
    value: text,
    place,
    ariaLabel,
    autocomplete: "off",
    spellcheck: false,
  });
  make("div", { role: "gridcell" }, input);
  return input;
}

// How large every number is beside the largest, which gives a cell its colour.
function tint(grid) {
  const values = grid.cells.flat(2).map((text) => Number(text.replace("−", "-")) || 0);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  grid.inputs.flat(2).forEach((input, index) => {
    const share = values[index] / largest;
    if (input.share === share) return;
    input.share = share;
    input.style.setProperty("--share", share);
  });
}

// The cells that Python could not read, as long as they still say the same.
function mark(grid) {
  grid.root.querySelectorAll("[aria-invalid]").forEach((input) => {
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  });
  for (const [channel, row, column, text] of grid.data.wrong) {
    const input = grid.inputs[channel]?.[row]?.[column];
    if (grid.cells[channel]?.[row]?.[column] !== text) continue;
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", "refusal");
  }
  grid.line.textContent = grid.refusal || grid.data.refusal;
}

// Changing

const size = ({ cells }) => ({ rows: cells[0].length, columns: cells[0][0].length });

function push(grid, pause) {
  grid.refusal = "";
  clearTimeout(grid.timer);
  if (pause) grid.timer = setTimeout(send, pause, grid);
  else send(grid); // before the click that took the focus away is heard
}

function send(grid) {
  grid.serial += 1;
  grid.send({ epoch: grid.data.epoch, serial: grid.serial, cells: grid.cells, paste: grid.paste ?? null });
}

function commit(grid, input, pause = PAUSE) {
  const [channel, row, column] = input.place;
  const gone = grid.inputs[channel]?.[row]?.[column] !== input;
  if (gone || grid.cells[channel][row][column] === input.value) return;
  grid.cells[channel][row][column] = input.value;
  tint(grid);
  push(grid, pause);
}

function replace(grid, cells) {
  grid.cells = cells;
  draw(grid);
  mark(grid);
  push(grid, PAUSE);
}

function resize(grid, axis, by) {
  const sides = size(grid);
  replace(grid, resized(grid.cells, { ...sides, [axis]: sides[axis] + by }));
}

// The matrices cropped, or with zeros where they had nothing.
export function resized(cells, { rows, columns }) {
  const row = (matrix, i) => Array.from({ length: columns }, (_, j) => matrix[i]?.[j] ?? "0");
  return cells.map((matrix) => Array.from({ length: rows }, (_, i) => row(matrix, i)));
}

function fill(grid, value) {
  let index = 0;
  replace(
    grid,
    grid.cells.map((matrix) => matrix.map((row) => row.map(() => String(value(index++))))),
  );
}

// Keys and pastes

function listen(grid) {
  const { root } = grid;
  const isCell = (element) => element.place !== undefined;
  root.addEventListener("keydown", (event) => {
    event.stopPropagation(); // outside, Streamlit's shortcuts cannot see that this is typed into an input
    if (isCell(event.target) && !event.isComposing) press(grid, event);
  });
  root.addEventListener("paste", (event) => isCell(event.target) && paste(grid, event));
  root.addEventListener("focusin", ({ target }) => isCell(target) && target.select());
  root.addEventListener("focusout", ({ target, relatedTarget: next }) => {
    // Who leaves the grid may leave the page: sent at once.
    if (isCell(target)) commit(grid, target, next && root.contains(next) ? PAUSE : 0);
  });
  return grid;
}

function press(grid, event) {
  const { target: input, key } = event;
  const [channel, row, column] = input.place;
  const { selectionStart: start, selectionEnd: end, value } = input;
  const all = start === 0 && end === value.length;
  const go = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    Enter: event.shiftKey ? [-1, 0] : [1, 0],
    ArrowLeft: (all || end === 0) && [0, -1],
    ArrowRight: (all || start === value.length) && [0, 1],
  }[key];
  if (key === "Escape") {
    input.value = grid.cells[channel][row][column];
    input.select();
  }
  if (key === "Enter") commit(grid, input);
  const next = go && grid.inputs[channel][row + go[0]]?.[column + go[1]];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

// More than one number replaces the matrix, through Python's parser; one goes into the cell as usual.
function paste(grid, event) {
  const text = event.clipboardData.getData("text/plain");
  if (isOneNumber(text)) return;
  event.preventDefault();
  commit(grid, event.target);
  const reason = refusal(text, grid.data);
  if (reason) {
    grid.refusal = reason;
    mark(grid);
  } else {
    grid.paste = { text, channel: event.target.place[0], serial: grid.serial + 1 };
    push(grid, 0);
  }
}

// At most one, with a comma only where it is a decimal one.
export function isOneNumber(text) {
  return /^[^\s,;[\]]*$|^[+−-]?\d*,\d+$/.test(text.trim());
}

// Why a text never leaves the browser, or nothing. How large a written array is only Python can tell.
export function refusal(text, { words, most }) {
  if (text.length > most.characters) return words.too_long;
  const lines = text.trim().split(/[\r\n;]+/);
  const large = lines.length > most.side || lines[0].trim().split(/[\s,]+/).length > most.side;
  return large && !text.includes("[") ? words.too_large : "";
}
