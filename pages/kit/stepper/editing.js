// Typing into the boards of a stage: one input, which stands in the cell that is typed into. The browser owns what
// is typed: after a change it sends all cells, and it takes cells from Python only in a new epoch (a preset, a
// paste, another text). So no answer that comes late overwrites anything.
const PAUSE = 150; // milliseconds of quiet before a change is sent
const LONGEST = 101; // characters of a number: more than Python takes, and less than a connection cannot carry

export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...children);
  return element;
}

// stage: send(message), and cellOf(grid, [matrix, row, column]), the cell on the screen that shows it.
export function makeEditor(stage) {
  const input = Object.assign(make("input", "typing"), { autocomplete: "off", spellcheck: false });
  const editor = { stage, input, grids: new Map(), grid: null, place: null, touched: false };
  input.oninput = ({ inputType }) => {
    editor.touched = inputType !== "historyUndo" || input.value !== editor.opened;
  };
  input.onkeydown = (event) => {
    event.stopPropagation(); // Streamlit's shortcuts cannot see that this is typed into an input
    if (!event.isComposing) press(editor, event);
  };
  input.onpaste = (event) => paste(editor, event);
  input.onblur = () => editor.moving || leave(editor, 0); // who leaves may leave the page: sent at once
  return editor;
}

// What Python holds now.
export function take(editor, given) {
  for (const [field, data] of Object.entries(given)) {
    if (!editor.grids.has(field)) editor.grids.set(field, { field, serial: data.serial });
    const grid = editor.grids.get(field);
    const fresh = data.epoch !== grid.data?.epoch;
    const typed = data.serial >= grid.paste?.serial ? grid.paste.typed : [];
    grid.data = data;
    if (fresh) {
      unschedule(grid);
      grid.cells = typed.reduce(written, data.cells);
      if (typed.length) push(editor, grid, PAUSE);
      if (grid === editor.grid && editor.place && !editor.touched) open(editor);
    }
    if (fresh || data.serial >= grid.paste?.serial) grid.paste = null;
  }
  for (const field of editor.grids.keys()) if (!(field in given)) editor.grids.delete(field);
  if (!editor.grids.has(editor.grid?.field)) editor.grid = editor.grids.values().next().value ?? null;
}

// What a cell says: as the stage shows the number, or as it was typed where Python cannot read it, or has not yet.
export function textOf({ cells, data }, [matrix, row, column], shown) {
  const typed = cells[matrix]?.[row]?.[column];
  const known = data.cells[matrix]?.[row]?.[column] === typed;
  return known && !isWrong({ data }, [matrix, row, column]) ? shown : (typed ?? shown);
}

export function isWrong({ data }, place) {
  return data.wrong.some(([matrix, row, column]) => [matrix, row, column].join() === place.join());
}

// In and out of a cell

export function edit(editor, grid, place) {
  const cell = editor.stage.cellOf(grid, place);
  if (!cell) return;
  editor.moving = true;
  if (editor.place) leave(editor, PAUSE);
  Object.assign(editor, { grid, place });
  const [matrix, row, column] = place;
  const gaps = { name: grid.data.words.names[matrix], row: row + 1, column: column + 1 };
  editor.input.ariaLabel = grid.data.words.cell.replace(/{(\w+)}/g, (_, gap) => gaps[gap]);
  editor.stage.enter(grid, place, editor.input);
  editor.input.focus();
  open(editor);
  editor.moving = false;
}

// The cell's text stands in the input, to be typed over. Touched: something was typed that was not sent yet, be it
// the same text, and was not taken back.
function open(editor) {
  editor.input.value = editor.opened = at(editor.grid, editor.place) ?? "";
  editor.input.select();
  editor.touched = false;
}

// What was being typed goes on, in whichever cell has the input now.
export function goOn(editor, text) {
  editor.input.value = text;
  editor.input.setSelectionRange(text.length, text.length);
  editor.touched = true;
}

function leave(editor, pause) {
  const { grid, place } = editor;
  if (!place) return;
  editor.place = null;
  commit(editor, grid, place, pause);
  if (!pause && grid.timer) push(editor, grid, 0); // what Enter has committed does not wait either
  editor.stage.leave(grid, place);
}

const at = ({ cells }, [matrix, row, column]) => cells[matrix]?.[row]?.[column];

