// Where things are: steps in their order, tiles under the pointer, points in a picture. Nothing here draws.

export function moved(list, from, to) {
  const rest = list.toSpliced(from, 1);
  return rest.toSpliced(to, 0, list[from]);
}

// The tiles as they will be once Python has read a change; what comes of the others only it can tell.
export function applied(tiles, { do: act, key, to }) {
  const at = tiles.findIndex((tile) => tile.key === key);
  if (at < 0) return tiles;
  if (act === "move") return moved(tiles, at, to);
  if (act === "switch") return tiles.with(at, { ...tiles[at], on: !tiles[at].on });
  return act === "remove" ? tiles.toSpliced(at, 1) : tiles;
}

// How many tiles the others begin with.
export const fixed = (tiles) => tiles.filter((tile) => tile.fixed).length;

// Where a tile comes to stand that is let go at (x, y), as the number of tiles before it, itself counted where it
// stood, and on which side of which tile that is. boxes: of all tiles, row by row; first: how many stay in front.
export function landing(boxes, x, y, first) {
  const away = ({ top, height }) => Math.abs(y - top - height / 2);
  const { top } = boxes.reduce((best, box) => (away(box) < away(best) ? box : best));
  const row = boxes.flatMap((box, at) => (box.top === top ? [at] : []));
  const next = row.find((at) => x < boxes[at].left + boxes[at].width / 2);
  if ((next ?? row.at(-1)) < first) return { slot: first, beside: first, side: "before" };
  if (next === undefined) return { slot: row.at(-1) + 1, beside: row.at(-1), side: "after" };
  return { slot: next, beside: next, side: "before" };
}

// The index that a tile has after it was moved from one to a slot between the others.
export const indexAt = (slot, from) => (slot > from ? slot - 1 : slot);

// A picture lies in the middle of a square that it fills in its longer direction. As shares of the square:
// where a pixel is; and which pixel lies there.
export function shareOf([width, height], [x, y]) {
  const side = Math.max(width, height);
  return [(x + (side - width) / 2) / side, (y + (side - height) / 2) / side];
}

export function pixelAt([width, height], [across, down]) {
  const side = Math.max(width, height);
  return [across * side - (side - width) / 2, down * side - (side - height) / 2];
}

// The number of the point next to a place, of those that are in the picture; -1 if none is.
export function nearest(points, [x, y]) {
  return least(points, (point) => Math.hypot(point[0] - x, point[1] - y));
}

// The point that an arrow key leads to from another one; that one where there is none further on.
export function onward(points, from, [right, down]) {
  const [x, y] = points[from];
  const to = least(points, (point) => {
    const [dx, dy] = [point[0] - x, point[1] - y];
    const ahead = dx * right + dy * down;
    return ahead > 0 ? ahead + 2 * Math.abs(dx * down + dy * right) : Number.POSITIVE_INFINITY;
  });
  return to < 0 ? from : to;
}

function least(points, cost) {
  const costs = points.map((point) => (point ? cost(point) : Number.POSITIVE_INFINITY));
  const smallest = Math.min(...costs);
  return Number.isFinite(smallest) ? costs.indexOf(smallest) : -1;
}

// What a point is along the strip.
export const along = (tiles, point) =>
  chain(tiles.map(({ points, values }) => (points[point] ? values[point] : "–")));

// As long as the longest of these lines.
export const longest = (tiles) =>
  chain(tiles.map(({ values }) => values.reduce((a, b) => (b.length > a.length ? b : a), "–")));

// It is broken, if it must be, between two values.
const chain = (values) => values.map((value) => value.replaceAll(" ", "\u00a0")).join(" → ");

// A histogram as the outline of its bars, each 1 wide and as high as its share of 1.
export function outline(shares) {
  return `M0 1${shares.map((share, at) => `V${1 - share}H${at + 1}`).join("")}V1Z`;
}
