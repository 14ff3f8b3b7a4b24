// Where mass goes, and what it costs, without a browser. Python is held to the same numbers of agreed.json.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { costs, meant, moved, term, thousandths, total, written } from "../../pages/kit/bars/mass.js";

const AGREED = JSON.parse(readFileSync(new URL("agreed.json", import.meta.url)));
const sum = (numbers) => numbers.reduce((all, each) => all + each, 0);

test("shares become the nearest thousandths that add to 1", () => {
  assert.deepEqual(thousandths([1 / 3, 1 / 3, 1 / 3]), [334, 333, 333]);
  assert.deepEqual(thousandths([0.09003, 0.24473, 0.66524]), [90, 245, 665]);
  assert.deepEqual(thousandths([0.57, 0.29, 0.14]), [570, 290, 140]);
  for (let seed = 1; seed < 200; seed += 1) {
    const numbers = Array.from(
      { length: 2 + (seed % 15) },
      (_, at) => Math.abs(Math.sin(seed * (at + 1))) ** 9,
    );
    const shares = numbers.map((each) => each / sum(numbers));
    for (const least of [0, 1]) {
      const whole = thousandths(shares, least);
      assert.equal(sum(whole), 1000);
      assert.ok(Math.min(...whole) >= least);
    }
    assert.ok(thousandths(shares).every((each, at) => Math.abs(each - 1000 * shares[at]) < 1));
  }
});

test("where no share can be 0, the largest gives what the least ones need", () => {
  assert.deepEqual(thousandths([1, 0, 0], 1), [998, 1, 1]);
  assert.deepEqual(thousandths([1, 0, 0]), [1000, 0, 0]);
});

test("a border moves mass between its two neighbours only", () => {
  assert.deepEqual(moved([90, 245, 665], 0, 10, 0), [100, 235, 665]);
  assert.deepEqual(moved([90, 245, 665], 1, -100, 0), [90, 145, 765]);
});

test("a border goes as far as a neighbour has anything to give", () => {
  assert.deepEqual(moved([90, 245, 665], 0, 1000, 0), [335, 0, 665]);
  assert.deepEqual(moved([90, 245, 665], 0, -1000, 0), [0, 335, 665]);
  assert.deepEqual(moved([90, 245, 665], 0, 1000, 1), [334, 1, 665]);
});

test("of borders that lie on each other the one is meant that can go there", () => {
  assert.equal(meant([600, 0, 0, 400], 2, -10, 0), 0);
  assert.equal(meant([600, 0, 0, 400], 0, 10, 0), 2);
  assert.equal(meant([598, 1, 1, 400], 2, -10, 1), 0);
  assert.equal(meant([600, 0, 200, 200], 2, -10, 0), 2);
  assert.equal(meant([0, 0, 1000], 1, -10, 0), 1); // none can
});

test("a class that does not count adds nothing, whatever it costs", () => {
  assert.equal(term([0, 1], costs([0, 1000], "log")), 0);
  assert.equal(term([0.5, 0.5], costs([0, 1000], "log")), Infinity);
  assert.equal(written(term([0.5, 0.25, 0.25], costs([500, 250, 250], "log"))), "1.040");
});

test("where nothing counts the mean is no number", () => {
  assert.equal(written(total([0, 0], 0)), "nan");
});

test("numbers have always three digits behind the point, and 0 has no sign", () => {
  assert.deepEqual([0, -0.0001, 1 / 3, 1000, -Infinity].map(written), [
    "0.000",
    "0.000",
    "0.333",
    "1000.000",
    "-∞",
  ]);
});

test("terms and losses are those of the lesson", () => {
  for (const { way, shares, target, weight, terms, divisor, loss } of AGREED) {
    const made = shares.map((row, at) => {
      const counted = row.map((_, number) => (number === target[at] ? weight[number] : 0));
      return term(counted, costs(row, way));
    });
    assert.deepEqual(made.map(written), terms);
    assert.equal(written(total(made, divisor)), loss);
  }
});
