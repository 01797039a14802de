import { describe, expect, test } from "vitest";
import { readFrame } from "../frames/read-frame.ts";
import { profileTable } from "../profile/profile-table.ts";
import { seededRandom } from "../splits/seeded-random.ts";
import { readCsv } from "../tables/csv.ts";
import { textInMemory } from "../testing/text-in-memory.ts";
import type { ProfiledRows } from "./checked-table.ts";
import { CHECKS, type CheckName, checkTable } from "./checks.ts";

type Rows = readonly (readonly (string | number)[])[];

async function read(header: string, rows: Rows, name = "t.csv"): Promise<ProfiledRows> {
  const csv = [header, ...rows.map((row) => row.map((cell) => JSON.stringify(String(cell))).join(","))].join("\n");
  const found = await readFrame(await readCsv(textInMemory(name, csv)));
  return { ...found, profile: profileTable(found, name) };
}

const random = seededRandom(3);
const uniform = () => random.below(1_000_000) / 1_000_000;
const ROWS = 400;
/** Numbers that say nothing of each other. */
const noise = Array.from({ length: ROWS }, () => Math.round(1000 * (uniform() + uniform() + uniform())) / 10);
/** Numbers each of which is there once. */
const unique = noise.map((x, i) => i + x / 1000);
const coin = Array.from({ length: ROWS }, () => (random.below(2) === 0 ? "no" : "yes"));
const table = (columns: Readonly<Record<string, readonly (string | number)[]>>): [string, Rows] => [
  Object.keys(columns).join(","),
  coin.map((_, row) => Object.values(columns).map((cells) => cells[row]!)),
];
const day = (row: number) => new Date(Date.UTC(2024, 0, 1 + row)).toISOString().slice(0, 10);
const words = "the parcel came late and my card was charged twice so please send money back today thank you".split(" ");
const sentence = (length = 12) => Array.from({ length }, () => words[random.below(words.length)]).join(" ");
const sentences = coin.map(() => sentence());
const reviews = [
  "酒店的房间非常干净，早餐也好吃",
  "前台服务很慢，我们不会再来这家酒店",
  "位置不错，离地铁站走路三分钟",
];

interface Case {
  readonly columns: Readonly<Record<string, readonly (string | number)[]>>;
  readonly label?: string;
  /** What a finding says, in its summary or an item. */
  readonly says: string;
  /** Of a table that is alike but has nothing to find. */
  readonly clean?: Readonly<Record<string, readonly (string | number)[]>>;
}

