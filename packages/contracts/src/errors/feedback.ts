import { choices, defineError, listed } from "./error-definition.ts";

export const feedbackErrors = {
  PREDICTION_UNKNOWN: defineError<{ id: string }>({
    status: 404,
    meaning: "No prediction with this id is recorded.",
    message: (d) => `no prediction ${JSON.stringify(d.id)} is recorded`,
    remedy:
      "Send the id of an answer, a full stop and the index of the item. A server records predictions with --record answers or --record items, all of them unless --sample says less; those that have expired or were erased are gone.",
  }),
  FEEDBACK_KIND_UNSUPPORTED: defineError<{ where: string; kind: string; task: string; kinds: readonly string[] }>({
    status: 400,
    meaning: "What was said of a prediction is of a kind that means nothing for its task.",
    message: (d) => `${d.where}: a ${d.kind} of a prediction of the task ${d.task} means nothing`,
    remedy: (d) => `Send ${choices(d.kinds)}.`,
  }),
  FEEDBACK_COLUMN_MISSING: defineError<{ file: string; column: "prediction" | "truth"; available: readonly string[] }>({
    status: 400,
    meaning: "A file of feedback lacks the column of predictions, or one that says something of them.",
    message: (d) => `${d.file}: no column "${d.column}"; the file has ${listed(d.available)}`,
    remedy: (d) =>
      d.column === "prediction"
        ? 'Call the column with the ids of predictions "prediction" in the first line of the file.'
        : 'Call the column with what is right "truth" in the first line of the file; "correction", "thumb" and "comment" are read as well.',
  }),
  FEEDBACK_VALUE_INVALID: defineError<{ where: string; model: string; rule: string; got: string }>({
    status: 400,
    meaning: "A truth or a correction is not in the form of the answers of its model.",
    message: (d) => `${d.where}: ${d.rule}, as ${d.model} answers; got ${d.got}`,
    remedy: "Send what would have been right as the model itself says it.",
  }),
};
