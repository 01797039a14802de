import { expect, test } from "vitest";
import { readCsv } from "../tables/csv.ts";
import { textInMemory } from "../testing/text-in-memory.ts";
import { withRules } from "./with-rules.ts";

const ORDERS = `id,Ordered,delivered on,price,国家,note
1,2026-01-03,2026-01-05,"1.250,50",中国,a
2,2026-01-04,,"-3,00",中国,b
3,2026-02-01,2026-01-31,"0,10",德国,
4,2026-02-02,2026-02-02,NA,德国,"d, e"
`;

/** What a full walk through the rows says: the message, or the warnings. */
async function walk(
  rules: readonly string[],
  { csv = ORDERS, onBreach = "refuse", kinds = {} }: Partial<Parameters<typeof withRules>[2]> & { csv?: string } = {},
) {
  try {
    const table = await withRules(await readCsv(textInMemory("t.csv", csv)), rules, { kinds, onBreach });
    for await (const _ of table.rows);
    return [...table.warnings].join("\n");
  } catch (error) {
    return (error as Error).message;
  }
}

test.each<[string, string, string]>([
  [
    "dates of two columns",
    '"delivered on" >= ordered',
    't.csv:4: breaks ""delivered on" >= ordered", with {"Ordered":"2026-02-01","delivered on":"2026-01-31"}',
  ],
  ["a number as the table spells it", "price > 0", 't.csv:3: breaks "price > 0", with {"price":"-3,00"}'],
  [
    "names and values of any script, and a comment",
    "国家 <> '德国' or price is not null -- 价格",
    't.csv:5: breaks "国家 <> \'德国\' or price is not null -- 价格", with {"price":null,"国家":"德国"}',
  ],
  [
    "rows that are compared with those before",
    "id > lag(id) over (order by Ordered desc)",
    't.csv:2: breaks "id > lag(id) over (order by Ordered desc)", with {"id":"1","Ordered":"2026-01-03"}',
  ],
  [
    "what a query finds",
    "select 国家, count(*) as n from rows group by 国家 having sum(price) < 100 order by n",
    't.csv: breaks "select 国家, count(*) as n from rows group by 国家 having sum(price) < 100 order by n", with {"国家":"德国","n":2}',
  ],
  ["a query of all columns", "from rows where note is null", 't.csv: breaks "from rows where note is null", with {'],
  [
    "a query that names no column",
    "select count(*) as n from rows having count(*) < 10",
    't.csv: breaks "select count(*) as n from rows having count(*) < 10", with {"n":4}',
  ],
])("%s can be ruled", async (_, rule, says) => {
  expect(await walk([rule])).toContain(says);
  expect(await walk([rule], { onBreach: "warn" })).toContain(says);
});

test("rules that all rows keep say nothing, and a missing value breaks no condition", async () => {
  const rules = ["id between 1 and 4", "price < 2000", "select id from rows group by id having count(*) > 1"];
  expect(await walk(rules)).toBe("");
});

test("each rule that is broken is named first, and all breaches are counted", async () => {
  const csv = ["a,b", ...Array.from({ length: 8 }, (_, i) => `${i},${-i}`)].join("\n");
  const said = await walk(["a < 3", "b > -7"], { csv });
  expect(said).toMatch(/^t\.csv: 6 breaches of data\.rules: t\.csv:5: breaks "a < 3", .*; t\.csv:9: breaks "b > -7"/);
  expect(said).toContain("; 1 more");
});

test.each<[string, string, string | RegExp]>([
  ["no SQL", "price >", /the rule "price >" cannot be asked: Parser Error: syntax error/],
  ["a column that is not there", "prise > 0", 'no column "prise"; the table has "id", "Ordered", "delivered on"'],
  ["a function that is not there", "pricy(price) > 0", /Scalar Function with name pricy does not exist/],
  [
    "types that do not go together",
    "Ordered > 5",
    /Cannot compare values of type TIMESTAMP.*; "Ordered" is read as a date/,
  ],
  ["another statement", "select 1; drop table rows", /Parser Error/],
  ["a file", "select * from read_csv('/etc/passwd')", /cannot be asked: .*(?:disabled|Permission)/],
])("%s is refused as a rule", async (_, rule, says) => {
  expect(await walk([rule], { onBreach: "warn" })).toMatch(says);
});

test("columns may be called what DuckDB and we call things, and what needs quotes", async () => {
  const csv = 'rowid,rows,kept,"say ""hi""",order,modelwright_row\n9,1,2,3,4,5\n8,1,-2,3,4,6\n';
  const rules = [
    "rowid > 8",
    "kept > 0",
    '"say ""hi""" = 3',
    '"order" = 4',
    "select kept from rows where rows.rows = 2",
  ];
  const said = await walk(rules, { csv });
  expect(said).toMatch(
    /^t\.csv: 2 breaches .*: t\.csv:3: breaks "rowid > 8", with \{"rowid":"8"\}; t\.csv:3: breaks "kept > 0"/,
  );
  expect(await walk(["from rows where kept < 0"], { csv })).toContain('"modelwright_row":6.0}');
  expect(await walk(["order = 4"], { csv })).toContain("words of SQL");
});

test("a rule speaks of a column by its whole name", async () => {
  expect(await walk(["total > 0"], { csv: "a,A,total\n1,2,3\n" })).toBe("");
});

test("a column is read as a recipe says, where its values look like something else", async () => {
  const csv = "amount\n1e400\n-5\nNaN\n٣\nx\n7\n";
  expect(await walk(["amount > 0"], { csv })).toContain('"amount" is read as a category');
  expect(await walk(["amount > 0"], { csv, kinds: { amount: "number" } })).toContain('t.csv:3: breaks "amount > 0"');
});

test("columns that differ in case alone cannot be told apart in SQL", async () => {
  expect(await walk(["id > 0"], { csv: "id,ID\n1,2\n" })).toContain('several columns are called "ID"');
});
