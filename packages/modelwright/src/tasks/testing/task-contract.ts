import type { TaskName } from "@modelwright/contracts";
import { afterAll, beforeAll } from "vitest";
import type { AnyTask } from "../task.ts";
import { describeEvaluating } from "./describe-evaluating.ts";
import { describeLearning } from "./describe-learning.ts";
import { describeMonitoring } from "./describe-monitoring.ts";
import { describeWords } from "./describe-words.ts";
import type { TinyData } from "./tiny-data.ts";
import { TinyRun } from "./tiny-run.ts";

/** What is asked of the stages of every task. */
export function describeTaskContract(name: TaskName, task: AnyTask, tiny: TinyData): void {
  const run = new TinyRun(name, task, tiny);
  beforeAll(() => run.start());
  afterAll(() => run.end());
  describeLearning(run);
  describeEvaluating(run);
  describeMonitoring(run);
  describeWords(run);
}
