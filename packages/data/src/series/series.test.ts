import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareSeries, type SeriesSettings } from "./prepare-series.ts";
import { actualValues, windowTensors } from "./series-windows.ts";
import { tellFrequency } from "./tell-frequency.ts";
import { tellSeason } from "./tell-season.ts";
import { TimeGrid } from "./time-grid.ts";
import { readTime, timeSpelling } from "./time-spellings.ts";

const DAY = 86_400_000;
const utc = (text: string) => Date.parse(`${text}Z`);
const names = [
  "day",
  "business-day",
  "week",
  "month",
  "quarter",
  "year",
  "hour",
  "15 minutes",
  "2 months",
  "30 seconds",
];

test.each(names)("steps of one per %s follow one another, and each time is that of its step", (name) => {
  const grid = TimeGrid.of(name);
  expect(grid.name).toBe(name);
  const first = utc("2023-05-31T00:00");
  const phase = grid.phaseOf(first);
  const start = grid.stepOf(first, phase)!;
  fc.assert(
    fc.property(fc.integer({ min: -2000, max: 2000 }), (passed) => {
      const time = grid.timeOf(start + passed, phase);
      expect(grid.stepOf(time, phase)).toBe(start + passed);
      expect(grid.timeOf(start + passed + 1, phase)).toBeGreaterThan(time);
    }),
  );
  expect(grid.timeOf(start, phase)).toBe(first);
});

test("months end when they end, and weekends are no business days", () => {
  const month = TimeGrid.of("month");
  const end = month.phaseOf(utc("2024-01-31T00:00"));
  const step = month.stepOf(utc("2024-01-31T00:00"), end)!;
  expect([1, 2, 3].map((passed) => month.show(month.timeOf(step + passed, end)))).toEqual([
    "2024-02-29",
    "2024-03-31",
    "2024-04-30",
  ]);
  const business = TimeGrid.of("business-day");
  const phase = business.phaseOf(utc("2026-11-27T00:00"));
  const friday = business.stepOf(utc("2026-11-27T00:00"), phase)!;
  expect(business.show(business.timeOf(friday + 1, phase))).toBe("2026-11-30");
  expect(business.stepOf(utc("2026-11-28T00:00"), phase)).toBeUndefined();
});

describe("the frequency is told from times", () => {
  const times = (name: string, count: number) => {
    const grid = TimeGrid.of(name);
    const phase = grid.phaseOf(utc("2024-01-01T00:00"));
    const first = grid.stepOf(utc("2024-01-01T00:00"), phase)!;
    return Float64Array.from({ length: count }, (_, i) => grid.timeOf(first + i, phase));
  };

  test.each(names)("one per %s", (name) => {
    expect(tellFrequency([times(name, 40)], "a.csv").name).toBe(name);
  });

  test("though steps are missing, and rows of no series are side by side", () => {
    const days = times("day", 60);
    expect(tellFrequency([days.filter((_, i) => i % 7 !== 3)], "a.csv").name).toBe("day");
    expect(tellFrequency([days.filter((_, i) => i % 3 !== 1)], "a.csv").name).toBe("day");
  });

  test("not of single rows", () => {
    expect(() => tellFrequency([times("day", 1)], "a.csv")).toThrow(/^a\.csv: no series has rows of two times/);
  });
});

test("a season is one that series show", () => {
  const wave = (season: number, size: number) =>
    Float64Array.from(
      { length: 120 },
      (_, i) => size * Math.sin((2 * Math.PI * i) / season) + (((i * 7919) % 17) / 17) * 2,
    );
  expect(tellSeason([wave(12, 5)], [12])).toBe(12);
  expect(tellSeason([wave(7, 5)], [12, 7])).toBe(7);
  expect(tellSeason([wave(12, 0)], [12])).toBe(1);
  expect(tellSeason([wave(12, 5).subarray(0, 20)], [12])).toBe(1);
});

test.each([
  ["2026", "2026-01-01"],
  ["2026-03", "2026-03-01"],
  ["2026年3月", "2026-03-01"],
  ["Mar 2026", "2026-03-01"],
  ["2026-Q2", "2026-04-01"],
  ["31/03/2026", "2026-03-31"],
  ["2026年3月31日", "2026-03-31"],
  ["2026-03-31 00:00", "2026-03-31"],
  ["1774915200", "2026-03-31"],
])("%s is a time", (text, day) => {
  expect(readTime(text, timeSpelling([text]).spelling)).toBe(utc(`${day}T00:00`));
});

