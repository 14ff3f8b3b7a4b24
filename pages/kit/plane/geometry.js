// Lines in pixels, and what hangs on dots in the units of the axes. Nothing here draws.

const EDGE = 4000; // pixels: nothing is drawn further away, as SVG cannot tell large numbers apart

// The piece of an outline that each point adds; null lifts the pen.
export function pieces(points) {
  return points.map((point, at) => {
    const before = points[at - 1] ?? null;
    if (!point) return "";
    if (!before) return isNear(point) ? `M${pair(point)}` : "";
    if (isNear(before) && isNear(point)) return `L${pair(point)}`;
    const seen = cut(before, point);
    if (!seen) return "";
    return isNear(before) ? `L${pair(seen[1])}` : `M${pair(seen[0])}L${pair(seen[1])}`;
  });
}

export const outline = (points) => pieces(points).join("");

const pair = (point) => point.map((each) => Math.round(each * 10) / 10).join(" ");
const isNear = (point) => point.every((each) => Math.abs(each) <= EDGE);

// The part of a straight piece that is near; null if none is.
export function cut([x, y], [toX, toY]) {
  const [right, down] = [toX - x, toY - y];
  let [from, to] = [0, 1];
  for (const [by, room] of [
    [-right, x + EDGE],
    [right, EDGE - x],
    [-down, y + EDGE],
    [down, EDGE - y],
  ]) {
    if (by === 0 && room < 0) return null;
    if (by < 0) from = Math.max(from, room / by);
    if (by > 0) to = Math.min(to, room / by);
  }
  const at = (share) => [x + share * right, y + share * down];
  return from <= to ? [at(from), at(to)] : null;
}

// A line by one place, (slope, intercept), or through two; one that stands upright has only its x.
export function lineBy(places) {
  if (!places.length || places.some((place) => !place)) return null;
  const [[slope, intercept], other] = places;
  if (!other) return { slope, intercept };
  const [[x, y], [toX, toY]] = places;
  if (x === toX) return y === toY ? null : { upright: x };
  const rise = (toY - y) / (toX - x);
  return { slope: rise, intercept: y - rise * x };
}

// From edge to edge; where an axis is logarithmic it is bent.
export function alongLine({ slope, intercept, upright }, x, y) {
  if (upright !== undefined) return [y.low, y.high].map((each) => [upright, each]);
  const parts = x.log || y.log ? 96 : 1;
  return Array.from({ length: parts + 1 }, (_, at) => {
    const share = at / parts;
    const here = x.log ? x.low * (x.high / x.low) ** share : x.low + share * (x.high - x.low);
    return [here, slope * here + intercept];
  });
}

// The height of a curve at x; at its nearer end, if it does not reach so far.
export function heightAt(places, x) {
  const rising = places.filter(Boolean).toSorted(([one], [other]) => one - other);
  const after = rising.findIndex(([each]) => each > x);
  if (after < 1) return rising.at(after)[1];
  const [[left, low], [right, high]] = [rising[after - 1], rising[after]];
  return low + ((high - low) * (x - left)) / (right - left);
}

// How far each place is from a line, and where it meets it.
export function gapsFrom(places, line, shape) {
  return places.map((place) => {
    if (!place) return { foot: null, gap: NaN };
    const foot = shape === "across" ? across(place, line) : upright(place, line);
    const gap = shape === "across" ? Math.hypot(place[0] - foot[0], place[1] - foot[1]) : place[1] - foot[1];
    return { foot, gap };
  });
}

function upright([x], { slope, intercept, upright: only }) {
  return [x, only === undefined ? slope * x + intercept : -Infinity];
}

function across([x, y], { slope, intercept, upright: only }) {
  if (only !== undefined) return [only, y];
  const foot = (x + slope * (y - intercept)) / (1 + slope * slope);
  return [foot, slope * foot + intercept];
}

// What the sentences say: of each gap, and of all.
export function sums(gaps) {
  const squares = gaps.map(({ gap }) => gap * gap);
  const sum = squares.reduce((all, each) => all + each, 0);
  const each = gaps.map(({ gap }, at) => ({
    gap,
    square: squares[at],
    share: sum ? (100 * squares[at]) / sum : 0,
  }));
  return { each, all: { sum, mean: sum / gaps.length } };
}

// A square on an upright gap, on the side that the line does not go to.
export function square([x, from], to, isRising) {
  const side = Math.abs(to - from);
  const left = to > from === isRising;
  return [
    [x, from],
    [x, to],
    [x + (left ? -side : side), to],
    [x + (left ? -side : side), from],
  ];
}

// The number of the place next to a point, if it is not too far; else -1.
export function nearest(points, [x, y], reach) {
  let [best, least] = [-1, reach];
  points.forEach((point, at) => {
    const away = point ? Math.hypot(point[0] - x, point[1] - y) : Infinity;
    if (away <= least) [best, least] = [at, away];
  });
  return best;
}
