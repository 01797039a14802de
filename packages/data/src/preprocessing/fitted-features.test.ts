import { describe, expect, test } from "vitest";
import type { Frame } from "../frames/frame.ts";
import { readFrame } from "../frames/read-frame.ts";
import { readCsv } from "../tables/csv.ts";
import { textInMemory } from "../testing/text-in-memory.ts";
import { hashOf } from "./encoders/hash.ts";
import { fitFeatures } from "./fit-features.ts";
import { FittedFeatures } from "./fitted-features.ts";
import { frameFeeds } from "./frame-feeds.ts";
import { readInputs } from "./read-inputs.ts";
import { rowsFrame } from "./rows-frame.ts";

const frame: Frame = {
  rows: 4,
  columns: [
    { kind: "number", name: "age", values: Float64Array.of(31, Number.NaN, 0.1, -4) },
    { kind: "category", name: "plan", codes: Int32Array.of(1, 0, -1, 1), categories: ["year", "month"] },
    { kind: "number", name: "always", values: Float64Array.of(1, 1, 1, 1) },
  ],
};
const f = Math.fround;

describe("features of numbers and categories", () => {
  const fitted = fitFeatures(frame, { preset: "forTrees" });

  test("are numbers and codes, and constant columns are left out", () => {
    expect(fitted.inputs.map(({ name }) => name)).toEqual(["age", "plan"]);
    expect(fitted.features).toEqual([
      { name: "age", from: "age" },
      { name: "plan", from: "plan", categories: 3 },
    ]);
    // Sorted: month, year; then what is new.
    expect(fitted.apply(frame)).toEqual(Float32Array.of(31, 0, Number.NaN, 1, f(0.1), Number.NaN, -4, 0));
  });

  test("give new categories a code of their own", () => {
    const rows = rowsFrame(fitted.inputs, [
      { age: 1e300, plan: "week", extra: 1 },
      { age: null, plan: null },
    ]);
    expect(fitted.apply(rows)).toEqual(Float32Array.of(Number.POSITIVE_INFINITY, 2, Number.NaN, Number.NaN));
  });

  test("come back from JSON the same", () => {
    const again = new FittedFeatures(JSON.parse(JSON.stringify(fitted)));
    expect(again.features).toEqual(fitted.features);
    expect(again.apply(frame)).toEqual(fitted.apply(frame));
  });

  test("are refused new categories where the settings say so", () => {
    const strict = fitFeatures(frame, { preset: "forTrees", unknown: "refuse" });
    expect(strict.features[1]!.categories).toBe(2);
    const rows = rowsFrame(strict.inputs, [
      { age: 1, plan: "month" },
      { age: 1, plan: "week" },
    ]);
    expect(() => frameFeeds(strict.inputs, rows)).toThrow(
      'row 2: "plan" has the category "week"; known are "month" and "year"',
    );
  });

  test("name a column that is not given, and a value that is none", () => {
    expect(() => rowsFrame(fitted.inputs, [{ age: 1 }])).toThrow('row 1 has no column "plan"; it has "age"');
    expect(() => rowsFrame(fitted.inputs, [{ age: "old", plan: "month" }])).toThrow(
      'row 1: "age" must be a number, got "old"',
    );
  });
});

describe("encoding by the target", () => {
  const rows = 40;
  const column = {
    kind: "category",
    name: "c",
    categories: ["a", "b"],
    codes: Int32Array.from({ length: rows }, (_, row) => (row % 3 === 0 ? -1 : row % 2)),
  } as const;
  const one: Frame = { rows, columns: [column] };
  const values = Float64Array.from({ length: rows }, (_, row) => (row * 7) % 11);
  const settings = { preset: "forTrees", columns: { c: { encode: "target" } } } as const;

  test("tells no training row by its own target", () => {
    const told = (target: Float64Array) =>
      fitFeatures(one, settings, { kind: "number", values: target }).applyToTraining(one, {
        kind: "number",
        values: target,
      });
    for (const row of [0, 1, 17]) {
      const other = values.with(row, 1000);
      expect(told(other)[row]).toBe(told(values)[row]);
      expect(told(other)).not.toEqual(told(values));
    }
  });

  test("needs a target", () => {
    expect(() => fitFeatures(one, settings)).toThrow('the encoding of "c" by the target needs a target');
  });
});

