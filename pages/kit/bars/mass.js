// Shares of a probability, in whole thousandths, so that they always add to 1; and what they cost. Border b is
// the one between the classes b and b + 1. Nothing here draws.

const WHOLE = 1000;

// The nearest ones that add to 1, none of them below least.
export function thousandths(shares, least = 0) {
  const exact = shares.map((share) => share * WHOLE);
  const counts = exact.map((each) => Math.max(least, Math.floor(each)));
  const missing = exact.map((each, at) => each - counts[at]);
  const order = [...missing.keys()].sort((one, other) => missing[other] - missing[one] || one - other);
  const left = WHOLE - counts.reduce((sum, each) => sum + each, 0);
  for (const at of order.slice(0, Math.max(left, 0))) counts[at] += 1;
  if (left < 0) counts[counts.indexOf(Math.max(...counts))] += left; // what the least ones got
  return counts;
}

// By so many to the right, as far as its two neighbours have anything to give; nobody else gives or gets.
export function moved(counts, border, by, least) {
  const both = counts[border] + counts[border + 1];
  const left = Math.min(Math.max(counts[border] + by, least), both - least);
  return counts.with(border, left).with(border + 1, both - left);
}

// Which of the borders that lie on each other is meant: the first one that can go there.
export function meant(counts, border, by, least) {
  const [giver, step] = by < 0 ? [0, -1] : [1, 1];
  let at = border;
  while (counts[at + giver] <= least) {
    at += step;
    if (at < 0 || at > counts.length - 2) return border;
  }
  return at;
}

// Of each class: minus the log of its share; "softmax": of the softmax of the shares; "plain": minus the share.
export function costs(counts, way) {
  const shares = counts.map((each) => each / WHOLE);
  if (way === "plain") return shares.map((share) => -share);
  if (way === "log") return shares.map((share) => -Math.log(share));
  const log = Math.log(shares.reduce((sum, share) => sum + Math.exp(share), 0));
  return shares.map((share) => log - share);
}

// counted: how much each class counts. One that does not count adds nothing, even if it costs infinitely much.
export function term(counted, each) {
  return counted.reduce((sum, times, at) => (times ? sum + times * each[at] : sum), 0);
}

export const total = (terms, divisor) => terms.reduce((sum, each) => sum + each, 0) / divisor;

// 3 digits behind the point, always, so that nothing jumps.
export function written(value) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-∞" : "∞";
  return value.toFixed(3).replace(/^-0\.000$/, "0.000");
}
