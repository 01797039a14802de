import { describe, expect, test } from "vitest";
import { readCsv } from "../tables/csv.ts";
import { readJsonLines } from "../tables/json-lines.ts";
import { textInMemory } from "../testing/text-in-memory.ts";
import { type FrameOptions, readFrame } from "./read-frame.ts";

/** Reads one column, one value per line. */
async function columnOf(values: readonly string[], options: FrameOptions = {}) {
  const csv = ["c,rest", ...values.map((value, i) => `"${value}",${i}`)].join("\n");
  const { frame, looks } = await readFrame(await readCsv(textInMemory("t.csv", csv)), { ...options, columns: ["c"] });
  return { column: frame.columns[0]!, look: looks[0]! };
}

/** The values again and again, so that there are enough rows to tell categories. */
const often = (values: readonly string[], times = 8) => Array.from({ length: times }, () => values).flat();

describe("kinds told from values", () => {
  test.each([
    ["numbers", ["1", "2.5", "-3e2", "NA", ""], "number", [1, 2.5, -300, Number.NaN, Number.NaN]],
    ["numbers in groups", ["1,234.5", "12", "1,000,000"], "number", [1234.5, 12, 1e6]],
    ["numbers with a decimal comma", ["1.234,5", "12", "0,5"], "number", [1234.5, 12, 0.5]],
    ["percent", ["12 %", "7.5%", "-"], "number", [12, 7.5, Number.NaN]],
    ["money", ["$1,200.50", "-$3", "($4)"], "number", [1200.5, -3, -4]],
    ["Chinese money", ["￥12", "￥13.5"], "number", [12, 13.5]],
    ["numbers of East Asian width", ["１２", "１，２３４，５６７"], "number", [12, 1_234_567]],
    ["money in any case", ["usd 5", "6 USD"], "number", [5, 6]],
    ["weights", ["18.8 kg", "7kg", "1,234 kg"], "number", [18.8, 7, 1234]],
    ["Chinese units", ["0.9万元", "12 万元"], "number", [0.9, 12]],
    ["speeds", ["90 km/h", "120.5 km/h"], "number", [90, 120.5]],
    ["ISO dates", ["1969-12-31", "2026-01-31T12:00+01:00"], "date", [-86_400_000, Date.UTC(2026, 0, 31, 11)]],
    [
      "dates with the day first",
      ["31.01.2026", "01.02.2026 9:30"],
      "date",
      [Date.UTC(2026, 0, 31), Date.UTC(2026, 1, 1, 9, 30)],
    ],
    [
      "American dates",
      ["01/31/2026", "2/1/2026 3:05 PM"],
      "date",
      [Date.UTC(2026, 0, 31), Date.UTC(2026, 1, 1, 15, 5)],
    ],
    ["Chinese dates", ["2026年1月31日", "2026年2月1日"], "date", [Date.UTC(2026, 0, 31), Date.UTC(2026, 1, 1)]],
  ] as const)("%s", async (_, values, kind, expected) => {
    const { column, look } = await columnOf(values);
    expect(column).toMatchObject({ kind, values: Float64Array.from(expected) });
    expect(look.doubt).toBeUndefined();
    expect(look.unfit.rows).toBe(0);
  });

  test.each([
    ["booleans", often(["true", "false"])],
    ["codes that begin with zeros", ["007", "123", "042"]],
    ["few words", often(["Month-to-month", "One year", "No phone service"])],
    ["codes with a letter behind them", ["007A", "042A", "015A"]],
    ["units that are mixed", often(["5 kg", "800 g", "6 kg", "750 g"])],
    ["house numbers", ["12a", "14b", "3", "7c"]],
    ["currencies that are mixed", often(["$5", "€5", "$6", "€7"])],
  ])("%s are categories", async (_, values) => {
    expect((await columnOf(values)).column.kind).toBe("category");
  });

  test("sentences are text, in Chinese too", async () => {
    expect((await columnOf(["the parcel is late", "where is it?", "thank you very much"])).column.kind).toBe("text");
    expect((await columnOf(["酒店的房间很干净", "早餐不好吃，不会再来"])).column.kind).toBe("text");
  });

  test("a column without a value is empty, and constant", async () => {
    const { look } = await columnOf(["", "NA", "缺失"]);
    expect(look).toMatchObject({ why: "no row has a value", missing: 3, distinct: 0, isConstant: true });
  });
});

