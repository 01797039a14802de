import { NO_BASE, type Recipes, SPAN_METRICS } from "@modelwright/contracts";
import { titleInSentence } from "@modelwright/evaluation";
import { personalDataWords } from "../../wording/personal-data.ts";
import { counted } from "../../wording/quantities.ts";
import { rate, unfrozen, warmup } from "../../wording/recipe-values.ts";
import { splitWords } from "../../wording/split-words.ts";
import type { Lines } from "../task.ts";

const DUPLICATES = {
  near: "exact and near duplicates dropped",
  exact: "exact duplicates dropped",
  keep: "duplicates kept",
} as const;

const UNITS = {
  auto: "words, or characters where the script writes no spaces",
  characters: "characters",
  words: "words",
} as const;

/** What a recipe of a tagger decides. */
export function describeTagger({ data, model, train, evaluate }: Recipes["token-classification"]): Lines {
  const { split } = data;
  const limit = data.limit === undefined ? "" : `, at most ${counted(data.limit, "row")}`;
  const { patience, metric } = train.earlyStopping;
  const better = metric === "loss" ? "loss" : titleInSentence(SPAN_METRICS[metric].title);
  return [
    ["data", `${data.source}${limit}; ${DUPLICATES[data.clean.duplicates]}${personalDataWords(data.clean.pii)}`],
    ["split", splitWords(data, split.stratify ? "by labels" : "")],
    [
      "model",
      model.base === NO_BASE
        ? `${counted(model.layers, "layer")} of LSTM in both directions, width ${model.width}, under a CRF, from scratch on ${UNITS[model.units]}`
        : `${model.base}, ${model.fineTune}, under a ${model.crf ? "CRF" : "linear head"} for each token; ${UNITS[model.units]} are tagged`,
    ],
    [
      "training",
      `${counted(train.epochs, "epoch")}, batch ${train.batchSize * train.accumulate}, ${train.optimizer}, seed ${train.seed}`,
    ],
    ["rate", `${ratesOf(model, train)}, ${train.schedule} with ${warmup(train.warmup)}`],
    ["stops early", `after ${counted(patience, "evaluation")} without a better ${better}`],
    [
      "evaluated",
      `${["this model", ...evaluate.baselines].join(", ")} on the test split, ${counted(evaluate.bootstrap, "resample")}`,
    ],
  ];
}

function ratesOf(
  { base }: Recipes["token-classification"]["model"],
  { learningRate, headLearningRate, layerDecay, unfreeze }: Recipes["token-classification"]["train"],
): string {
  if (base === NO_BASE) return rate(learningRate);
  const decay = layerDecay < 1 ? ` × ${layerDecay} per layer below the last` : "";
  return `encoder ${rate(learningRate)}${decay}, head ${rate(headLearningRate)}${unfrozen(unfreeze)}`;
}
