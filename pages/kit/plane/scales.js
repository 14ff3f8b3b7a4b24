// Axes: where a number stands on one, what is marked there, and how far a dot goes at a step. Nothing here draws.

import { round125, show } from "./numbers.js";

const FAR = 1e15; // pixels: what is further away is not told apart
const STEPS = 400; // an axis is so many steps of a dot long
const LEAST = 0.012; // of a factor, so that three digits are others

// from, to: pixels of the low and the high end.
export function scaleOf({ low, high, log }, from, to) {
  const as = log ? Math.log10 : (value) => value;
  const [start, length] = [as(low), as(high) - as(low)];
  const pixels = to - from;
  return {
    to: (value) => clamp(from + ((as(value) - start) / length) * pixels, -FAR, FAR),
    back: (at) => {
      const there = start + ((at - from) / pixels) * length;
      return log ? 10 ** there : there;
    },
  };
}

export function clamp(value, low, high) {
  return Number.isNaN(value) ? low : Math.min(Math.max(value, low), high);
}

// What is marked, with its text. room: pixels; apart: how many a mark needs.
export function ticks(axis, room, apart) {
  if (axis.names?.length) return axis.names.map((text, at) => ({ value: at + 1, text }));
  const most = Math.max(2, Math.floor(room / apart));
  const powers = axis.log ? logTicks(axis, most) : [];
  return powers.length > 1 ? powers.map((value) => ({ value, text: show(value) })) : evenTicks(axis, most);
}

function evenTicks({ low, high, whole }, most) {
  let { step, digits } = round125((high - low) / most, true);
  if (whole && step < 1) [step, digits] = [1, 0];
  const slack = step * 1e-6;
  const [first, last] = [Math.ceil((low - slack) / step), Math.floor((high + slack) / step)];
  return Array.from({ length: last - first + 1 }, (_, at) => {
    const value = Number(((first + at) * step).toFixed(digits)) + 0;
    const isShort = Math.abs(value) < 1e6 && digits < 6;
    return { value, text: isShort ? value.toFixed(digits) : show(value) };
  });
}

// 1, 2 and 5 of every decade where there is room, else its 1, else that of every second, third, ...
function logTicks({ low, high }, most) {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const powers = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  const inside = (values) => values.filter((value) => value >= low * 0.999999 && value <= high * 1.000001);
  const dense = inside(powers.flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`))));
  if (dense.length <= most) return dense;
  const decades = inside(powers.map((power) => Number(`1e${power}`)));
  const every = Math.ceil(decades.length / most);
  return decades.filter((_, at) => at % every === 0);
}

// A place on an axis that a hand can mean: about one of 400.
export function rounded(axis, value) {
  const { low, high, log, whole } = axis;
  const within = clamp(value, low, high);
  if (whole) return clamp(Math.round(within), low, high);
  if (log) return clamp(Number(within.toPrecision(3)), low, high);
  const { step, digits } = round125((high - low) / STEPS, false);
  return clamp(Number((Math.round(within / step) * step).toFixed(digits)) + 0, low, high);
}

// By so many steps; along a logarithmic axis each is a factor.
export function nudged(axis, value, by) {
  const { low, high, log, whole } = axis;
  if (log) return rounded(axis, value * Math.max(1 + LEAST, (high / low) ** (1 / STEPS)) ** by);
  const { step } = round125((high - low) / STEPS, false);
  return rounded(axis, value + by * (whole ? Math.max(1, step) : step));
}
