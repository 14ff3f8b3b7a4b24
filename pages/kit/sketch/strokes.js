// A drawing: { paper, strokes: [[colour, width, [[x, y], ...]], ...] }, in whole units of a square sheet of so
// many a side; and the pen that is led by keys. Nothing here draws, and nothing is changed: there is always a new one.

export const SPACE = 256;
const ROOM = 64; // so far beside the sheet a stroke can go
const NEAR = 2; // a point that is not further from the last tells nothing

const within = (value, low, high) => Math.min(Math.max(Math.round(value), low), high);

// Where the pointer is on a sheet that lies there on the screen.
export function place(clientX, clientY, { left, top, width, height }) {
  return [
    within(((clientX - left) * SPACE) / width, -ROOM, SPACE + ROOM),
    within(((clientY - top) * SPACE) / height, -ROOM, SPACE + ROOM),
  ];
}

// Of the pen, by so many to the right and down; it stays on the sheet.
export const stepped = ([x, y], [right, down]) => [within(x + right, 0, SPACE), within(y + down, 0, SPACE)];

export const begun = (drawing, colour, width, point) => ({
  ...drawing,
  strokes: [...drawing.strokes, [colour, width, [point]]],
});

// The last stroke, to this point.
export function extended(drawing, point) {
  const [colour, width, points] = drawing.strokes.at(-1);
  const last = points.at(-1);
  if (Math.hypot(point[0] - last[0], point[1] - last[1]) <= NEAR) return drawing;
  return { ...drawing, strokes: [...drawing.strokes.slice(0, -1), [colour, width, [...points, point]]] };
}

export const points = ({ strokes }) => strokes.reduce((sum, [, , each]) => sum + each.length, 0);

// Whether there is no room for another stroke.
export const full = (drawing, most) =>
  drawing.strokes.length >= most.strokes || points(drawing) >= most.points;

export const withoutLast = (drawing) => ({ ...drawing, strokes: drawing.strokes.slice(0, -1) });
