// Where things are in an order of tiles, without a browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  along,
  applied,
  indexAt,
  landing,
  longest,
  moved,
  nearest,
  onward,
  outline,
  pixelAt,
  shareOf,
} from "../../pages/kit/order/places.js";

const TILES = [1, 2, 3, 4].map((key) => ({ key, on: true, fixed: key === 1 }));
// Three tiles of 100 by 200 pixels in a row and two in the next, 20 apart.
const BOXES = [0, 1, 2, 3, 4].map((at) => ({
  left: 120 * (at % 3),
  top: at < 3 ? 0 : 220,
  width: 100,
  height: 200,
}));

const keys = (tiles) => tiles.map(({ key }) => key);

test("a tile that is moved comes to stand at its new place among all", () => {
  assert.deepEqual(moved(["a", "b", "c", "d"], 1, 3), ["a", "c", "d", "b"]);
  assert.deepEqual(moved(["a", "b", "c", "d"], 3, 1), ["a", "d", "b", "c"]);
  assert.deepEqual(moved(["a", "b", "c", "d"], 2, 2), ["a", "b", "c", "d"]);
});

test("what was done is done to the tiles again, and nothing to those that are gone", () => {
  assert.deepEqual(keys(applied(TILES, { do: "move", key: 2, to: 3 })), [1, 3, 4, 2]);
  assert.deepEqual(keys(applied(TILES, { do: "remove", key: 3 })), [1, 2, 4]);
  const switched = applied(TILES, { do: "switch", key: 3 });
  assert.deepEqual(
    switched.map(({ on }) => on),
    [true, true, false, true],
  );
  for (const act of ["copy", "mend", "select"])
    assert.deepEqual(applied(TILES, { do: act, key: 3 }), TILES, act);
  assert.deepEqual(applied(TILES, { do: "remove", key: 9 }), TILES);
});

test("a tile lands between the two that the pointer is between, in the row that it is in", () => {
  assert.deepEqual(landing(BOXES, 160, 90, 1), { slot: 1, beside: 1, side: "before" });
  assert.deepEqual(landing(BOXES, 200, 90, 1), { slot: 2, beside: 2, side: "before" });
  assert.deepEqual(landing(BOXES, 999, 90, 1), { slot: 3, beside: 2, side: "after" });
  assert.deepEqual(landing(BOXES, -50, 330, 1), { slot: 3, beside: 3, side: "before" });
  assert.deepEqual(landing(BOXES, 999, 999, 1), { slot: 5, beside: 4, side: "after" });
});

test("nothing lands in front of the fixed tiles", () => {
  assert.deepEqual(landing(BOXES, -50, 90, 1), { slot: 1, beside: 1, side: "before" });
  assert.deepEqual(landing(BOXES, 10, 90, 2), { slot: 2, beside: 2, side: "before" });
  assert.deepEqual(landing(BOXES.slice(0, 4), -50, 90, 3), { slot: 3, beside: 3, side: "before" });
});

test("the slots on both sides of a tile are its own place", () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((slot) => indexAt(slot, 2)),
    [0, 1, 2, 2, 3],
  );
});

test("a pixel is where the picture lies in its square, and back", () => {
  assert.deepEqual(shareOf([8, 8], [4, 2]), [0.5, 0.25]);
  assert.deepEqual(shareOf([8, 4], [0, 0]), [0, 0.25]);
  assert.deepEqual(shareOf([4, 8], [4, 8]), [0.75, 1]);
  for (const size of [
    [8, 8],
    [8, 4],
    [4, 8],
  ])
    assert.deepEqual(pixelAt(size, shareOf(size, [3, 1])), [3, 1]);
});

test("the nearest point is one that is in the picture", () => {
  const points = [[0.5, 0.5], null, [4.5, 0.5], [4.5, 6.5]];
  assert.equal(nearest(points, [3, 1]), 2);
  assert.equal(nearest(points, [3, 6]), 3);
  assert.equal(nearest([null, null], [3, 6]), -1);
  assert.equal(nearest([], [3, 6]), -1);
});

test("an arrow key goes to the next point that way, and stays where there is none", () => {
  const points = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((at) => [at % 3, Math.floor(at / 3)]);
  assert.equal(onward(points, 4, [1, 0]), 5);
  assert.equal(onward(points, 4, [-1, 0]), 3);
  assert.equal(onward(points, 4, [0, 1]), 7);
  assert.equal(onward(points, 4, [0, -1]), 1);
  assert.equal(onward(points, 5, [1, 0]), 5);
  assert.equal(onward(points.with(5, null), 4, [1, 0]), 2);
});

test("a point's values stand along the strip, with a dash where it is not in the picture", () => {
  const tiles = [
    {
      points: [
        [1, 1],
        [2, 2],
      ],
      values: ["7", "128"],
    },
    { points: [null, [2, 2]], values: ["", "0.502"] },
    { points: [], values: [] },
  ];
  assert.equal(along(tiles, 0), "7 → – → –");
  assert.equal(along(tiles, 1), "128 → 0.502 → –");
  assert.equal(longest(tiles), "128 → 0.502 → –");
  assert.equal(along([{ points: [[1, 1]], values: ["7, 8"] }, tiles[0]], 0), "7,\u00a08 → 7");
});

test("a histogram is the outline of its bars", () => {
  assert.equal(outline([0.25, 1]), "M0 1V0.75H1V0H2V1Z");
});
