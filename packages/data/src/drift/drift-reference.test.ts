import { RandomSource } from "@modelwright/engine";
import { describe, expect, test } from "vitest";
import { compareWindow, driftReference, driftWindow, mergeWindows, readDriftReference } from "./drift-reference.ts";
import { observedColumns } from "./observed-columns.ts";
import type { Observed } from "./sketches.ts";

const options = { windowRows: 200, seed: 1 };

/** Rows of a text classifier's traffic. */
function traffic(seed: number, rows: number, change: Change = {}): Record<string, Observed> {
  const random = RandomSource.fromSeed(seed);
  const each = <T>(make: () => T) => Array.from({ length: rows }, make);
  return {
    length: { kind: "number", values: each(() => 20 * Math.exp(random.normal() + (change.longer ?? 0))) },
    city: {
      kind: "category",
      values: each(() => (random.uniform() < (change.elsewhere ?? 0) ? "成都" : ["上海", "北京"][random.integer(2)]!)),
    },
    empty: {
      kind: "number",
      values: each(() => (random.uniform() < (change.lost ?? 0.02) ? Number.NaN : random.normal())),
    },
    vector: {
      kind: "vector",
      values: each(() => Array.from({ length: 4 }, () => random.normal() + (change.apart ?? 0))),
    },
  };
}

interface Change {
  readonly longer?: number;
  readonly elsewhere?: number;
  readonly lost?: number;
  readonly apart?: number;
}

const reference = driftReference(traffic(1, 2000), options);
const report = (seed: number, change?: Change, rows = 400) =>
  compareWindow(reference, driftWindow(reference, traffic(seed, rows, change)));
const verdicts = (seed: number, change?: Change) => {
  const { columns } = report(seed, change);
  return Object.fromEntries(columns.map(({ name, verdict }) => [name, verdict]));
};

describe("a window", () => {
  test("of the same traffic is hardly ever called drifted", () => {
    const windows = 40;
    let [drifted, steady, all] = [0, 0, 0];
    for (let seed = 100; seed < 100 + windows; seed++) {
      const { verdict, columns } = report(seed);
      if (verdict === "drifted") drifted++;
      steady += columns.filter((column) => column.verdict === "steady").length;
      all += columns.length;
    }
    // Each is wrong with a chance of at most 0.05: more than 6 of 40 would be beyond three standard errors.
    expect(drifted).toBeLessThanOrEqual(6);
    expect(steady / all).toBeGreaterThan(0.95);
  });

  test.each([
    ["length", { longer: 0.8 }],
    ["city", { elsewhere: 0.3 }],
    ["empty (missing)", { lost: 0.25 }],
    ["vector", { apart: 0.6 }],
  ] as const)("that differs in %s is called drifted in that alone", (name, change) => {
    const found = verdicts(7, change);
    expect(Object.keys(found).filter((column) => found[column] === "drifted")).toEqual([name]);
  });

  test("in parts is compared as a whole", () => {
    const [a, b] = [traffic(3, 150), traffic(4, 250)];
    const keys = (from: number, rows: number) => ({ keys: Array.from({ length: rows }, (_, i) => `${from + i}`) });
    const merged = mergeWindows(driftWindow(reference, a, keys(0, 150)), driftWindow(reference, b, keys(150, 250)));
    const both = Object.fromEntries(
      Object.entries(a).map(([name, { kind, values }]) => [
        name,
        { kind, values: [...(values as []), ...(b[name]!.values as [])] } as Observed,
      ]),
    );
    const whole = compareWindow(reference, driftWindow(reference, both, keys(0, 400)));
    expect(compareWindow(reference, merged)).toEqual(whole);
    expect(whole).toMatchObject({ referenceRows: 2000, windowRows: 400 });
  });

  test("of few rows, or without a column, says what it cannot say", () => {
    const { city, ...rest } = traffic(5, 400);
    expect(compareWindow(reference, driftWindow(reference, rest)).notCompared).toEqual(["city"]);
    const short = compareWindow(reference, driftWindow(reference, traffic(5, 8)));
    expect(short).toMatchObject({ verdict: "undecided", columns: [] });
    expect(short.notCompared).toEqual(["length", "city", "empty", "vector"]);
    const other = driftWindow(reference, { ...rest, city: { kind: "number", values: [1, 2] } });
    expect(compareWindow(reference, other).unknown).toEqual(["city"]);
    const wider = driftWindow(reference, { ...traffic(5, 300), 新列: { kind: "number", values: [1, 2] } });
    expect(compareWindow(reference, mergeWindows(other, wider)).unknown).toEqual(["city", "新列"]);
    expect(compareWindow(reference, other).notCompared).toEqual(["city"]);
  });
});