// Where a key leads to on a board, be it beyond its border; undefined for keys that lead nowhere.
export function leadsTo({ key, ctrlKey }, [row, column], { rows, columns }) {
  return {
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    Home: [ctrlKey ? 0 : row, 0],
    End: [ctrlKey ? rows - 1 : row, columns - 1],
  }[key];
}

function press(editor, event) {
  const { grid, place, input } = editor;
  const [matrix, row, column] = place;
  const { selectionStart: start, selectionEnd: end, value } = input;
  const all = start === 0 && end === value.length;
  const stays = {
    ArrowLeft: !all && end > 0,
    ArrowRight: !all && start < value.length,
    Home: !all,
    End: !all,
  }[event.key];
  const further = [event.shiftKey ? row - 1 : row + 1, column];
  const go = event.key === "Enter" ? further : !stays && leadsTo(event, [row, column], size(grid));
  if (event.key === "Escape") open(editor);
  if (event.key === "Enter") commit(editor, grid, place, PAUSE);
  if (!go) return;
  event.preventDefault();
  const next = [matrix, ...go];
  if (at(grid, next) !== undefined) edit(editor, grid, next);
}

// Changing

export const size = ({ cells }) => ({ rows: cells[0].length, columns: cells[0][0].length });

function commit(editor, grid, place, pause) {
  if (at(grid, place) === undefined || !editor.touched) return;
  editor.touched = false;
  const typed = [place, bounded(editor.input.value)];
  grid.cells = written(grid.cells, typed);
  grid.paste?.typed.push(typed); // on top of what was pasted, which is still on its way
  push(editor, grid, pause);
}

// As much of a number as is told: a longer one is refused, whatever it is.
export const bounded = (text) => text.slice(0, LONGEST);

// The matrices with this text in one cell, if they have it.
export function written(cells, [[matrix, row, column], text]) {
  if (cells[matrix]?.[row]?.[column] === undefined) return cells;
  return cells.with(matrix, cells[matrix].with(row, cells[matrix][row].with(column, text)));
}

function push(editor, grid, pause) {
  grid.refusal = "";
  unschedule(grid);
  const send = () => {
    grid.timer = null;
    grid.serial += 1;
    const { field, serial, cells, data } = grid;
    editor.stage.send({ field, epoch: data.epoch, serial, cells, paste: grid.paste ?? null });
  };
  if (pause) grid.timer = setTimeout(send, pause);
  else send(); // before the click that took the focus away is heard
}

function unschedule(grid) {
  clearTimeout(grid.timer);
  grid.timer = null;
}

export function resize(editor, axis, by) {
  const { grid } = editor;
  const sides = size(grid);
  grid.cells = resized(grid.cells, { ...sides, [axis]: sides[axis] + by });
  push(editor, grid, 0);
}

// The matrices cropped, or with zeros where they had nothing.
export function resized(cells, { rows, columns }) {
  const row = (matrix, i) => Array.from({ length: columns }, (_, j) => matrix[i]?.[j] ?? "0");
  return cells.map((matrix) => Array.from({ length: rows }, (_, i) => row(matrix, i)));
}

export function refill(editor, value) {
  const { grid } = editor;
  let index = 0;
  grid.cells = grid.cells.map((matrix) => matrix.map((row) => row.map(() => String(value(index++)))));
  push(editor, grid, 0);
}

// One number goes into the cell as usual; what may be more is read by Python, as a whole.
function paste(editor, event) {
  const { grid, place } = editor;
  const text = event.clipboardData.getData("text/plain");
  if (isOneNumber(text)) return;
  event.preventDefault();
  commit(editor, grid, place, PAUSE);
  grid.refusal = refusal(text, grid.data);
  if (grid.refusal) editor.stage.told(grid);
  else {
    grid.paste = { text, place, serial: grid.serial + 1, typed: [] };
    push(editor, grid, 0);
  }
}

// Nothing in it parts numbers, or may part them, or stands around them.
export function isOneNumber(text) {
  return !/[\s\x85,;，；、､[\]［］【】(（]/.test(text.trim());
}

// Why a text never leaves the browser, or nothing.
export function refusal(text, { words, most }) {
  return text.length > most.characters ? words.too_long : "";
}
