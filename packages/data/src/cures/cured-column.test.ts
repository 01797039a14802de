import { expect, test } from "vitest";
import type { Column, Frame } from "../frames/frame.ts";
import { fitFeatures } from "../preprocessing/fit-features.ts";
import { readInputs } from "../preprocessing/read-inputs.ts";
import { rowsFrame } from "../preprocessing/rows-frame.ts";
import { readCsv } from "../tables/csv.ts";
import { textInMemory } from "../testing/text-in-memory.ts";
import { changedValues, curedColumn } from "./cured-column.ts";

const city: Column = {
  kind: "category",
  name: "city",
  codes: Int32Array.of(0, 1, 2, -1, 3, 0),
  categories: ["ＢＥＩＪＩＮＧ", " beijing ", "上海", "<b></b>"],
};
const CURES = ["html", "nfkc", "lower-case", "spaces"] as const;

test("categories that become the same are one, and one that becomes nothing is missing", () => {
  const cured = curedColumn(city, CURES);
  expect(cured).toEqual({
    kind: "category",
    name: "city",
    codes: Int32Array.of(0, 0, 1, -1, -1, 0),
    categories: ["beijing", "上海"],
    cures: CURES,
  });
  expect(changedValues(city, cured)).toBe(4);
  expect(curedColumn(city, undefined)).toBe(city);
});

test("a model treats what it is asked about as its training rows", async () => {
  const text: Column = {
    kind: "text",
    name: "note",
    values: ["<p>Good, good</p>", "bad  luck", "", "Ｇｏｏｄ", "bad", "so so"],
  };
  const number: Column = { kind: "number", name: "n", values: Float64Array.of(1, 2, 3, 4, 5, 6) };
  const frame: Frame = { rows: 6, columns: [city, text, number].map((column) => curedColumn(column, CURES)) };
  const fitted = fitFeatures(frame, { preset: "forTrees" });
  expect(fitted.inputs.map(({ name, cures }) => [name, cures])).toEqual([
    ["city", CURES],
    ["note", CURES],
    ["n", undefined],
  ]);
  const asked = rowsFrame(fitted.inputs, [
    { city: "BeiJing", note: "GOOD", n: 1 },
    { city: "<i> </i>", note: "bad &amp; worse", n: 2 },
  ]);
  expect(asked.columns).toMatchObject([
    { codes: Int32Array.of(0, -1), categories: ["beijing"] },
    { values: ["good", "bad & worse"] },
    {},
  ]);
  const csv = "city,note,n\nBeiJing,GOOD,1\n<i> </i>,bad &amp; worse,2\n";
  const read = await readInputs(fitted.inputs, await readCsv(textInMemory("t.csv", csv)));
  expect(fitted.apply(read.frame)).toEqual(fitted.apply(asked));
});
