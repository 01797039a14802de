import { expect, test } from "vitest";
import { inferenceRow } from "../table.ts";

test.each([
  ["causal-language-modeling", {}, true],
  ["causal-language-modeling", { seed: 3, topK: 5 }, true],
  ["causal-language-modeling", { temperature: 0 }, false],
  ["instruction-tuning", {}, true],
  ["instruction-tuning", { beams: 4 }, false],
  ["sequence-to-sequence", {}, false],
  ["sequence-to-sequence", { maxTokens: 5 }, false],
  ["sequence-to-sequence", { temperature: 0.5 }, true],
  ["sequence-to-sequence", { seed: 1 }, true],
  ["sequence-to-sequence", { beams: 4, lengthPenalty: 2 }, false],
] as const)("%s with %j: %s", (task, options, expected) => {
  expect(inferenceRow(task).draws!(options)).toBe(expected);
});