/** What a table is like in which a check finds something, and one in which it finds nothing. */
const CASES: { readonly [Name in Exclude<CheckName, "repeated-in-test" | "drift">]: readonly Case[] } = {
  "target-leakage": [
    {
      columns: { noise, closed: coin.map((label, i) => (label === "yes" ? `code ${i % 3}` : "none")), y: coin },
      label: "y",
      says: "closed: area under the ROC curve 1.000",
      clean: { noise, closed: coin.map((label, i) => (label === "yes" && i % 3 === 0 ? "a" : "b")), y: coin },
    },
    {
      columns: { other: noise.map((x) => (x * 7) % 31), cents: noise.map((x) => Math.round(x * 108)), price: noise },
      label: "price",
      says: "cents: R² 1.000",
      clean: { other: noise.map((x) => x + 400 * uniform()), price: noise },
    },
  ],
  "time-leakage": [
    {
      columns: { day: coin.map((_, i) => day(i)), y: coin.map((_, i) => (uniform() < i / ROWS ? "yes" : "no")) },
      label: "y",
      says: "day: rows stand in its order, area",
      clean: { day: coin.map((_, i) => day(i)), y: coin },
    },
    {
      columns: { noise, y: coin.map((_, i) => (i < 150 ? "no" : "yes")) },
      label: "y",
      says: 'rows stand sorted by "y"',
      clean: { noise, y: coin },
    },
  ],
  "conflicting-labels": [
    {
      columns: {
        unique: unique.map((x, i) => (i === 9 ? unique[4]! : x)),
        y: coin.map((x, i) => (i === 9 || i === 4 ? String(i === 9 ? "yes" : "no") : x)),
      },
      label: "y",
      says: 't.csv:11 says "yes"',
      clean: { unique, y: coin },
    },
  ],
  "rare-labels": [
    {
      columns: { noise, y: coin.map((x, i) => (i < 4 ? "maybe" : x)) },
      label: "y",
      says: '"maybe": 4 rows',
      clean: { noise, y: coin },
    },
    {
      columns: { noise, y: coin.map((_, i) => (i % 20 === 0 ? "yes" : "no")) },
      label: "y",
      says: "95.0 % of the rows have one label",
    },
  ],
  "unfit-values": [
    {
      columns: { noise: noise.map((x, i) => (i === 6 ? "unbekannt" : x)) },
      says: 'noise: 1 value is no number: t.csv:8: "unbekannt"',
      clean: { noise: noise.map((x, i) => (i === 6 ? "NA" : x)) },
    },
  ],
  "mixed-spellings": [
    {
      columns: { noise, weight: noise.map((x, i) => (i % 3 === 0 ? `${Math.round(10 * x)} g` : `${x} kg`)) },
      says: "weight: numbers, written as",
      clean: { noise, weight: noise.map((x) => `${x} kg`) },
    },
    {
      columns: {
        noise,
        at: coin.map((_, i) => (i % 3 === 0 ? day(i).replaceAll("-", "/") : `${(i % 27) + 1}.${(i % 12) + 1}.2025`)),
      },
      says: "at: dates, written as",
      clean: { noise, at: coin.map((_, i) => day(i)) },
    },
  ],
  mojibake: [
    {
      columns: { review: sentences.map((x, i) => (i === 3 ? `${x} cafÃ©` : x)) },
      says: "review: 1 row, such as",
      clean: { review: sentences.map((x) => `${x} café`) },
    },
    {
      columns: { city: coin.map((x) => (x === "yes" ? "KÃ¶ln" : "Bonn")) },
      says: `city: ${coin.filter((x) => x === "yes").length} rows`,
    },
  ],
  "personal-data": [
    {
      columns: { review: sentences.map((x, i) => (i === 3 ? `${x} write to anna.schmidt@example.org` : x)) },
      says: "of 400 different values 1 with e-mail",
      clean: { review: sentences },
    },
    {
      columns: { review: sentences.map((x, i) => (i === 3 ? `请联系我：手机号 13912345678 ${x}` : x)) },
      says: "1 with phone number",
    },
  ],
  "language-mixture": [
    {
      columns: { review: sentences.map((x, i) => (i % 10 === 0 ? reviews[(i / 10) % 3]! : x)) },
      says: "Chinese 10.0 %",
      clean: { review: sentences },
    },
  ],
  "duplicate-rows": [
    {
      columns: {
        unique: unique.map((x, i) => (i === 30 ? unique[2]! : x)),
        day: coin.map((_, i) => day(i === 30 ? 2 : i)),
      },
      says: "t.csv:32 repeats t.csv:4",
      clean: { unique, day: coin.map((_, i) => day(i)) },
    },
  ],
  "near-duplicate-texts": [
    {
      columns: { review: sentences.map((x, i) => (i > 0 && i < 6 ? `${sentences[0]} ${"abcdef"[i]}` : x)) },
      says: '5 rows have nearly the "review" of an earlier row',
      clean: { review: sentences },
    },
  ],
  "missing-values": [
    {
      columns: {
        noise: noise.map((x, i) => (i % 10 === 0 ? "缺失" : x)),
        day: coin.map((_, i) => (i % 4 === 0 ? day(i) : "")),
      },
      says: "day: 75.0 % of the rows",
      clean: { noise: noise.map((x, i) => (i % 100 === 0 ? "" : x)) },
    },
  ],
  outliers: [
    {
      columns: { noise: noise.map((x, i) => (i % 90 === 0 ? 9999 : x)) },
      says: "noise: 5 rows are 9,999; the others lie between",
      clean: { noise },
    },
    {
      columns: { amount: noise.map((x, i) => (i === 8 ? 1e7 : x)) },
      says: "amount: 1 row is 10,000,000; half of all lie between",
      clean: { amount: noise.map((x) => Math.exp(x / 30)) },
    },
  ],
  "constant-columns": [
    { columns: { noise, unit: coin.map(() => "EUR") }, says: 'unit: "EUR" in all rows', clean: { noise, coin } },
    { columns: { noise, none: coin.map(() => "") }, says: "none: no row has a value" },
    {
      columns: { noise, y: coin.map(() => "yes") },
      label: "y",
      says: "what is predicted is the same in all rows",
      clean: { noise, y: coin },
    },
    { columns: { noise, y: coin.map(() => "") }, label: "y", says: "what is predicted is the same in all rows" },
    { columns: { noise, flag: coin.map((_, i) => (i === 7 ? 1 : 0)) }, says: 'flag: "0" in 99.8 % of the rows' },
  ],
  "duplicate-columns": [
    {
      columns: { grams: noise, kilograms: noise.map((x) => x / 1000), other: noise.map((x, i) => x + 10 * (i % 7)) },
      says: "grams ~ kilograms: correlation 1",
      clean: { grams: noise, other: noise.map((x, i) => x + 10 * (i % 7)) },
    },
    {
      columns: { yes: coin, 是: coin.map((x) => (x === "yes" ? "是" : "否")) },
      says: "yes ~ 是: values go with each other",
    },
  ],
  "id-like-columns": [
    { columns: { noise, order: coin.map((_, i) => 5000 + i) }, says: "order: all different", clean: { noise } },
    { columns: { noise, 编号: coin.map((_, i) => `A${i * 7}`) }, says: "编号: all different" },
  ],
};

