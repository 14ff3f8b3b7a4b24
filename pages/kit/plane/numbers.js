// Numbers as they are written and typed, and sentences with gaps, as lessons/core/numbers.py and messages.py have
// them: both are held to the cases of tests/js/written.json. Nothing here draws.

const DIGITS = 4;
const TYPED = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const GAP = /{(\w+)(?::([^{}|]*)\|([^{}]*))?}/g;

// Short, as Python's show.
export function show(value) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value + 0);
  const [digits, power] = significant(value);
  if (power >= DIGITS || power < -DIGITS) {
    const exponent = String(Math.abs(power)).padStart(2, "0");
    return `${bare(digits)}e${power < 0 ? "-" : "+"}${exponent}`;
  }
  return bare(Number(`${digits}e${power}`).toFixed(DIGITS - 1 - power));
}

// So many digits, and a power of ten. Where two are as near the even one is taken, as Python does; the browser
// takes the larger.
function significant(value) {
  const [digits, power] = value.toExponential(DIGITS - 1).split("e");
  const [all, same] = value.toExponential(60).split("e");
  const rest = all.replace("-", "").slice(DIGITS + 1);
  const isTie = /^50*$/.test(rest);
  const down = all.slice(0, all.length - rest.length);
  const isEven = Number(down.at(-1)) % 2 === 0;
  return isTie && isEven ? [down, Number(same)] : [digits, Number(power)];
}

// Without zeros at its end.
const bare = (digits) => (digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits);

// A sentence; a gap may hold a word for one and a word for any other number. One without a value stays.
export function fill(words, gaps) {
  return words.replace(GAP, (whole, gap, one, others) => {
    const value = gaps[gap];
    if (value === undefined) return whole;
    if (one !== undefined) return value === 1 ? one : others;
    return typeof value === "number" ? show(value) : value;
  });
}

// What was typed; null if it is no number.
export function parse(text) {
  const plain = text.normalize("NFKC").trim().replace("−", "-");
  const value = TYPED.test(plain) ? Number(plain) : NaN;
  return Number.isFinite(value) ? value + 0 : null;
}

// The next 1, 2 or 5 times a power of ten, above or else below; and how many digits it has behind the point.
export function round125(value, above) {
  const power = Math.floor(Math.log10(value) + 1e-9);
  const share = value / 10 ** power;
  const steps = [1, 2, 5, 10];
  const near = (step) => Math.abs(step - share) < 1e-6;
  const step = above
    ? steps.find((each) => each >= share || near(each))
    : steps.findLast((each) => each <= share || near(each));
  const digits = Math.max(0, step === 10 ? -power - 1 : -power);
  return { step: Number(`${step}e${power}`), digits: Math.min(digits, 100) };
}
