// Numbers, axes and lines of a plane, without a browser. Python is held to the same cases of written.json.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  alongLine,
  cut,
  gapsFrom,
  heightAt,
  lineBy,
  nearest,
  outline,
  pieces,
  square,
  sums,
} from "../../pages/kit/plane/geometry.js";
import { attendFields, showChosen } from "../../pages/kit/plane/moving.js";
import { fill, parse, round125, show } from "../../pages/kit/plane/numbers.js";
import { atFrame, frameAfter, longest, pace, sentence } from "../../pages/kit/plane/playing.js";
import { nudged, rounded, scaleOf, ticks } from "../../pages/kit/plane/scales.js";

const WRITTEN = JSON.parse(readFileSync(new URL("written.json", import.meta.url)));
const texts = (marks) => marks.map(({ text }) => text);
const about = (values, digits = 9) => values.flat().map((each) => Number(each.toFixed(digits)) + 0);

test("numbers are written as the lessons write them", () => {
  for (const [value, text] of WRITTEN.numbers) assert.equal(show(value), text);
  assert.deepEqual([Infinity, -Infinity, NaN].map(show), ["∞", "-∞", "nan"]);
});

test("sentences are filled as the lessons fill them", () => {
  for (const [words, gaps, text] of WRITTEN.sentences) assert.equal(fill(words, gaps), text);
});

test("a gap without a value stays", () => {
  assert.equal(fill("{one} {two} {two:is|are}", { one: 1 }), "1 {two} {two:is|are}");
});

test("what is typed is read as people type it", () => {
  assert.deepEqual(
    ["2", " -0.5 ", "+.5", "1e-3", "−2", "３", "-0"].map(parse),
    [2, -0.5, 0.5, 0.001, -2, 3, 0],
  );
  for (const text of ["", "x", "1,5", "1 2", "0x10", "Infinity", "nan", "1e999", "--1"])
    assert.equal(parse(text), null);
});

test("steps are 1, 2 or 5 times a power of ten", () => {
  assert.deepEqual(round125(0.7, true), { step: 1, digits: 0 });
  assert.deepEqual(round125(0.07, false), { step: 0.05, digits: 2 });
  assert.deepEqual(round125(0.01, true), { step: 0.01, digits: 2 });
  assert.deepEqual(round125(0.01, false), { step: 0.01, digits: 2 });
  assert.deepEqual(round125(3000, true), { step: 5000, digits: 0 });
  assert.deepEqual(round125(0.6, true), { step: 1, digits: 0 });
});

test("an even axis is marked at round numbers", () => {
  assert.deepEqual(texts(ticks({ low: -1, high: 4 }, 340, 68)), ["-1", "0", "1", "2", "3", "4"]);
  assert.deepEqual(texts(ticks({ low: 0.05, high: 0.31 }, 340, 68)), ["0.1", "0.2", "0.3"]);
  assert.deepEqual(texts(ticks({ low: -0.3, high: 0.3 }, 200, 60)), ["-0.2", "0.0", "0.2"]);
  assert.deepEqual(texts(ticks({ low: 0, high: 3e7 }, 300, 100)), ["0", "1e+07", "2e+07", "3e+07"]);
  assert.deepEqual(texts(ticks({ low: 0, high: 3, whole: true }, 900, 60)), ["0", "1", "2", "3"]);
});

test("an axis with names is marked with these at 1, 2, 3", () => {
  const named = ticks({ low: 0.4, high: 2.6, names: ["one way", "other"] }, 40, 68);
  assert.deepEqual(named, [
    { value: 1, text: "one way" },
    { value: 2, text: "other" },
  ]);
});

test("a logarithmic axis is marked at 1, 2 and 5, or decades, or every few of them", () => {
  assert.deepEqual(texts(ticks({ low: 0.01, high: 1, log: true }, 700, 70)), [
    "0.01",
    "0.02",
    "0.05",
    "0.1",
    "0.2",
    "0.5",
    "1",
  ]);
  assert.deepEqual(texts(ticks({ low: 1e-4, high: 1, log: true }, 400, 70)), [
    "0.0001",
    "0.001",
    "0.01",
    "0.1",
    "1",
  ]);
  assert.deepEqual(texts(ticks({ low: 1e-6, high: 1e6, log: true }, 300, 70)), [
    "1e-06",
    "0.01",
    "100",
    "1e+06",
  ]);
  assert.deepEqual(texts(ticks({ low: 3, high: 4, log: true }, 300, 100)), ["3.0", "3.5", "4.0"]);
});