const lines = (findings: ReturnType<typeof checkTable>) =>
  findings.flatMap(({ summary, items }) => [
    summary,
    ...items.map(({ columns, detail }) => (columns.length === 0 ? detail : `${columns.join(" ~ ")}: ${detail}`)),
  ]);

describe.each(Object.entries(CASES))("%s", (name, cases) => {
  const of = async (columns: Case["columns"], label: string | undefined) =>
    checkTable({ ...(await read(...table(columns))), label }).filter(({ check }) => check === name);

  test.each(cases)("$says", async ({ columns, label, says }) => {
    expect(lines(await of(columns, label)).join("\n")).toContain(says);
  });

  test.each(cases.filter(({ clean }) => clean !== undefined))(
    "nothing where there is none: $says",
    async ({ clean, label }) => {
      expect(lines(await of(clean!, label))).toEqual([]);
    },
  );
});

describe("two tables", () => {
  const [header, rows] = table({ noise, coin, review: sentences });

  test("rows of a test file that the table holds, and nearly", async () => {
    const own = rows.slice(0, 300);
    const near = [noise[301]!, coin[301]!, `${sentences[5]} !`];
    const other = await read(header, [...rows.slice(300), rows[7]!, near], "test.csv");
    const found = checkTable({ ...(await read(header, own)), label: "coin", other: { ...other, is: "test file" } });
    const text = lines(found.filter(({ check }) => check === "repeated-in-test"));
    expect(text).toContain("1 row is in test.csv and in t.csv too (1.0 % of the test rows)");
    expect(text).toContain("test.csv:102 repeats t.csv:9");
    expect(text).toContain("review: test.csv:103 like t.csv:7");
    const earlier = checkTable({ ...(await read(header, own)), other: { ...other, is: "earlier version" } });
    expect(earlier.map(({ check }) => check)).not.toContain("repeated-in-test");
  });

  test("columns that are spread otherwise, and those that are not", async () => {
    const shifted = rows.map(([x, label, text], i) => [Number(x) + 40, i % 10 === 0 ? label! : "perhaps", text!]);
    const other = await read(header, shifted, "later.csv");
    const found = checkTable({ ...(await read(header, rows)), other: { ...other, is: "earlier version" } });
    const drift = found.filter(({ check }) => check === "drift");
    expect(drift.flatMap(({ items }) => items.flatMap(({ columns }) => columns))).toEqual(["noise", "coin"]);
    expect(lines(drift).join()).toContain('not here: "perhaps"');
  });

  test("a column that is not there, and one of another kind", async () => {
    const other = await read(
      "noise,review",
      rows.map(([, label, text]) => [label!, text!]),
      "other.csv",
    );
    const found = checkTable({ ...(await read(header, rows)), other: { ...other, is: "earlier version" } });
    expect(lines(found).join("\n")).toContain("noise: number here, category there\ncoin: not there");
  });
});

test.each([
  ["many copies", Array.from({ length: 60 }, (_, i) => [`${(i % 40) * 17}`, day(i % 40)]), "medium"],
  ["few values", Array.from({ length: 60 }, (_, i) => [`${i % 4}`, i % 2 === 0 ? "a" : "b"]), "low"],
])("repeated rows weigh by what could be different: %s", async (_, rows, severity) => {
  const found = checkTable(await read("a,b", rows)).find(({ check }) => check === "duplicate-rows");
  expect(found?.severity).toBe(severity);
});

test("what changes with time is split by time", async () => {
  const columns = {
    "sold on": coin.map((_, i) => day(i)),
    y: coin.map((_, i) => ((i * 7919) % ROWS < i ? "yes" : "no")),
  };
  const found = checkTable({ ...(await read(...table(columns))), label: "y" });
  expect(found.find(({ check }) => check === "time-leakage")?.cure).toContain(
    'data: { split: { by: time, column: "sold on" }, ignore: ["sold on"] }',
  );
});

test("the gravest findings come first, and each says what to do", async () => {
  const columns = { id: coin.map((_, i) => i), leak: coin, gaps: noise.map((x, i) => (i % 9 === 0 ? "" : x)), y: coin };
  const found = checkTable({ ...(await read(...table(columns))), label: "y" });
  expect(found.map(({ severity }) => severity)).toEqual(["high", "high", "low", "low"]);
  for (const { cure } of found) expect(cure).not.toBe("");
});

test.each([
  ["one row", [["5", "x"]]],
  [
    "all missing",
    [
      ["", ""],
      ["NA", ""],
      ["", "-"],
    ],
  ],
  ["a Chinese table", reviews.map((text) => ["好", text])],
])("no check stumbles over %s", async (_, rows) => {
  const one = await read("label,b", rows);
  for (const label of ["label", "b", undefined]) {
    const found = checkTable({ ...one, label, other: { ...one, is: "test file" } });
    for (const { check } of found) expect(Object.keys(CHECKS)).toContain(check);
  }
});
