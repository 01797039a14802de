import { NO_BASE, taskSchemas } from "@modelwright/contracts";
import { titleInSentence } from "@modelwright/evaluation";
import { counted } from "../../wording/quantities.ts";
import { rate, share, warmup } from "../../wording/recipe-values.ts";
import type { Lines } from "../task.ts";
import { ARCHITECTURES } from "./architectures.ts";
import type { TextEncoderRecipe } from "./text-encoder-recipe.ts";

const FINE_TUNING = {
  auto: "the best of tfidf, frozen and full on the validation rows",
  full: "every weight is trained",
  frozen: "only the head is trained, on cached vectors",
} as const;

const DUPLICATES = {
  near: "exact and near duplicates dropped",
  exact: "exact duplicates dropped",
  keep: "duplicates kept",
} as const;

/**
 * What a run will do, in the lines that decide the result.
 *
 * @param options.stratified What the split keeps alike, in two words: "by label".
 */
export function describeTextEncoder(
  { task, data, model, train, evaluate }: TextEncoderRecipe,
  options: { readonly stratified: string },
): Lines {
  const { split } = data;
  const test = data.test === undefined ? `test ${share(split.test)}` : `test ${data.test}`;
  const { earlyStopping } = train;
  const limit = data.limit === undefined ? "" : `, at most ${counted(data.limit, "row")}`;
  // Passes, rates and patience of a recipe that leaves the choice open are those of the whole encoder.
  const of = model.fineTune !== "auto" ? "" : model.base === NO_BASE ? "cnn: " : "full: ";
  const { metrics } = taskSchemas(task);
  const { metric: stoppedBy } = earlyStopping;
  const better = titleInSentence(metrics[stoppedBy]?.title ?? stoppedBy);
  const stratified = split.stratify ? `, ${options.stratified}` : "";
  return [
    ["data", `${data.source}${limit}; ${DUPLICATES[data.clean.duplicates]}`],
    ["split", `${test}, validation ${share(split.validation)}${stratified}, seed ${split.seed}`],
    ["model", `${modelWords(model)}; ${tokens(model)}`],
    [
      "training",
      `${of}${counted(train.epochs, "epoch")}, batch ${train.batchSize * train.accumulate}, ${train.optimizer}, seed ${train.seed}`,
    ],
    ["rate", `${of}${learningRates(model, train)}, ${train.schedule} with ${warmup(train.warmup)}`],
    ["stops early", `${of}after ${counted(earlyStopping.patience, "evaluation")} without a better ${better}`],
    [
      "evaluated",
      `${["this model", ...evaluate.baselines].join(", ")} on the test split, ${counted(evaluate.bootstrap, "resample")}`,
    ],
  ];
}

function modelWords({ base, fineTune, architecture, units }: TextEncoderRecipe["model"]): string {
  if (base !== NO_BASE) return `${base}, ${fineTune}: ${FINE_TUNING[fineTune]}`;
  const on = units === "auto" ? "words or characters, by the language" : units;
  const network = `${ARCHITECTURES[architecture].title} on ${on}`;
  return fineTune === "auto"
    ? `from scratch, auto: the best of tfidf and cnn (${network}) on the validation rows`
    : `from scratch: ${network}`;
}

function tokens({ maxLength, bagLength }: TextEncoderRecipe["model"]): string {
  const bag = bagLength > 0 ? `, ${counted(bagLength, "token")} as a bag beside it` : "";
  return `up to ${counted(maxLength, "token")} of a text${bag}`;
}

function learningRates(model: TextEncoderRecipe["model"], train: TextEncoderRecipe["train"]): string {
  const head = `head ${rate(train.headLearningRate)}`;
  const bag = model.bagLength > 0 ? `, bag ${rate(train.bagLearningRate)}` : "";
  return model.fineTune === "frozen" ? head : `encoder ${rate(train.learningRate)}, ${head}${bag}`;
}
