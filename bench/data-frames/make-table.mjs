// Writes a table of customers as CSV: 20 columns of mixed kinds, missing values in two spellings, rows that repeat an earlier one. The same
// bytes for the same number of rows, everywhere.
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";

const SEED = 20261127;
/** One row in so many repeats one of the thousand before it. */
const REPEATS = 100;
const RECENT = 1000;
const BLOCK = 10_000;
const WORDS =
  "the parcel came late and nobody answered when I asked where it was so please send another one to my new address before friday or give back what I paid thank you for your help with this order".split(
    " ",
  );
const PLANS = ["free", "basic", "team", "business", "enterprise"];
const DEVICES = [
  "iPhone",
  "iPad",
  "Android phone",
  "Android tablet",
  "Windows",
  "macOS",
  "Linux",
  "Chromebook",
  "TV",
  "other",
];
const STATUSES = ["active", "paused", "cancelled", "invited"];
const FIRST_DAY = Date.UTC(2018, 0, 1);
const DAYS = 3000;
const DAY = 86_400_000;

/** Columns in their order: name, and a cell of a row. `random` gives whole numbers below a bound. */
export const COLUMNS = [
  ["id", (_, row) => row + 1],
  ["customer", (random) => random(400_000).toString(16).padStart(8, "c")],
  ["signed_up", (random) => new Date(FIRST_DAY + random(DAYS) * DAY).toISOString().slice(0, 10)],
  [
    "last_seen",
    (random) => `${new Date(FIRST_DAY + random(DAYS * 86_400) * 1000).toISOString().slice(0, 19).replace("T", " ")}`,
  ],
  ["country", (random) => `country ${Math.min(random(40), random(40))}`],
  ["city", (random) => `city ${Math.min(random(2000), random(2000))}`],
  ["plan", (random) => PLANS[Math.min(random(5), random(5))]],
  ["device", (random) => missing(random, 50, "") ?? DEVICES[random(10)]],
  ["status", (random) => STATUSES[random(4)]],
  ["is_company", (random) => (random(5) === 0 ? "true" : "false")],
  ["age", (random) => missing(random, 40, "NA") ?? 18 + Math.min(random(70), random(70))],
  ["visits", (random) => Math.min(random(5000), random(5000), random(5000))],
  ["amount", (random) => missing(random, 30, "") ?? hundredths(random(1_000_000))],
  ["balance", (random) => hundredths(random(100_000_000) - 20_000_000)],
  ["score", (random) => missing(random, 20, "") ?? (random(1_000_000) / 1_000_000).toFixed(6)],
  ["rate", (random) => (random(10_000) / 10_000).toFixed(4)],
  ["latitude", (random) => (random(180_000_000) / 1_000_000 - 90).toFixed(6)],
  ["longitude", (random) => (random(360_000_000) / 1_000_000 - 180).toFixed(6)],
  ["reference", (random) => `AB-${String(random(10_000_000)).padStart(7, "0")}-${random(90) + 10}`],
  ["comment", (random) => Array.from({ length: 10 + random(16) }, () => WORDS[random(WORDS.length)]).join(" ")],
];

function missing(random, oneIn, word) {
  return random(oneIn) === 0 ? word : undefined;
}

function hundredths(value) {
  return (value / 100).toFixed(2);
}

/** Whole numbers below a bound, by xorshift32 (Marsaglia 2003). */
function randomFrom(seed) {
  let state = seed;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

export async function writeTable(path, rows) {
  const random = randomFrom(SEED);
  const out = createWriteStream(path);
  out.write(`${COLUMNS.map(([name]) => name).join(",")}\n`);
  const recent = [];
  for (let row = 0; row < rows; ) {
    const lines = [];
    for (const end = Math.min(rows, row + BLOCK); row < end; row++) {
      const repeats = recent.length === RECENT && random(REPEATS) === 0;
      const line = repeats ? recent[random(RECENT)] : COLUMNS.map(([, cell]) => cell(random, row)).join(",");
      recent[row % RECENT] = line;
      lines.push(line);
    }
    if (!out.write(`${lines.join("\n")}\n`)) await new Promise((resolve) => out.once("drain", resolve));
  }
  out.end();
  await finished(out);
}