test("a scale goes to pixels and back, and huge numbers stay numbers", () => {
  const even = scaleOf({ low: -1, high: 4 }, 0, 100);
  assert.deepEqual(about([even.to(-1), even.to(4), even.back(50)]), [0, 100, 1.5]);
  const log = scaleOf({ low: 0.01, high: 100, log: true }, 200, 0);
  assert.deepEqual(about([log.to(0.01), log.to(1), log.back(0)]), [200, 100, 100]);
  for (const value of [1e308, -1e308, Infinity, 0, -5])
    for (const scale of [even, log]) assert.ok(Number.isFinite(scale.to(value)));
});

test("a dot goes to places that a hand can mean, inside its axis", () => {
  assert.equal(rounded({ low: -10, high: 10 }, 1.23456), 1.25);
  assert.equal(rounded({ low: -1, high: 4 }, 1.23456), 1.23);
  assert.equal(rounded({ low: 0, high: 0.003 }, 0.00123456), 0.001235);
  assert.equal(rounded({ low: 0, high: 99, whole: true }, 78.8), 79);
  assert.equal(rounded({ low: 1e-4, high: 1, log: true }, 0.0123456), 0.0123);
  assert.deepEqual(
    [-99, 99, NaN].map((each) => rounded({ low: -1.25, high: 4 }, each)),
    [-1.25, 4, -1.25],
  );
});

test("a key moves by a step, on a logarithmic axis by a factor, and never not at all", () => {
  assert.equal(nudged({ low: -1, high: 4 }, 1.23, 1), 1.24);
  assert.equal(nudged({ low: -1, high: 4 }, 1.23, -10), 1.13);
  assert.equal(nudged({ low: 0, high: 99, whole: true }, 78, 1), 79);
  assert.equal(nudged({ low: 0, high: 999, whole: true }, 78, -1), 76);
  const log = { low: 1e-4, high: 1, log: true };
  assert.equal(nudged(log, 0.1, 1), 0.102);
  let [value, steps] = [1e-4, 0];
  for (; value < 1; steps += 1) {
    const next = nudged(log, value, 1);
    assert.ok(next > value);
    value = next;
  }
  assert.ok(steps > 200 && steps < 500);
  assert.equal(nudged({ low: 1, high: 1.5, log: true }, 1, 1), 1.01);
});

test("an outline begins anew after a hole, and ends where it leaves what is near", () => {
  const drawn = outline([[0, 0], [1.26, 2], null, [3, 3], [4, 4]]);
  assert.equal(drawn, "M0 0L1.3 2M3 3L4 4");
  assert.equal(
    outline([
      [0, 0],
      [1e9, 1e9],
      [1e9, -1e9],
      [10, 0],
    ]),
    "M0 0L4000 4000M4000 -3990L10 0",
  );
  assert.equal(
    outline([
      [1e12, 5],
      [2e12, 5],
    ]),
    "",
  );
  assert.equal(
    pieces([
      [0, 0],
      [1, 1],
      [2, 2],
    ]).length,
    3,
  );
  assert.equal(cut([-9000, 9000], [9000, 9001]), null);
});

test("a line is that of a slope and an intercept, or goes through two places", () => {
  assert.deepEqual(lineBy([[2, 3]]), { slope: 2, intercept: 3 });
  assert.deepEqual(
    lineBy([
      [0, 1],
      [2, 5],
    ]),
    { slope: 2, intercept: 1 },
  );
  assert.deepEqual(
    lineBy([
      [2, 1],
      [2, 5],
    ]),
    { upright: 2 },
  );
  for (const none of [
    [],
    [null],
    [undefined],
    [
      [1, 1],
      [1, 1],
    ],
  ])
    assert.equal(lineBy(none), null);
  const [x, y] = [
    { low: -1, high: 3 },
    { low: 0, high: 9 },
  ];
  assert.deepEqual(alongLine({ slope: 2, intercept: 1 }, x, y), [
    [-1, -1],
    [3, 7],
  ]);
  assert.deepEqual(alongLine({ upright: 2 }, x, y), [
    [2, 0],
    [2, 9],
  ]);
  const bent = alongLine({ slope: 1, intercept: 0 }, { low: 1, high: 100, log: true }, y);
  assert.ok(bent.length > 50);
  assert.deepEqual(about([bent.at(0), bent.at(-1)]), [1, 1, 100, 100]);
});

