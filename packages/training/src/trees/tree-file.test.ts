import { mutateBytes } from "@modelwright/engine/testing";
import { expect, test } from "vitest";
import { classedRows, mixedRows } from "../testing/tree-rows.ts";
import { trainTrees } from "./train-trees.ts";
import { decodeTrees, encodeTrees } from "./tree-file.ts";

const data = classedRows(mixedRows(150), [0, 3]);
const options = {
  objective: "softmax",
  classes: 3,
  rounds: 3,
  leaves: 5,
  minRowsInLeaf: 5,
  minRowsPerGroup: 5,
} as const;

test("a file of trees gives them back, and damage to it is noticed", async () => {
  const ensemble = await trainTrees({ ...data, validation: data }, options);
  const file = Buffer.concat(encodeTrees(ensemble));
  expect(decodeTrees(file, "trees")).toEqual(ensemble);
  expect(decodeTrees(Buffer.concat(encodeTrees({ ...ensemble, trees: [] })), "trees").trees).toEqual([]);
  for (const [i, damaged] of Array.from({ length: 60 }, (_, i) => [i, mutateBytes(file, i)] as const)) {
    let read: unknown;
    try {
      read = decodeTrees(damaged, "trees");
    } catch (error) {
      expect(error, `damage ${i}`).toMatchObject({ code: "TRAINING_CHECKPOINT_DAMAGED" });
      continue;
    }
    expect(read, `damage ${i}`).toEqual(ensemble);
  }
});