test("thresholds of smaller windows are wider, and never below the customary ones", () => {
  const threshold = (windowRows: number) =>
    driftReference(traffic(1, 2000), { windowRows, seed: 1 }).columns.length!.threshold;
  expect(threshold(50).drifted).toBeGreaterThan(0.2);
  expect(threshold(50).drifted).toBeGreaterThan(threshold(50).steady);
  expect(threshold(5000)).toEqual({ steady: 0.1, drifted: 0.2 });
});

test("a window of fewer rows than thresholds were learnt for is held to wider ones of its own size", () => {
  const thresholds = (rows: number) => {
    const { columns } = compareWindow(reference, driftWindow(reference, traffic(5, rows)));
    return Object.fromEntries(columns.map(({ name, threshold }) => [name, threshold.drifted]));
  };
  expect(thresholds(200).length).toBe(reference.columns.length!.threshold.drifted);
  expect(thresholds(60).length).toBeGreaterThan(1.5 * thresholds(200).length!);
});

test("columns keep what of a prediction they are, and the rows where they are from", () => {
  const { length, city } = traffic(1, 300);
  const watched = { length: length!, answer: { ...city!, part: "output" as const } };
  const made = driftReference(watched, { origin: "june.csv" });
  expect([made.origin, made.columns.length!.part, made.columns.answer!.part]).toEqual(["june.csv", "input", "output"]);
  const { columns } = compareWindow(made, driftWindow(made, watched));
  expect(columns.map(({ name, part }) => `${name} ${part}`)).toEqual(["length input", "answer output"]);
});

describe("a reference as JSON", () => {
  const text = JSON.stringify(reference);

  test("is read back as it was, and is small", () => {
    expect(readDriftReference(text, "reference.json")).toEqual(reference);
    expect(text.length).toBeLessThan(150_000);
  });

  test.each([
    ["{", "reference.json: (top level): is not JSON"],
    ["[]", "reference.json: (top level)"],
    ['{"format": 2}', "reference.json: format: is 2; this Modelwright reads 1"],
    [text.replace('"windowRows":200', '"windowRows":0'), "windowRows"],
    [text.replace('"edges":[', '"edges":[1e9,'), "columns.length.sketch: has not one count more than edges"],
  ])("that is damaged is refused: %#", (damaged, message) => {
    expect(() => readDriftReference(damaged, "reference.json")).toThrow(message);
  });
});

test("texts are watched by length, language and vector", () => {
  const values = ["The room was clean and the staff were very friendly to all of us", "房间很干净，服务也很好", ""];
  const vectors = { encoder: 0, width: 2, table: Float32Array.of(1, 2, 3, 4), places: Int32Array.of(1, 0, -1) };
  const frame = { rows: 3, columns: [{ kind: "text", name: "review", values, vectors } as const] };
  expect(observedColumns(frame)).toEqual({
    "review (length)": { kind: "number", values: [values[0]!.length, values[1]!.length, Number.NaN] },
    "review (language)": { kind: "category", values: ["en", "zh", null] },
    "review (vector)": { kind: "vector", values: [Float32Array.of(3, 4), Float32Array.of(1, 2), null] },
  });
});
