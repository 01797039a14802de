import { ModelwrightError, type TaskName } from "@modelwright/contracts";
import type { LoadedModel } from "@modelwright/inference";
import type { AnyTask } from "../tasks/task.ts";
import type { TriedItem } from "./run-event.ts";

/** Puts test items to a stored version, one at a time, as a user would. */
export async function tryOut(task: AnyTask, model: LoadedModel<TaskName>, test: unknown): Promise<TriedItem[]> {
  const { answers } = task;
  await model.warmUp();
  const tried: TriedItem[] = [];
  for (const trial of task.trials(test)) {
    const start = performance.now();
    const answer = await answers.answer(model, [trial.item], answers.trial).then(
      ([shown]) => shown!.short,
      // A row that the model refuses, as one that is too long, is no failure of the run.
      (error: unknown) => {
        if (error instanceof ModelwrightError && error.status < 500) return [`not answered: ${error.message}`] as const;
        throw error;
      },
    );
    tried.push({ ...trial, answer, milliseconds: performance.now() - start });
  }
  return tried;
}