test("the height of a curve is that between its places, whatever their order, and that of its ends", () => {
  const curve = [[2, 4], [0, 0], [1, 1], null];
  assert.deepEqual(
    [-1, 0, 0.5, 1.5, 2, 9].map((x) => heightAt(curve, x)),
    [0, 0, 0.5, 2.5, 4, 4],
  );
});

test("gaps are upright, or across in the units of the axes", () => {
  const line = { slope: 1, intercept: 0 };
  const [one] = gapsFrom([[1, 3]], line, "upright");
  assert.deepEqual(one, { foot: [1, 1], gap: 2 });
  const [other] = gapsFrom([[1, 3]], line, "across");
  assert.deepEqual(about([other.foot, other.gap ** 2]), [2, 2, 2]);
  assert.deepEqual(gapsFrom([[1, 3]], { upright: 4 }, "across")[0], { foot: [4, 3], gap: 3 });
  assert.equal(gapsFrom([[1, 3]], { upright: 4 }, "upright")[0].gap, Infinity);
});

test("the sentences have the squares, their sum and mean, and each one's share", () => {
  const { each, all } = sums([{ gap: 1 }, { gap: -3 }]);
  assert.deepEqual(each, [
    { gap: 1, square: 1, share: 10 },
    { gap: -3, square: 9, share: 90 },
  ]);
  assert.deepEqual(all, { sum: 10, mean: 5 });
  assert.equal(sums([{ gap: 0 }]).each[0].share, 0);
});

test("a square lies on the side that its line does not go to", () => {
  assert.deepEqual(square([50, 10], 30, true), [
    [50, 10],
    [50, 30],
    [30, 30],
    [30, 10],
  ]);
  assert.deepEqual(square([50, 10], 30, false).at(-1), [70, 10]);
  assert.deepEqual(square([50, 30], 10, true).at(-1), [70, 30]);
});

test("the nearest dot is meant, if one is near", () => {
  const points = [[0, 0], null, [10, 0]];
  assert.equal(nearest(points, [6, 0], 16), 2);
  assert.equal(nearest(points, [4, 0], 16), 0);
  assert.equal(nearest(points, [40, 0], 16), -1);
});

test("all frames take eight seconds, and a few not less than a third of a second each", () => {
  assert.equal(pace(1001), 8);
  assert.equal(pace(11), 333);
  assert.equal(frameAfter(0, 4000, 1001), 500);
  assert.equal(frameAfter(10, 1e9, 1001), 1000);
  assert.equal(frameAfter(0, 1000, 4), 3);
});

test("what is shorter than the scene stays at its end, and an empty list has nothing", () => {
  assert.equal(atFrame([5, 6], 9), 6);
  assert.equal(atFrame([], 9), undefined);
});

test("each frame has its sentence, and the longest keeps the room", () => {
  const told = {
    words: ["Start: {loss}.", "{count} {count:step|steps}: {loss}."],
    numbers: { count: [0, 1, 2], loss: [10, 0.12345, "∞"] },
    which: [0, 1],
  };
  assert.deepEqual(
    [0, 1, 2].map((frame) => sentence(told, frame)),
    ["Start: 10.", "1 step: 0.1235.", "2 steps: ∞."],
  );
  assert.equal(longest(told, 3), "1 step: 0.1235.");
  assert.equal(sentence({ ...told, which: [] }, 2), "Start: ∞.");
});

test("what is refused is told until the learner does something else, whatever Python answers", () => {
  const part = { key: "a", kind: "dots", moves: "free", places: [[1, 2]], name: "A", fewest: 0, most: 1 };
  const axis = { name: "x", low: 0, high: 9 };
  const item = { part, sheet: { data: { x: axis, y: axis } } };
  const buttons = { "[data-do=add]": {}, "[data-do=remove]": {} };
  const field = () => ({ parentElement: { firstElementChild: {} } });
  const parts = { row: { querySelector: (words) => buttons[words] }, name: {}, hint: {}, trouble: {} };
  const view = {
    parts: { ...parts, fields: [field(), field()] },
    items: [item],
    byKey: new Map([["a", item]]),
  };
  Object.assign(view, {
    own: new Map(),
    chosen: { key: "a", number: 0 },
    words: { most: "At most {most}." },
  });
  attendFields(view);
  buttons["[data-do=add]"].onclick();
  showChosen(view);
  assert.equal(parts.trouble.textContent, "At most 1.");
  view.parts.fields[0].onkeydown({ key: "Escape", stopPropagation() {} });
  assert.equal(parts.trouble.textContent, "");
});
