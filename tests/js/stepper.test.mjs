// The stepper's frames, without a browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { changes, count, litFor, nextAbout, prepare, refusals } from "../../pages/kit/stepper/stepper.js";
import { arithmetic, follow } from "../../pages/kit/stepper/telling.js";

// A row of two inputs and a row of three outputs, whose frames are about the outputs 0, 1 and again 0, with 2.
const BEFORE = ["3", "-4", "", "", ""];
const FRAMES = [
  [[1, [0]], [[0, [0]]], [[1, 0, "6"]], ["2×3 = 6"], "", [], []],
  [[1, [1]], [[0, [0, 1]]], [[1, 1, "-8"]], ["2×(-4)", "= -8"], "", [[0, ["a", "b"]]], [[0, [1]]]],
  [
    [1, [0, 2]],
    [[1, [1]]],
    [
      [1, 0, "7"],
      [1, 2, "1"],
    ],
    ["6 + 1 = 7", "0 + 1 = 1"],
    "",
    [],
    [],
  ],
];

// Every frame prepared, and what the cells say before the first and after each.
function prepared() {
  const board = (first, lines) => ({ first, lines, longest: 1, largest: 0 });
  const boards = [board(0, ["1 + 2 = 3", "1 - 5 = -4"]), board(2, [])];
  const player = { boards, home: BEFORE.map((_, id) => boards[Number(id > 1)]), laid: new Map(), ask: null };
  for (const list of ["about", "using", "writing"]) player[list] = BEFORE.map(() => []);
  const texts = [...BEFORE];
  const states = [];
  player.frames = FRAMES.map((frame, k) => {
    const done = prepare(player, texts, frame, k);
    states.push([...texts]);
    return done;
  });
  return { player, states };
}

test("from any frame to any other the cells come to say what they say there", () => {
  const { player, states } = prepared();
  for (const at of states.keys()) {
    for (const to of states.keys()) {
      const cells = [...states[at]];
      for (const [id, text] of changes({ ...player, at }, to)) cells[id] = text;
      assert.deepEqual(cells, states[to], `from ${at} to ${to}`);
    }
  }
});

test("only the cells that differ are touched", () => {
  const { player } = prepared();
  assert.deepEqual([...changes({ ...player, at: 1 }, 2).keys()], [2, 4]);
  assert.equal(changes({ ...player, at: 1 }, 1).size, 0);
});

test("a click on a cell goes through the frames about it, round and round", () => {
  const { player } = prepared();
  const next = (at, id) => nextAbout({ ...player, at }, id);
  assert.deepEqual([next(0, 2), next(1, 2), next(2, 2)], [2, 2, 0]);
  assert.equal(next(0, 4), 2);
  assert.equal(next(0, 0), undefined);
  assert.equal(next(0, null), undefined);
});

test("a cell that is marked in several ways is lit in all of them, with its tag", () => {
  const { player } = prepared();
  const lit = [...player.frames[1].lit].map(([id, [kinds, tag]]) => [id, kinds.trim().split(" "), tag]);
  assert.deepEqual(lit, [
    [0, ["marked"], "a"],
    [1, ["marked", "circled"], "b"],
    [3, ["focus"], ""],
  ]);
});

test("a board knows the largest number and the longest text it ever shows", () => {
  const { player } = prepared();
  assert.deepEqual([player.boards[1].largest, player.boards[1].longest], [8, 2]);
});

test("the count is written in the learner's language", () => {
  assert.equal(
    count({ words: { count: "第 {step} 步，共 {all} 步" }, frames: FRAMES }, 2),
    "第 2 步，共 3 步",
  );
});

test("while a number is open nothing tells which cell decides", () => {
  const lit = new Map([
    [0, ["marked", "×2"]],
    [1, ["marked circled", ""]],
    [5, [" circled", ""]],
  ]);
  const player = { frames: [{ lit }], boards: [{ first: 0 }, { first: 9 }] };
  const kinds = (ask) => [...litFor({ ...player, ask: { frame: 0, marks: [], ...ask } })].flat(2);
  assert.deepEqual(kinds({ open: true }), [0, "marked", "×2", 1, "marked", ""]);
  assert.deepEqual(litFor({ ...player, ask: { frame: 0, marks: [], open: false } }), lit);
  assert.deepEqual(kinds({ open: true, marks: [[1, [2, 3]]] }), [11, "marked", "", 12, "marked", ""]);
});

test("a number tells how it was made by the last frame that filled it in, and one of several its own line", () => {
  const { player } = prepared();
  const told = (at, id) => arithmetic({ ...player, at }, id);
  assert.deepEqual([told(0, 2), told(1, 2), told(2, 2)], [["2×3 = 6"], ["2×3 = 6"], ["6 + 1 = 7"]]);
  assert.deepEqual(told(2, 3), ["2×(-4)", "= -8"]);
  assert.deepEqual(told(2, 4), ["0 + 1 = 1"]);
  assert.deepEqual([told(0, 3), told(1, 4)], [null, null]); // they come later
  assert.deepEqual(told(0, 1), ["1 - 5 = -4"]); // from the start
});

test("while a number is open neither it nor what was made from it tells anything", () => {
  const { player } = prepared();
  const told = (cell, frame, id) =>
    arithmetic({ ...player, at: 2, ask: { open: true, board: 1, cell, frame } }, id);
  assert.deepEqual([told(1, 1, 3), told(1, 1, 2), told(1, 1, 4)], [null, null, null]);
  assert.deepEqual([told(2, 2, 4), told(2, 2, 2), told(2, 2, 3)], [null, ["6 + 1 = 7"], ["2×(-4)", "= -8"]]);
  const ask = { open: false, board: 1, cell: 1, frame: 1 };
  assert.deepEqual(arithmetic({ ...player, at: 2, ask }, 3), ["2×(-4)", "= -8"]);
});

test("the working that lies over the last frame is told as that of the step that was asked about", () => {
  const { player } = prepared();
  const ask = { open: false, board: 1, cell: 1, frame: 1 };
  assert.deepEqual(arithmetic({ ...player, at: 2, ask, laid: new Map([[2, "5"]]) }, 2), ["2×(-4)", "= -8"]);
});

test("keys lead over a board and not beyond it", () => {
  const led = (cell, key, ctrlKey = false) => follow({ rows: 2, columns: 3 }, cell, { key, ctrlKey });
  const all = (key) => [0, 1, 2, 3, 4, 5].map((cell) => led(cell, key));
  assert.deepEqual(all("ArrowRight"), [1, 2, 2, 4, 5, 5]);
  assert.deepEqual(all("ArrowLeft"), [0, 0, 1, 3, 3, 4]);
  assert.deepEqual(all("ArrowDown"), [3, 4, 5, 3, 4, 5]);
  assert.deepEqual(all("ArrowUp"), [0, 1, 2, 0, 1, 2]);
  assert.deepEqual([led(4, "Home"), led(1, "End"), led(4, "Home", true), led(1, "End", true)], [3, 2, 0, 5]);
  assert.equal(led(4, "Enter"), undefined);
});

test("a refusal is told of every grid, with its name where another one is typed into", () => {
  const grid = (name, refusal) => ({ refusal: "", data: { refusal, words: { names: [name] } } });
  const [first, second] = [grid("Input", "x is not a number."), grid("Kernel", "")];
  const grids = new Map([
    ["image", first],
    ["weight", second],
  ]);
  assert.equal(refusals(grids, first), "x is not a number.");
  assert.equal(refusals(grids, second), "Input: x is not a number.");
});
