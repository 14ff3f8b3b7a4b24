// What the grid of inputs makes of a paste and of a new size, without a browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { edit, isOneNumber, makeEditor, refusal, resized, take } from "../../pages/kit/stepper/editing.js";

test("one number goes into the cell, also if it is none", () => {
  for (const text of ["7", " -1.5\n", "−2", "－３", "1。5", "1/9", "1'234", "abc", ""])
    assert.ok(isOneNumber(text), text);
});

test("what may be more than one number is read by Python, and so is what stands in brackets", () => {
  const parted = ["1 2", "1\t2", "1\n2", "1, 2", "1,2,3", "1;2", "[7]", "tensor(7.)"];
  const wide = ["1，2", "1、2", "1；2", "［7］", "【7】", "1\u30002"];
  const doubtful = ["1,5", "1,234.5", "1.234,5", "1\u202f234", "1\u00a0234"];
  const broken = ["1\v2", "1\f2", "1\x852", "1\u20282", "1\u20292"];
  for (const text of [...parted, ...wide, ...doubtful, ...broken]) assert.ok(!isOneNumber(text), text);
});

test("a text that is too long never leaves the browser", () => {
  const data = { words: { too_long: "too long" }, most: { characters: 40 } };
  assert.equal(refusal("1 2 3\n4 5 6\n7 8 9\n", data), "");
  assert.equal(refusal("1, ".repeat(20), data), "too long");
});

test("of a number that is too long so much is sent that it is refused", () => {
  const sent = [];
  const grid = { field: "image", serial: 1, data: { epoch: 0, words: { names: ["Input"], cell: "" } } };
  grid.cells = [[["4", "5"]]];
  const stage = { send: (message) => sent.push(message), cellOf: () => ({}), enter() {}, leave() {} };
  globalThis.document ??= { createElement: () => ({ append() {}, focus() {}, select() {} }) };
  const editor = makeEditor(stage);
  edit(editor, grid, [0, 0, 1]);
  editor.input.value = "1".repeat(27_000_000);
  editor.input.oninput({ inputType: "insertFromPaste" });
  editor.input.onblur();
  assert.deepEqual(sent[0].cells, [[["4", "1".repeat(101)]]]);
});

test("a smaller matrix is cropped, a larger one filled with zeros", () => {
  const cells = [
    [
      ["1", "x"],
      ["3", "4"],
    ],
  ];
  assert.deepEqual(resized(cells, { rows: 1, columns: 3 }), [[["1", "x", "0"]]]);
  assert.deepEqual(resized(cells, { rows: 3, columns: 1 }), [[["1"], ["3"], ["0"]]]);
  assert.deepEqual(cells, [
    [
      ["1", "x"],
      ["3", "4"],
    ],
  ]);
});

test("what is typed on top of a paste that is still on its way is kept, and sent when it has arrived", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const sent = [];
  const typed = [
    [[0, 0, 1], "9"],
    [[0, 5, 5], "outside"],
  ];
  const paste = { text: "1 2", place: [0, 0, 0], serial: 1, typed };
  const grid = { field: "image", serial: 1, data: { epoch: 0 }, cells: [[["0"], ["0"]]], paste };
  const editor = { grids: new Map([["image", grid]]), stage: { send: (message) => sent.push(message) } };
  take(editor, { image: { epoch: 1, serial: 1, cells: [[["1", "2"]]] } });
  t.mock.timers.tick(1000);
  assert.deepEqual(sent, [{ field: "image", epoch: 1, serial: 2, cells: [[["1", "9"]]], paste: null }]);
});

test("a digit that is typed over itself is being typed, and a paste that arrives does not take its place", () => {
  const grid = { field: "image", serial: 1, data: { epoch: 0 }, cells: [[["4"]]] };
  const input = { value: "4", select() {} };
  const editor = { input, grid, place: [0, 0, 0], touched: true, grids: new Map([["image", grid]]) };
  take(editor, { image: { epoch: 1, serial: 1, cells: [[["5"]]] } });
  assert.equal(input.value, "4");
  editor.touched = false;
  take(editor, { image: { epoch: 2, serial: 1, cells: [[["6"]]] } });
  assert.equal(input.value, "6");
});

test("who leaves a cell right after Enter has sent it: what comes next is about the new number", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const input = { value: "7", append() {}, select() {}, focus() {}, selectionStart: 0, selectionEnd: 1 };
  globalThis.document = { createElement: () => input };
  const sent = [];
  const editor = makeEditor({ send: (message) => sent.push(message), cellOf() {}, leave() {} });
  delete globalThis.document;
  const grid = { field: "image", serial: 1, data: { epoch: 0 }, cells: [[["4"]]] };
  Object.assign(editor, { grid, place: [0, 0, 0], touched: true, grids: new Map([["image", grid]]) });
  input.onkeydown({ key: "Enter", stopPropagation() {}, preventDefault() {} });
  assert.deepEqual(sent, []);
  input.onblur();
  assert.deepEqual(
    sent.map(({ cells }) => cells),
    [[[["7"]]]],
  );
  t.mock.timers.tick(1000);
  assert.equal(sent.length, 1);
});
