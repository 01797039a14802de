import { personalDataWords } from "../../wording/personal-data.ts";
import { counted } from "../../wording/quantities.ts";
import { splitWords } from "../../wording/split-words.ts";
import type { Lines } from "../task.ts";
import { LEARNERS } from "./learners.ts";
import type { TableRecipe } from "./table-recipe.ts";

const DUPLICATES = { keep: "duplicates kept", exact: "exact duplicates dropped" } as const;

/**
 * What a run will do, in the lines that decide the result.
 *
 * @param options.stratified What the split keeps alike, in two words: "by label".
 */
export function describeTable(
  { data, model, train, evaluate }: TableRecipe,
  options: { readonly stratified: string },
): Lines {
  const { split } = data;
  const limit = data.limit === undefined ? "" : `, at most ${counted(data.limit, "row")}`;
  const ignored = data.ignore.length === 0 ? "" : `; without ${data.ignore.join(", ")}`;
  const bags = train.bags === 1 ? "" : `, the mean of ${train.bags ?? "5"} models on parts of the training rows`;
  return [
    [
      "data",
      `${data.source}${limit}; ${DUPLICATES[data.clean.duplicates]}${personalDataWords(data.clean.pii)}${ignored}`,
    ],
    ["split", splitWords(data, split.stratify ? options.stratified : "")],
    ["model", modelWords(model)],
    [
      "boosting",
      `up to ${counted(train.rounds, "round")} of trees of ${train.leaves} leaves at rate ${train.learningRate}${bags}`,
    ],
    ["stops early", `after ${counted(train.patience, "round")} without a smaller loss`],
    [
      "evaluated",
      `${["this model", ...evaluate.baselines].join(", ")} on the test split, ${counted(evaluate.bootstrap, "resample")}`,
    ],
  ];
}

function modelWords({ kind, candidates }: TableRecipe["model"]): string {
  if (kind !== "auto") return LEARNERS[kind].title;
  return `auto: the blend of ${candidates.join(", ")} that predicts unseen rows best`;
}
