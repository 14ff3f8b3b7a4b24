// What is told of one number when the pointer is over it or the keyboard has come to it: its arithmetic, as
// Python has worded it.

import { leadsTo } from "./editing.js";

// The frame that has filled in what a cell says now; undefined where it says what it said from the start.
export function filledBy({ writing, laid, ask, at }, id) {
  return laid.has(id) ? ask.frame : writing[id]?.findLast((k) => k <= at);
}

// The arithmetic of a cell, line by line; null where it has none. While a number is open nothing is told that
// holds it: neither how it was made nor what was made from it.
export function arithmetic(player, id) {
  const { frames, home, using, ask } = player;
  const k = filledBy(player, id);
  if (k === undefined) return home[id].lines.length ? [home[id].lines[id - home[id].first]] : null;
  const { about, lines } = frames[k];
  const own = about.length > 1 && about.includes(id);
  const open = openCell(player);
  if (id === open || using[open]?.includes(k) || (ask?.open && k === ask.frame && !own)) return null;
  return own ? [lines[about.indexOf(id)]] : lines;
}

function openCell({ boards, ask }) {
  return ask?.open ? boards[ask.board].first + ask.cell : undefined;
}

// Which cell of a board a key leads to from another; the same at its border, undefined for other keys.
export function follow(board, cell, event) {
  const { rows, columns } = board;
  const to = leadsTo(event, [Math.floor(cell / columns), cell % columns], board);
  if (!to) return undefined;
  const [row, column] = to;
  const inside = row >= 0 && row < rows && column >= 0 && column < columns;
  return inside ? row * columns + column : cell;
}