describe("series of a file", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "modelwright-series-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const day = (i: number) => new Date(utc("2026-01-01T00:00") + i * DAY).toISOString().slice(0, 10);
  const rows = (count: number, of: (i: number) => string) => Array.from({ length: count }, (_, i) => of(i));
  const defaults = {
    columns: { time: "date", target: "sold" },
    known: [],
    kinds: {},
    ignore: [],
    frequency: "auto",
    clean: { times: "error", gaps: "missing" },
    split: {},
  } as const;
  const prepare = async (lines: readonly string[], settings: Partial<SeriesSettings> = {}, header = "date,sold") => {
    await writeFile(join(folder, "a.csv"), `${header}\n${lines.join("\n")}\n`);
    return prepareSeries(
      { source: "a.csv", ...defaults, ...settings },
      { model: { examples: 10_000 }, baseDir: folder },
    );
  };

  test("is divided by time, and nothing later is known to an earlier part", async () => {
    const prepared = await prepare(
      rows(100, (i) => `${day(i)},${10 + (i % 7)}`),
      { horizon: 5 },
    );
    const { train, validation, test: held } = prepared;
    expect(train.shape).toMatchObject({ horizon: 5, season: 7, windows: { count: 4, step: 5 } });
    const ends = [train, validation, held].map(({ panel }) => panel.series[0]!.values.length);
    expect(ends).toEqual([60, 80, 100]);
    expect(held.windows.map(({ origin }) => origin - held.panel.series[0]!.start)).toEqual([80, 85, 90, 95]);
    expect(validation.windows).toHaveLength(20);
    expect([...actualValues(validation.panel, validation.windows.at(-1)!, 5)]).toEqual([
      12,
      Number.NaN,
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
  });

  test("windows hold what lies before their origin, and what is known ahead", async () => {
    const lines = ["a", "b"].flatMap((shop, s) => rows(40, (i) => `${day(i)},${100 * s + i},${i % 4},${shop}`));
    const { test: held } = await prepare(
      lines.toReversed(),
      {
        columns: { ...defaults.columns, series: "shop" },
        known: ["price"],
        horizon: 2,
        split: { test: 2, validation: 6 },
      },
      "date,sold,price,shop",
    );
    const reading = { context: 3, horizon: 2, time: "date", series: ["shop"], known: ["price"], past: [] };
    const { history, steps, windows } = windowTensors(held.panel, held.windows, reading);
    const keys = held.windows.map(({ series }) => held.panel.series[series]!.key[0]);
    expect(keys.toSorted()).toEqual(["a", "a", "b", "b"]);
    const first = keys.indexOf("a");
    expect([...history.subarray(3 * first, 3 * first + 3)]).toEqual([33, 34, 35]);
    expect([...(steps.columns[1] as { values: Float64Array }).values.subarray(2 * first, 2 * first + 2)]).toEqual([
      0, 1,
    ]);
    const [shop] = windows.columns as unknown as [{ codes: Int32Array; categories: string[] }];
    expect(shop.categories[shop.codes[first]!]).toBe("a");
  });

  test.each([
    ["missing", [1, Number.NaN, Number.NaN, 4]],
    ["zero", [1, 0, 0, 4]],
    ["forward", [1, 1, 1, 4]],
    ["interpolate", [1, 2, 3, 4]],
  ] as const)("fills gaps: %s", async (gaps, values) => {
    const lines = rows(40, (i) => `${day(i)},${i + 1}`).filter((_, i) => i !== 1 && i !== 2);
    const { train } = await prepare(lines, { clean: { times: "error", gaps }, frequency: "day" });
    expect([...train.panel.series[0]!.values.subarray(0, 4)]).toEqual(values);
  });

  test.each([
    ["sum", 3],
    ["mean", 1.5],
    ["last", 2],
  ] as const)("puts doubled rows together: %s", async (times, value) => {
    const { train, report } = await prepare(
      [`${day(0)},2`, `${day(0)},1`, ...rows(39, (i) => `${day(i + 1)},5`)].toSorted(),
      {
        clean: { times, gaps: "missing" },
        frequency: "day",
      },
    );
    expect(train.panel.series[0]!.values[0]).toBe(value);
    expect(report.steps.map(({ name }) => name)).toContain("doubled times");
  });

  const good = rows(40, (i) => `${day(i)},${i}`);
  const daily = { frequency: "day" } as const;
  test.each([
    [
      "a time that is none",
      good.with(3, "soon,4"),
      daily,
      /a\.csv:5: "date" must be a time such as 2026-01-31, got "soon"/,
    ],
    ["no time", good.with(3, ",4"), daily, /a\.csv:5: "date" must be .*, got nothing/],
    ["a value that is none", good.with(3, `${day(3)},many`), daily, /a\.csv:5: "sold" must be a number, got "many"/],
    ["a time twice", good.with(3, `${day(2)},4`), daily, /a\.csv:4 and a\.csv:5 are both of 2026-01-03/],
    [
      "two times twice",
      [...good, good[0]!, good[1]!],
      daily,
      /a\.csv:2 and a\.csv:42 are both of 2026-01-01, the first of 2/,
    ],
    [
      "a time between steps",
      good.with(3, `${day(3)} 10:00,4`),
      daily,
      /a\.csv:5: 2026-01-04 10:00 is no step of one per day like 2026-01-01/,
    ],
    ["too few rows", good.slice(0, 3), daily, /3 values, at least \d+ are needed/],
    ["one row", good.slice(0, 1), {}, /no series has rows of two times/],
    ["a horizon beyond them", good, { ...daily, horizon: 30 }, /at least \d+ are needed for 1 test window of 30 steps/],
    ["no values", rows(40, (i) => `${day(i)},`), daily, /no row has a value in "sold"/],
    ["no rows", [], daily, /no rows/],
    [
      "a series without a column",
      good,
      { columns: { ...defaults.columns, series: "shop" } },
      /no column "shop" for series/,
    ],
    ["a column known ahead that is not there", good, { known: ["price"] }, /data\.known: "price" must name a column/],
    ["a kind of no column", good, { kinds: { price: "number" } }, /data\.kinds: "price" must name a column/],
    ["no such target", good, { columns: { time: "date", target: "riders" } }, /no column "riders"/],
  ] as const)("refuses %s", async (_, lines, settings, message) => {
    await expect(prepare(lines, settings as Partial<SeriesSettings>)).rejects.toThrow(message);
  });

  test("refuses a row of no series", async () => {
    const lines = good.map((line, i) => `${line},${i === 4 ? "" : "a"}`);
    const settings = { columns: { ...defaults.columns, series: "shop" } };
    await expect(prepare(lines, settings, "date,sold,shop")).rejects.toThrow(
      /a\.csv:6: "shop" must be the name of a series/,
    );
  });
});
