// What the grid of inputs makes of a paste and of a new size, without a browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isOneNumber, refusal, resized } from "../../pages/kit/grid/grid.js";

const DATA = { words: { too_long: "too long", too_large: "too large" }, most: { characters: 40, side: 3 } };

test("one number goes into the cell, also with a decimal comma, also if it is none", () => {
  for (const text of ["7", " -1.5\n", "−2", "1,5", "-,5", "abc", ""]) assert.ok(isOneNumber(text), text);
});

test("more than one number is a matrix, and so is one in brackets", () => {
  for (const text of ["1 2", "1\t2", "1\n2", "1, 2", "1,2,3", "1;2", "[7]"])
    assert.ok(!isOneNumber(text), text);
});

test("a matrix with too many rows or columns never leaves the browser", () => {
  assert.equal(refusal("1 2 3\n4 5 6\n7 8 9\n", DATA), "");
  assert.equal(refusal("1\n2\n3\n4", DATA), "too large");
  assert.equal(refusal("1,2,3,4", DATA), "too large");
});

test("of a written array only the length is judged", () => {
  assert.equal(refusal("[[1, 2, 3],\n\n[4, 5, 6],\n\n[7, 8, 9]]", DATA), "");
  assert.equal(refusal(`[${"1, ".repeat(20)}]`, DATA), "too long");
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