describe("settings that do not fit", () => {
  test.each([
    [{ nobody: {} }, 'features.columns: "nobody" must name a column that is read, got columns "age", "plan", "always"'],
    [{ plam: {} }, 'got columns "age", "plan", "always". Did you mean "plan"?'],
    [
      { age: { encode: "one-hot" } },
      '"age", a column of the kind number, cannot be encoded so: encode: one-hot is for the kind category, got one-hot',
    ],
    [
      { plan: { missing: "mean" } },
      '"plan", a column of the kind category, encoded by code, fills up missing values by keep, own, mode, got mean',
    ],
    [{ plan: { scale: "standard" } }, "encoded by code, reads missing, rare, most, got scale"],
    [{ plan: { encode: "ordinal", order: ["month"] } }, 'the order of "plan" names every category, got none of "year"'],
  ] as const)("%j", (columns, message) => {
    expect(() => fitFeatures(frame, { preset: "forTrees", columns })).toThrow(message);
  });

  test("columns that are all the same leave nothing", () => {
    const { columns } = frame;
    expect(() => fitFeatures({ rows: 4, columns: columns.slice(2) }, { preset: "forTrees" })).toThrow(
      '"always" says the same in all training rows',
    );
  });
});

test("names that stand twice get a number", () => {
  const twice: Frame = {
    rows: 2,
    columns: [
      { kind: "category", name: "plan", codes: Int32Array.of(0, 1), categories: ["a", "b"] },
      { kind: "number", name: "plan=a", values: Float64Array.of(1, 2) },
    ],
  };
  const fitted = fitFeatures(twice, { preset: "forTrees", kinds: { category: { encode: "one-hot" } } });
  expect(fitted.features.map(({ name }) => name)).toEqual(["plan=a", "plan=b", "plan=a (2)"]);
});

describe("a table to predict", () => {
  const open = (csv: string) => readCsv(textInMemory("t.csv", csv));

  test("is read as the training table was, whatever its own values look like", async () => {
    const csv = 'price,day,plan\n"€1.234,5",31.01.2026,007\n"€0,5",01.02.2026,8\n';
    const training = await readFrame(await open(csv));
    expect(training.frame.columns.map(({ kind }) => kind)).toEqual(["number", "date", "category"]);
    const { inputs } = fitFeatures(training.frame, { preset: "forTrees" });
    const { frame: read, looks } = await readInputs(
      inputs,
      await open('plan,more,price,day\n8,x,"1,5",01.02.2026\n9,x,?,soon\n'),
    );
    expect(read.columns).toMatchObject([
      { values: Float64Array.of(1.5, Number.NaN) },
      { values: Float64Array.of(Date.UTC(2026, 1, 1), Number.NaN) },
      { categories: ["8", "9"] },
    ]);
    expect(looks[1]!.unfit).toEqual({ rows: 1, examples: [{ where: "t.csv:3", value: "soon" }] });
    expect(rowsFrame(inputs, [{ price: "1.234,5", day: "2026-02-01", plan: 8 }]).columns).toMatchObject([
      { values: Float64Array.of(1234.5) },
      { values: Float64Array.of(Date.UTC(2026, 1, 1)) },
      { categories: ["8"] },
    ]);
  });

  test("names the column that it lacks", async () => {
    const { inputs } = fitFeatures(frame, { preset: "forTrees" });
    await expect(readInputs(inputs, await open("age\n1\n"))).rejects.toThrow(
      'the table has no column "plan"; it has "age"',
    );
  });
});

test("hashes have the published values, and share few codes", () => {
  // From the table of the draft.
  expect(["", "a", "foobar"].map(hashOf)).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
  const settings = { preset: "forTrees", columns: { plan: { encode: "hash", buckets: 2 } } } as const;
  const { features } = fitFeatures(frame, settings);
  expect(features[1]).toEqual({ name: "plan", from: "plan", categories: 3 });
});
