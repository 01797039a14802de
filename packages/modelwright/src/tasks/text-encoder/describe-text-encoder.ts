import {
  type ClassifierFineTuneKind,
  defaultOverlap,
  fineTuneKind,
  NO_BASE,
  taskSchemas,
} from "@modelwright/contracts";
import { titleInSentence } from "@modelwright/evaluation";
import { personalDataWords } from "../../wording/personal-data.ts";
import { counted } from "../../wording/quantities.ts";
import { rate, unfrozen, warmup } from "../../wording/recipe-values.ts";
import { splitWords } from "../../wording/split-words.ts";
import type { Lines } from "../task.ts";
import { ARCHITECTURES } from "./architectures.ts";
import type { TextEncoderRecipe } from "./text-encoder-recipe.ts";

type Model = TextEncoderRecipe["model"];

/** What is trained, by the kind of `model.fineTune`. */
const FINE_TUNING: Readonly<Record<ClassifierFineTuneKind | "auto", (model: Model, layers: number) => string>> = {
  auto: () => "the best of tfidf, frozen and full on the validation rows",
  full: () => "every weight is trained",
  last: (_, layers) => `the last ${counted(layers, "layer")} and the head are trained`,
  bitfit: () => "biases and the head are trained",
  lora: ({ lora, adapter }) => (lora === undefined ? `goes on from the adapter in ${adapter}` : adapters(lora)),
  frozen: () => "only the head is trained, on cached vectors",
  contrastive: () => "every weight is tuned by pairs of rows with one label, then the head is trained on the vectors",
};

function adapters({ rank, alpha, targets, dora, modulesToSave }: NonNullable<Model["lora"]>): string {
  const where = typeof targets === "string" ? "all linear layers" : targets.join(", ");
  const whole = modulesToSave.length === 0 ? "" : `, ${modulesToSave.join(", ")} as a whole`;
  return `${dora ? "DoRA" : "LoRA"} of rank ${rank} and alpha ${alpha} beside ${where}${whole}, and the head are trained`;
}

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
  const { earlyStopping } = train;
  const isSteered = split.validation > 0;
  const limit = data.limit === undefined ? "" : `, at most ${counted(data.limit, "row")}`;
  // Passes, rates and patience of a recipe that leaves the choice open are those of the whole encoder.
  const of =
    model.fineTune !== "auto"
      ? ""
      : model.base === NO_BASE
        ? `${ARCHITECTURES[model.architecture].candidate}: `
        : "full: ";
  const { metrics } = taskSchemas(task);
  const { metric: stoppedBy } = earlyStopping;
  // The head on tuned vectors is steered by its loss, whatever is counted.
  const better = model.fineTune === CONTRASTIVE ? "loss" : titleInSentence(metrics[stoppedBy]?.title ?? stoppedBy);
  const rest = isSteered ? "" : "; every other row is learned from";
  return [
    ["data", `${data.source}${limit}; ${DUPLICATES[data.clean.duplicates]}${personalDataWords(data.clean.pii)}`],
    ["split", `${splitWords(data, split.stratify ? options.stratified : "")}${rest}`],
    ["model", `${modelWords(model)}; ${tokens(model)}`],
    [
      "training",
      `${of}${passes(model, train)}, batch ${train.batchSize * train.accumulate}, ${train.optimizer}, seed ${train.seed}`,
    ],
    ["rate", `${of}${learningRates(model, train)}, ${train.schedule} with ${warmup(train.warmup)}`],
    isSteered
      ? [
          "stops early",
          `${of}${stops(model)}after ${counted(earlyStopping.patience, "evaluation")} without a better ${better}`,
        ]
      : ["stops", "after its epochs"],
    [
      "evaluated",
      `${["this model", ...evaluate.baselines].join(", ")} on the test split, ${counted(evaluate.bootstrap, "resample")}`,
    ],
  ];
}

const CONTRASTIVE = "contrastive";

function passes({ fineTune }: Model, { epochs }: TextEncoderRecipe["train"]): string {
  return fineTune === CONTRASTIVE ? `${counted(epochs, "epoch")} of pairs` : counted(epochs, "epoch");
}

function stops({ fineTune }: Model): string {
  return fineTune === CONTRASTIVE ? "the head " : "";
}

function modelWords(model: Model): string {
  const { base, fineTune, architecture, units } = model;
  if (base !== NO_BASE) return `${base}, ${fineTune}: ${howTrained(model)}`;
  const on = units === "auto" ? "words or characters, by the language" : units;
  const { candidate, title } = ARCHITECTURES[architecture];
  const network = `${title} on ${on}`;
  return fineTune === "auto"
    ? `from scratch, auto: the best of tfidf and ${candidate} (${network}) on the validation rows`
    : `from scratch: ${network}`;
}

function howTrained(model: Model): string {
  if (model.fineTune === "auto") return FINE_TUNING.auto(model, 0);
  const { kind, layers = 0 } = fineTuneKind(model.fineTune);
  return FINE_TUNING[kind](model, layers);
}

function tokens({ maxLength, bagLength, windows }: Model): string {
  if (windows !== undefined) {
    const { most, overlap = defaultOverlap(maxLength) } = windows;
    return `long texts in up to ${most} windows of ${counted(maxLength, "token")}, ${overlap} of them shared`;
  }
  const bag = bagLength > 0 ? `, ${counted(bagLength, "token")} as a bag beside it` : "";
  return `up to ${counted(maxLength, "token")} of a text${bag}`;
}

function learningRates(model: Model, train: TextEncoderRecipe["train"]): string {
  const head = `head ${rate(train.headLearningRate)}`;
  const bag = model.bagLength > 0 ? `, bag ${rate(train.bagLearningRate)}` : "";
  if (model.fineTune === "frozen") return head;
  const decay = train.layerDecay < 1 ? ` × ${train.layerDecay} per layer below the last` : "";
  return `encoder ${rate(train.learningRate)}${decay}, ${head}${bag}${unfrozen(train.unfreeze)}`;
}
