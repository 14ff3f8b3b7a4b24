// Where a box comes to be, without a browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { laid, moved, resized, stride } from "../../pages/kit/boxes/sides.js";

const SIZE = [60, 40];
const BOX = [10, 5, 20, 15];

test("a box that is moved keeps its size, and stays inside of the picture", () => {
  assert.deepEqual(moved(BOX, [3.4, -2.6], SIZE), [13, 2, 20, 15]);
  assert.deepEqual(moved(BOX, [-99, -99], SIZE), [0, 0, 20, 15]);
  assert.deepEqual(moved(BOX, [99, 99], SIZE), [40, 25, 20, 15]);
});

test("a corner that is pulled leaves the one across from it where it is", () => {
  assert.deepEqual(resized(BOX, "se", [5, 4], SIZE), [10, 5, 25, 19]);
  assert.deepEqual(resized(BOX, "nw", [5, 4], SIZE), [15, 9, 15, 11]);
  assert.deepEqual(resized(BOX, "ne", [5, 4], SIZE), [10, 9, 25, 11]);
  assert.deepEqual(resized(BOX, "sw", [5, 4], SIZE), [15, 5, 15, 19]);
});

test("a corner goes no further than the edge, and leaves a pixel of the box", () => {
  assert.deepEqual(resized(BOX, "se", [99, 99], SIZE), [10, 5, 50, 35]);
  assert.deepEqual(resized(BOX, "nw", [-99, -99], SIZE), [0, 0, 30, 20]);
  assert.deepEqual(resized(BOX, "se", [-99, -99], SIZE), [10, 5, 1, 1]);
  assert.deepEqual(resized(BOX, "nw", [99, 99], SIZE), [29, 19, 1, 1]);
});

test("a key goes a hundredth of the longer side, and never nowhere", () => {
  assert.equal(stride([600, 400]), 6);
  assert.equal(stride([20, 32]), 1);
});

test("a box lies on the picture by shares of it", () => {
  assert.deepEqual(laid(BOX, SIZE), {
    left: `${1000 / 60}%`,
    top: "12.5%",
    width: `${2000 / 60}%`,
    height: "37.5%",
  });
});
