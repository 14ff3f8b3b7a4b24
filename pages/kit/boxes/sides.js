// Where a box is after it was moved or resized: [left, top, width, height] in whole pixels of a picture of the
// size [width, height], which it stays inside of. Nothing here draws.

const within = (value, low, high) => Math.min(Math.max(value, low), high);

export function moved([left, top, width, height], [right, down], [wide, high]) {
  return [
    within(Math.round(left + right), 0, wide - width),
    within(Math.round(top + down), 0, high - height),
    width,
    height,
  ];
}

// corner: "nw", "ne", "sw" or "se"; the one across stays where it is, one pixel away at least.
export function resized([left, top, width, height], corner, [right, down], [wide, high]) {
  const [from, across] = side(left, width, corner[1] === "w", right, wide);
  const [above, tall] = side(top, height, corner[0] === "n", down, high);
  return [from, above, across, tall];
}

// Along one direction, where either its beginning or its end is moved: where it begins then, and how long it is.
function side(start, length, begins, by, most) {
  const end = start + length;
  if (!begins) return [start, within(Math.round(length + by), 1, most - start)];
  const from = within(Math.round(start + by), 0, end - 1);
  return [from, end - from];
}

// Of a press of an arrow key: a hundredth of the longer side, one pixel at least.
export const stride = (size) => Math.max(1, Math.round(Math.max(...size) / 100));

// As shares of the picture, for a style.
export function laid([left, top, width, height], [wide, high]) {
  const percent = (pixels, side) => `${(100 * pixels) / side}%`;
  return {
    left: percent(left, wide),
    top: percent(top, high),
    width: percent(width, wide),
    height: percent(height, high),
  };
}
