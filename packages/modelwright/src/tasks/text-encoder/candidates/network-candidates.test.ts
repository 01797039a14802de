import { parseRecipe } from "@modelwright/contracts";
import { expect, test } from "vitest";
import type { TextEncoderRecipe } from "../text-encoder-recipe.ts";
import type { Measured } from "./candidate.ts";
import { frozenCandidate, fullCandidate, mayFit, type NetworkTask, scratchCandidate } from "./network-candidates.ts";

const recipe = parseRecipe({
  name: "tickets",
  task: "text-classification",
  data: { source: "-" },
}) as TextEncoderRecipe;
const task: NetworkTask = {
  recipe,
  isOnly: false,
  texts: { train: [], validation: [] },
  head: { earlyStopping: {} } as NetworkTask["head"],
  reached: () => ({ value: 0, logLoss: 0 }),
};
/** 100 updates of a second make a pass, and 10 seconds go into reading the validation rows. */
const measured: Measured = {
  rows: 3200,
  validationRows: 100,
  outputs: 2,
  characters: 1,
  pretrained: { secondsPerText: 0.1, secondsPerStep: 1, setupSeconds: 5 },
  scratch: { secondsPerText: 0.01, secondsPerStep: 0.1, setupSeconds: 1 },
};

test("the whole encoder has as many passes as fit, at most those of the recipe", () => {
  const { estimate } = fullCandidate(task);
  expect(estimate(measured, 1000)).toEqual({ epochs: 8, seconds: 885 });
  expect(estimate(measured, 600)).toEqual({ epochs: 5, seconds: 555, wanted: { epochs: 8, seconds: 885 } });
  expect(estimate(measured, 100)).toEqual({ passedOver: "1 epoch ≈ 1 min 55 s is over the budget" });
});

test("the only candidate has a pass at least, and is cut where the budget ends", () => {
  expect(fullCandidate({ ...task, isOnly: true }).estimate(measured, 10)).toMatchObject({ epochs: 1 });
  expect(frozenCandidate({ ...task, isOnly: true }).estimate(measured, 10)).toHaveProperty("seconds");
});

test("a head on cached vectors reads every text once", () => {
  const { estimate } = frozenCandidate(task);
  expect(estimate(measured, 1000)).toEqual({ seconds: 2 + 330 + 6 });
  expect(estimate(measured, 100)).toEqual({ passedOver: "≈ 5 min 38 s is over the budget" });
});

test("a network from scratch has its own pace and number of passes", () => {
  const { estimate, name } = scratchCandidate(task);
  expect(name).toBe("cnn");
  expect(estimate(measured, 1000)).toEqual({ epochs: 10, seconds: 1 + 10 * 11 });
  expect(estimate(measured, 100)).toEqual({ epochs: 9, seconds: 100, wanted: { epochs: 10, seconds: 111 } });
  expect(estimate(measured, 30)).toEqual({ passedOver: "3 epochs ≈ 34 s is over the budget" });
  expect(scratchCandidate({ ...task, isOnly: true }).estimate(measured, 10)).toMatchObject({ epochs: 1 });
});

test("an update is measured where reading the texts leaves time for a pass", () => {
  const rows = { rows: measured.rows, validationRows: measured.validationRows, pace: { secondsPerText: 0.1 } };
  expect([900, 1100].map((seconds) => mayFit(recipe, rows, seconds))).toEqual([false, true]);
});