describe("doubt", () => {
  test("numbers that can be read in two ways say so", async () => {
    const { look } = await columnOf(["1,234", "5,678"]);
    expect(look.kind).toBe("number");
    expect(look.doubt).toBe('"1,234" may be 1234 or 1.234; taken for the first (1,234.5)');
    const said = await columnOf(["1,234", "5,678"], { spellings: { c: "1234,5" } });
    expect(said.column).toMatchObject({ values: Float64Array.of(1.234, 5.678) });
  });

  test("dates that can be read in two ways are none, until one says how", async () => {
    const { look } = await columnOf(["01/02/2026", "03/04/2026"]);
    expect(look.kind).not.toBe("date");
    expect(look.doubt).toBe('"01/02/2026" may be written as 31/01/2026 or as 01/31/2026; name its spelling');
    const first = await columnOf(["01/02/2026", "03/04/2026"], { kinds: { c: "date" } });
    expect(first.column).toMatchObject({ kind: "date", spelling: "31/01/2026" });
    expect(first.look.doubt).toBe(look.doubt);
    const said = await columnOf(["01/02/2026", "03/04/2026"], { spellings: { c: "31/01/2026" } });
    expect(said.column).toMatchObject({ values: Float64Array.of(Date.UTC(2026, 1, 1), Date.UTC(2026, 3, 3)) });
  });

  test("numbers of JSON are without doubt", async () => {
    const table = readJsonLines(textInMemory("t.jsonl", '{"c": 1.234}\n{"c": 5.678}\n{"c": null}\n'));
    const { frame, looks } = await readFrame(await table);
    expect(frame.columns[0]).toMatchObject({ values: Float64Array.of(1.234, 5.678, Number.NaN) });
    expect(looks[0]!.doubt).toBeUndefined();
  });
});

describe("values that do not fit", () => {
  test("are counted and named, and missing", async () => {
    const { column, look } = await columnOf([...Array.from({ length: 40 }, (_, i) => String(i)), "old", "old"]);
    expect(column.kind).toBe("number");
    expect(look.unfit).toEqual({ rows: 2, examples: [{ where: "t.csv:42", value: "old" }] });
    expect(look.why).toBe("95.2 % are numbers");
  });

  test("a kind that is said is taken", async () => {
    const { column, look } = await columnOf(["1", "2", "x"], { kinds: { c: "number" } });
    expect(column).toMatchObject({ values: Float64Array.of(1, 2, Number.NaN) });
    expect(look.unfit).toEqual({ rows: 1, examples: [{ where: "t.csv:4", value: "x" }] });
    expect((await columnOf(["1", "2"], { kinds: { c: "category" } })).column).toMatchObject({ categories: ["1", "2"] });
  });

  test("a kind of no column is refused", async () => {
    await expect(columnOf(["1"], { kinds: { d: "number" } })).rejects.toThrow('"d" is a column of the data');
  });
});

test.each([
  ["numbers without a gap", Array.from({ length: 20 }, (_, i) => String(500 + i)), true],
  ["codes", Array.from({ length: 20 }, (_, i) => `A-${i}`), true],
  ["measurements", Array.from({ length: 20 }, (_, i) => String(i * 1.5)), false],
  ["numbers with gaps", Array.from({ length: 20 }, (_, i) => String(i * i)), false],
])("id-like: %s", async (_, values, isIdLike) => {
  expect((await columnOf(values)).look.isIdLike).toBe(isIdLike);
});
