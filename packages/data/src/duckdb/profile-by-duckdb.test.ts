import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readFrame } from "../frames/read-frame.ts";
import { profileTable } from "../profile/profile-table.ts";
import { openTable } from "../sources/open-table.ts";
import { openDuckDb, quotedText } from "./open-duckdb.ts";
import { profileByDuckDb } from "./profile-by-duckdb.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-profile-test-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** What both engines say of a file; they differ in nothing but the values that `why` gives as examples. */
async function both(file: string, content?: string | Buffer) {
  if (content !== undefined) await writeFile(join(folder, file), content);
  const options = { baseDir: folder, nativeFrom: 0 };
  const memory = profileTable(await readFrame(await openTable(file, options)), file);
  return { memory, duckdb: (await profileByDuckDb(file, options)).profile };
}

/** Rounded where sums are taken in another order. */
function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, each) =>
      (key === "mean" || key === "deviation") && typeof each === "number" ? Number(each.toPrecision(12)) : each,
    ),
  );
}

const lines = (rows: readonly (readonly unknown[])[]) => rows.map((row) => row.join(",")).join("\n");
const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));

const FILES: Readonly<Record<string, string>> = {
  "mixed.csv": lines([
    ["id", "amount", "day", "plan", "flag", "comment", "empty"],
    ...times(60, (i) => [
      i + 1,
      i % 7 === 0 ? "NA" : i % 11 === 0 ? "" : (i * 1.25).toFixed(2),
      `2026-01-${String((i % 28) + 1).padStart(2, "0")}`,
      ["free", " team", "team "][i % 3],
      i % 2 === 0,
      `"the parcel ${i} came, late and ""wet"""`,
      "",
    ]),
    ...times(2, () => [1, "NA", "2026-01-01", "free", true, '"the parcel 0 came, late and ""wet"""', "na"]),
  ]),
  "spellings.csv": lines([
    ["price", "code", "when", "share"],
    ...times(40, (i) => [`"${i}.234,5"`, `00${i}`, `${(i % 28) + 1}.01.2026 9:30`, i === 7 ? "old" : `${i} %`]),
  ]),
  "chinese.csv": `${lines([
    ["文本", "价格", "日期", "城市"],
    ...times(40, (i) => [
      i === 3 ? "缺失" : `酒店的房间很干净，早餐不好吃${i}😀`.replace("，", "、"),
      `￥${i}`,
      `2026年1月${(i % 28) + 1}日`,
      ["北京", "　上海", "上海"][i % 3],
    ]),
  ])}\n`,
  "one-row.csv": "a,b\n1,x\n",
  "all-missing.csv": "a,b\n,NA\n-,\n",
  "mojibake.csv": lines([["text"], ...times(12, (i) => [`the cafÃ© number ${i} was nice`])]),
  "lines.csv":
    'a,b\n1,"x\ny"\n2,z\n3,w\nold,v\n5,v\n6,v\n7,v\n8,v\n9,v\n10,v\n11,v\n12,v\n13,v\n14,v\n15,v\n16,v\n17,v\n18,v\n19,v\n20,v\n21,v\n',
  "stray-quotes.csv": 'a,b\n1,"x"y\n2,z\n',
  "blank-lines.csv": 'a,b\n\n1,x\n\n2,y"z\n',
  "rows.jsonl": times(30, (i) =>
    JSON.stringify({ n: i === 4 ? null : i / 4, list: [i % 2], t: i % 2 ? "NA" : "x" }),
  ).join("\n"),
};

describe.each(Object.entries(FILES))("%s", (file, content) => {
  test("DuckDB says the same of it as memory does", async () => {
    const { memory, duckdb } = await both(file, content);
    expect(rounded(duckdb)).toEqual(rounded(memory));
  });
});

/** So many different values that not all of them are looked at one by one. */
const MANY = 21_000;

test("many different values", async () => {
  const rows = times(MANY, (i) => [
    i % 1000 === 0 ? "NA" : i % 999 === 0 ? ` ${i}.50` : (i / 3).toFixed(4),
    i === 77 ? "soon" : new Date(Date.UTC(2020, 0, 1) + i * 3_600_000).toISOString().slice(0, 19),
    i % 500 === 0 ? "N/A" : ` the parcel ${i} came late`,
    `K-${i}${i % 50 === 0 ? "é" : ""}`,
    `"${Math.floor(i / 10)},${String(i % 1000).padStart(3, "0")}.${i % 10}"`,
  ]);
  const { memory, duckdb } = await both("many.csv", lines([["n", "t", "text", "key", "grouped"], ...rows]));
  const about = ({ columns, ...rest }: typeof memory) => ({
    ...rest,
    columns: columns.map(({ why, ...column }) => ({ ...column, why: why.replace(/\d.*(?=words)/, "") })),
  });
  expect(rounded(about(duckdb))).toEqual(rounded(about(memory)));
});

