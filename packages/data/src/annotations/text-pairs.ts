import { ModelwrightError } from "@modelwright/contracts";
import { normalizedText } from "../cleaning/normalized-text.ts";
import type { RowWith } from "../roles/read-rows.ts";
import type { Annotation, AnnotationRole, AnnotationRules } from "./annotation.ts";
import { TARGET, type TargetFound } from "./target.ts";

/** A split of one row has nothing to search among. */
const ROWS_PER_SPLIT = 2;

/** What rows of several texts have in common, which are copies only where each of their texts is one. */
function textsOf<R extends AnnotationRole>(
  others: readonly (keyof RowWith<"text" | R>)[],
): Pick<Required<Annotation<R, object>>, "texts" | "together"> {
  return {
    texts: (row) => [row.text, ...others.map((other) => String(row[other]))],
    // A text that is searched with is not learnt with as well.
    together: (row) => normalizedText(row.text),
  };
}

/** What holds of rows of texts that belong together, which have no value that they could disagree on. */
const BELONGING = {
  key: () => "",
  strata: (rows: readonly unknown[]) => rows.map((): [string] => [""]),
  check: (rows: readonly unknown[], { file, splits }: AnnotationRules) => {
    const needed = splits * ROWS_PER_SPLIT;
    if (rows.length < needed) throw new ModelwrightError("DATA_TOO_FEW_ROWS", { file, rows: rows.length, needed });
    return {};
  },
  checkPublished: () => {},
  absent: () => [],
};

/** Two texts that belong together, such as a question and its answer. */
export const PAIR: Annotation<"positive", object> = {
  ...BELONGING,
  ...textsOf<"positive">(["positive"]),
  role: "positive",
  noun: "text that belongs to it",
  shown: ({ positive }) => `"${positive}"`,
  digested: ({ positive }) => positive,
};

/** The same, and one that does not belong to the first. */
export const TRIPLET: Annotation<"positive" | "negative", object> = {
  ...BELONGING,
  ...textsOf<"positive" | "negative">(["positive", "negative"]),
  role: "positive",
  beside: ["negative"],
  noun: "text that belongs to it, or one that does not",
  shown: ({ positive, negative }) => `"${positive}", not "${negative}"`,
  digested: ({ positive, negative }) => [positive, negative],
};

/** Two texts, and a number that says how alike they are. */
export const SCORED_PAIR: Annotation<"similarity" | "second", TargetFound> = {
  ...textsOf<"similarity" | "second">(["second"]),
  role: "similarity",
  beside: ["second"],
  noun: "similarity",
  stratum: "quantiles of the similarity",
  shown: ({ similarity }) => String(similarity),
  key: ({ similarity }) => String(similarity),
  digested: ({ second, similarity }) => [second, similarity],
  strata: (rows) => TARGET.strata(rows.map(({ similarity, ...row }) => ({ ...row, target: similarity })) as never),
  check: (rows, rules) =>
    TARGET.check(
      rows.map(({ similarity, ...row }) => ({ ...row, target: similarity })),
      rules,
    ),
  checkPublished: () => {},
  absent: () => [],
};

/** A text and the one that is to be written from it, such as its summary. */
export const REWRITTEN: Annotation<"output", object> = {
  ...BELONGING,
  ...textsOf<"output">(["output"]),
  role: "output",
  noun: "text to be written",
  shown: ({ output }) => `"${output}"`,
  digested: ({ output }) => output,
};
