// A point of the picture, followed along the strip: a ring in every tile where it is, its values in a line below.

import { along, longest, nearest, onward, pixelAt, shareOf } from "./places.js";

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// The point next to the pointer, in the picture that it is over.
export function hover(strip, { target, clientX, clientY }) {
  const square = target.closest(".place");
  const { size, points } = square?.closest(".tile").tile ?? { points: [] };
  if (!points.length || strip.drag?.landing) return;
  const { left, top, width, height } = square.getBoundingClientRect();
  follow(strip, nearest(points, pixelAt(size, [(clientX - left) / width, (clientY - top) / height])));
}

// An arrow key goes on from where the point is in the first picture that it is in.
export function go(strip, event) {
  const step = STEPS[event.key];
  if (!step) return;
  event.preventDefault();
  const tile = strip.tiles.find(({ points }) => points[strip.point]);
  if (tile) follow(strip, onward(tile.points, strip.point, step));
  else begin(strip);
}

// In the middle of the first picture.
export function begin(strip) {
  const { size, points } = strip.tiles[0];
  if (strip.point < 0) follow(strip, nearest(points, pixelAt(size, [0.5, 0.5])));
}

function follow(strip, point) {
  if (point < 0 || point === strip.point) return;
  strip.point = point;
  showPoint(strip);
}

export function showPoint(strip) {
  const { parts, tiles, elements } = strip;
  const count = tiles[0]?.points.length ?? 0;
  if (strip.point >= count) strip.point = -1;
  parts.point.hidden = !count;
  parts.room.textContent = longest(tiles);
  parts.now.textContent = strip.point < 0 ? "" : along(tiles, strip.point);
  parts.hint.style.visibility = strip.point < 0 ? "" : "hidden";
  for (const { key, size, points } of tiles) {
    const place = points[strip.point];
    const spot = elements.get(key).querySelector(".spot");
    spot.hidden = !place;
    if (!place) continue;
    const [left, top] = shareOf(size, place);
    Object.assign(spot.style, { left: `${100 * left}%`, top: `${100 * top}%` });
  }
}
