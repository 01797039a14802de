import type { ModelManifest } from "@modelwright/contracts";
import { expect, test } from "vitest";
import { NewCategories } from "./new-categories.ts";

const columns = [
  { name: "district", kind: "category", feed: "column.district", categories: ["north", "south"] },
  { name: "area", kind: "number", feed: "column.area" },
];
const of = (input: string) =>
  new NewCategories({ signature: { input }, preprocessing: { columns } } as unknown as ModelManifest);

test("categories of no training row are counted by column, with some of them", () => {
  const seen = of("row");
  seen.look([
    { district: "north", area: 3 },
    { district: " south ", area: 4 },
    { district: null, area: null },
    { district: true, area: 1 },
    { district: "NA", area: 1 },
    { district: "", area: 1 },
  ]);
  expect(seen.warnings()).toEqual([]);
  seen.look(["North", "Moon", "Moon", "a", "b"].map((district) => ({ district, area: 5 })));
  expect(seen.warnings()).toEqual([
    '"district": 5 rows with a category that no training row has, read as a new one: "North", "Moon", "a", …',
  ]);
});

test("texts have no categories", () => {
  const seen = of("text");
  seen.look(["north", { text: "a", second: "b" }]);
  expect(seen.warnings()).toEqual([]);
});
