import type { AnyTask, PreparedData } from "../../tasks/task.ts";
import type { VersionFiles } from "../../tasks/version-files.ts";
import type { CrossValidation } from "./cross-validate.ts";

/** The file of a version with what was predicted of each row by a model that had not seen it. */
const OUT_OF_FOLD = "out-of-fold.jsonl";

/** JSON Lines: place and name of the row, fold, what is right, what was predicted. */
export function outOfFoldFile(
  task: AnyTask,
  { development: { division } }: PreparedData<unknown>,
  { folds, summary }: CrossValidation,
): VersionFiles {
  const { places, ids } = division;
  const lines = folds.flatMap(({ repeat, fold, outcome, held }) => {
    const answers = task.family.answers(outcome);
    // Where rows are searched with, not each of them is.
    const named = answers.length === held.length;
    return answers.map((answer, i) => {
      const row = held[i]!;
      return JSON.stringify({
        ...(named ? { row: places[row]!, ...(ids[row] === places[row] ? {} : { id: ids[row]! }) } : {}),
        ...(summary.repeats === 1 ? {} : { repeat }),
        fold,
        ...answer,
      });
    });
  });
  return { [OUT_OF_FOLD]: `${lines.join("\n")}\n` };
}
