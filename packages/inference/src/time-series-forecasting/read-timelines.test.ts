import { expect, test } from "vitest";
import { readTimelines } from "./read-timelines.ts";
import { timeSeriesForecasting } from "./row.ts";
import { tinyForecaster } from "./tiny-version.ts";

const { manifest } = tinyForecaster();
const { preprocessing } = manifest;
const history = [
  { date: "2026-03-01", sold: 4 },
  { date: "2026-03-02", sold: 7 },
];

test.each([
  [
    "a time that is none",
    { history: [...history, { date: "soon", sold: 1 }] },
    'history[2]: "date" must be a time such as 2026-01-31, got "soon"',
  ],
  [
    "no time",
    { history: [...history, { sold: 1 }] },
    'history[2]: "date" must be a time such as 2026-01-31, got nothing',
  ],
  [
    "a value that is none",
    { history: [...history, { date: "2026-03-03", sold: "many" }] },
    'row 3: "sold" must be a number, got "many"',
  ],
  [
    "a time twice",
    { history: [...history, { date: "2026-03-02", sold: 1 }] },
    "history[1] and history[2] are both of 2026-03-02",
  ],
  [
    "a time between steps",
    { history: [...history, { date: "2026-03-03 12:00", sold: 1 }] },
    "history[2]: 2026-03-03 12:00 is no step of one per day like 2026-03-01",
  ],
  ["too few values", { history: history.slice(1) }, "history: 1 values, at least 2 are needed in its history"],
  [
    "a row of the future without what is known ahead",
    { history, future: [{ date: "2026-03-03" }] },
    'row 3 has no column "price"',
  ],
  [
    "a value known ahead that is none",
    { history, future: [{ price: "cheap" }] },
    'row 3: "price" must be a number, got "cheap"',
  ],
])("refuses %s", (_, item, message) => {
  expect(() => readTimelines([item], preprocessing)).toThrow(message);
  expect(timeSeriesForecasting.unfit(item, manifest as never)).toContain(message);
});

test("names the series, and of several which one", () => {
  const short = { history: history.slice(1), series: "North" };
  expect(() => readTimelines([short], preprocessing)).toThrow(/^series "North": 1 values/);
  expect(() => readTimelines([{ history }, { history: history.slice(1) }], preprocessing)).toThrow(
    /^series timelines\[1\]\.history: 1 values/,
  );
});

test("lays out rows in any order, with those of the future behind them", () => {
  const { panel, windows } = readTimelines(
    [{ history: [...history, { date: "2026-03-05", sold: 1 }].toReversed(), future: [{ price: 2 }, { price: 3 }] }],
    preprocessing,
  );
  const [series] = panel.series;
  expect([...series!.values]).toEqual([4, 7, Number.NaN, Number.NaN, 1]);
  expect(windows).toEqual([{ series: 0, origin: series!.start + 5 }]);
  expect([...series!.rows]).toEqual([2, 1, -1, -1, 0, 3, 4]);
});