test("numbers as Python and JavaScript write them, with others among them", async () => {
  const odd = ["nan", "inf", "-0.0", "-0", "1e-7", "1e400", "1e+22", "007.5", "+1.5", "NA"];
  const python = (value: number) => (Number.isInteger(value) ? value.toFixed(1) : String(value));
  const rows = times(MANY, (i) => [
    python(i / 8),
    i / 7,
    // None that could be meant as a number.
    i % 2000 === 1 ? "unknown" : -i / 8,
    i % 2000 === 1 ? odd[Math.floor(i / 2000) % odd.length] : i / 8,
    i % 3000 === 1 ? odd[Math.floor(i / 3000) % 3] : python(-i / 4),
    (i % 1000) * 1e15 + 0.5,
  ]);
  const { memory, duckdb } = await both("floats.csv", lines([["py", "js", "unfit", "odd", "zero", "large"], ...rows]));
  expect(rounded(duckdb)).toEqual(rounded(memory));
});

test("few different texts, to which others come after the first look", async () => {
  const rows = times(MANY, (i) => [
    ["free", "team", "it's", "NA", ""][i % 5],
    i > 2500 && i % 3 === 0 ? `late ${i % 4000}` : ["a", "b"][i % 2],
    i > 2500 ? `other ${i}` : "one",
    i > 5000 && i % 100 === 0 ? `" of\n${i % 300}"` : ["001", "002"][i % 2],
  ]);
  const { memory, duckdb } = await both("few.csv", lines([["plan", "some", "all", "code"], ...rows]));
  const about = ({ columns, ...rest }: typeof memory) => ({
    ...rest,
    columns: columns.map(({ why: _, ...column }) => column),
  });
  expect(rounded(about(duckdb))).toEqual(rounded(about(memory)));
});

test("a column whose first look misleads", async () => {
  const rows = times(MANY, (i) => [i % 12 === 0 ? `x ${i}` : i, i]);
  const { memory, duckdb } = await both("misleading.csv", lines([["a", "b"], ...rows]));
  expect(rounded(duckdb.columns[0])).toEqual(rounded(memory.columns[0]));
});

test("rows drawn at random, in their order and with their places", async () => {
  const rows = times(3000, (i) => [
    i,
    `"the parcel ${i} came late${i === 9 ? "\nand wet" : ""}"`,
    i % 7 === 0 ? "NA" : i / 2,
  ]);
  await writeFile(join(folder, "drawn.csv"), lines([["n", "text", "half"], ...rows]));
  const draw = async (seed: number) => {
    const options = { baseDir: folder, nativeFrom: 0, sample: { rows: 100, seed } };
    const { sample } = await profileByDuckDb("drawn.csv", options);
    const [n, text, half] = sample!.frame.columns;
    expect([n, text, half].map((column) => column!.kind)).toEqual(["number", "text", "number"]);
    const numbers = n!.kind === "number" ? [...n!.values] : [];
    for (const [row, i] of numbers.entries()) {
      expect(sample!.whereIs(row)).toBe(`drawn.csv:${i + 2 + (i > 9 ? 1 : 0)}`);
      expect(half!.kind === "number" && half!.values[row]).toEqual(i % 7 === 0 ? Number.NaN : i / 2);
    }
    return numbers;
  };
  const [drawn, again, other] = [await draw(1), await draw(1), await draw(2)];
  expect(drawn).toHaveLength(100);
  expect(new Set(drawn).size).toBe(100);
  expect(drawn).toEqual(drawn.toSorted((a, b) => a - b));
  expect(again).toEqual(drawn);
  expect(other).not.toEqual(drawn);
});

test("Parquet", async () => {
  const path = join(folder, "types.parquet");
  const database = await openDuckDb({ purpose: "this test", files: [path] });
  await database.run(
    `COPY (SELECT i AS n, i / 4 AS d, i % 2 = 0 AS b, DATE '2026-01-01' + i::INTEGER AS day, 'city ' || i % 3 AS city,
     TIMESTAMP '2026-01-01 10:00:00' + INTERVAL (i) HOUR AS t FROM range(50) r(i)) TO ${quotedText(path)}`,
  );
  await database.close();
  const { memory, duckdb } = await both("types.parquet");
  expect(rounded(duckdb)).toEqual(rounded(memory));
});

test("a row that is unlike the others is refused with its line", async () => {
  await writeFile(join(folder, "ragged.csv"), `a,b\n${"1,2\n".repeat(3000)}1,2,3\n`);
  await expect(profileByDuckDb("ragged.csv", { baseDir: folder, nativeFrom: 0 })).rejects.toThrow(
    "ragged.csv:3002: the row has 3 cells, the header has 2",
  );
});
