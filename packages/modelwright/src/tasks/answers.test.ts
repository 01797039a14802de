import { taskNames } from "@modelwright/contracts";
import { expect, test } from "vitest";
import { ANSWERS } from "./answers.ts";
import { STAGES } from "./tasks.ts";

test.each(taskNames)("%s answers as its stages do", (task) => {
  expect(ANSWERS[task]).toBe(STAGES[task].answers);
});
