// Which frame is looked at when, and what is told of it. Nothing here draws.

import { fill } from "./numbers.js";

const WHOLE = 8000; // milliseconds that all frames take together,
const SLOWEST = 333; // but a frame at most

// Milliseconds from a frame to the next.
export const pace = (frames) => Math.min(SLOWEST, WHOLE / Math.max(1, frames - 1));

export const frameAfter = (from, time, frames) =>
  Math.min(frames - 1, from + Math.floor(time / pace(frames)));

// Of something that is shorter than the scene: its last one.
export const atFrame = (list, frame) => list[Math.min(frame, list.length - 1)];

export function sentence({ words, numbers, which }, frame) {
  const gaps = Object.entries(numbers).map(([gap, values]) => [gap, atFrame(values, frame)]);
  return fill(words[atFrame(which, frame) ?? 0], Object.fromEntries(gaps));
}

// The longest sentence of all frames keeps the room.
export function longest(told, frames) {
  let most = "";
  for (let frame = 0; frame < frames; frame += 1) {
    const now = sentence(told, frame);
    if (now.length > most.length) most = now;
  }
  return most;
}
