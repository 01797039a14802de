import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { loadRecipe } from "../pipeline/load-recipe.ts";
import { train } from "../pipeline/train.ts";
import { draftSchema, schemaText } from "./draft-schema.ts";
import { inspectData, profileData } from "./inspect-data.ts";

let folder: string;
const rows = Array.from(
  { length: 60 },
  (_, i) => `${100 + i},${i % 7 === 0 ? "" : i - 3},"${i % 2 === 0 ? "No" : "ja: #1"}",2026-01-${10 + (i % 20)}`,
);
const HEADER = "编号,amount,sure?,day";
const RECIPE =
  "name: orders\ntask: tabular-classification\ndata: { source: orders.csv, columns: { label: sure? }, schema: schema.yaml }\n";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-schema-"));
  await writeFile(join(folder, "orders.csv"), [HEADER, ...rows].join("\n"));
  await writeFile(join(folder, "orders.yaml"), RECIPE);
});
afterAll(() => rm(folder, { recursive: true }));

test("rules that are drafted are read back as they are, and the table keeps them", async () => {
  const profile = await profileData("orders.csv", { baseDir: folder });
  const schema = draftSchema(profile);
  expect(schema).toEqual({
    编号: { type: "number", required: true, unique: true, min: 0 },
    amount: { type: "number" },
    "sure?": { type: "category", required: true, values: ["No", "ja: #1"] },
    day: { type: "date", required: true },
  });
  const text = schemaText(profile, schema).join("\n");
  expect(parse(text)).toEqual(schema);
  await writeFile(join(folder, "schema.yaml"), text);
  expect((await loadRecipe(join(folder, "orders.yaml"))).recipe.data).toMatchObject({ schema });
  expect((await inspectData(join(folder, "orders.yaml"))).warnings).toEqual([]);
});

test("rows that break them stop the training, and are warned of by a look", async () => {
  await writeFile(join(folder, "schema.yaml"), "amount: { type: number, min: 0 }\n编号: { max: 120 }\n");
  await expect(train(join(folder, "orders.yaml"), { registry: join(folder, "registry") })).rejects.toThrow(
    /orders\.csv: 41 breaches of data\.schema: orders\.csv:3: column "amount": must be at least 0, got "-2"; .*編?号?/u,
  );
  const { warnings } = await inspectData(join(folder, "orders.yaml"));
  expect(warnings).toEqual([expect.stringMatching(/^orders\.csv: 41 breaches of data\.schema/)]);
});

test.each([
  ["schema.yaml", "amount: { minimum: 0 }", /data\.schema\.amount\.minimum/],
  ["schema.yaml", "amount: { min: a lot }", /data\.schema\.amount\.min/],
  [
    "schema.yaml",
    "amount: { type: text, min: 0 }",
    /data\.schema\.amount\.min: must be of a column of numbers or dates/,
  ],
  ["schema.yaml", "amount: { min: 5, max: 2 }", /data\.schema\.amount\.max: must not be below min, 5/],
  ["schema.yaml", 'amount: { pattern: "[" }', /data\.schema\.amount\.pattern: must be a regular expression/],
  ["schema.yaml", "- amount", /data\.schema/],
  [
    "other.yaml",
    "",
    /data\.schema: must hold rules for columns, or name a file of them that can be read, got "schema\.yaml"/,
  ],
])("mistakes in %s are named: %s", async (file, text, says) => {
  await rm(join(folder, "schema.yaml"), { force: true });
  await writeFile(join(folder, file), text);
  await expect(loadRecipe(join(folder, "orders.yaml"))).rejects.toThrow(says);
});
