// Strokes on a sheet, without a browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  begun,
  extended,
  full,
  place,
  points,
  stepped,
  withoutLast,
} from "../../pages/kit/sketch/strokes.js";

const EMPTY = { paper: "white", strokes: [] };
const SHEET = { left: 100, top: 50, width: 512, height: 512 };

test("a place on the screen is one on the sheet, in its own units, and at most a little beside it", () => {
  assert.deepEqual(place(100, 50, SHEET), [0, 0]);
  assert.deepEqual(place(356, 307, SHEET), [128, 129]);
  assert.deepEqual(place(-5000, 5000, SHEET), [-64, 320]);
});

test("a stroke begins with a dot and goes on from point to point; the drawing before stays as it was", () => {
  const dot = begun(EMPTY, "red", 8, [10, 20]);
  const line = extended(dot, [30, 20]);
  assert.deepEqual(line, { paper: "white", strokes: [["red", 8, [[10, 20], [30, 20]]]] }); // biome-ignore format: a line each
  assert.deepEqual(dot.strokes, [["red", 8, [[10, 20]]]]);
  assert.deepEqual(EMPTY.strokes, []);
  assert.deepEqual(withoutLast(begun(line, "blue", 4, [0, 0])), line);
});

test("a point that is not away from the last one is left out", () => {
  const dot = begun(EMPTY, "red", 8, [10, 20]);
  assert.equal(extended(dot, [11, 21]), dot);
  assert.notEqual(extended(dot, [13, 20]), dot);
});

test("a sheet is full by its strokes, or by their points", () => {
  const two = begun(extended(begun(EMPTY, "red", 8, [0, 0]), [9, 9]), "red", 8, [0, 0]);
  assert.equal(points(two), 3);
  assert.equal(full(two, { strokes: 3, points: 4 }), false);
  assert.equal(full(two, { strokes: 2, points: 4 }), true);
  assert.equal(full(two, { strokes: 3, points: 3 }), true);
});

test("the pen that keys lead stays on the sheet", () => {
  assert.deepEqual(stepped([128, 2], [4, -4]), [132, 0]);
  assert.deepEqual(stepped([254, 128], [16, 0]), [256, 128]);
});
