import { EMBEDDING_METRICS, fineTuneKind, NO_BASE, type Recipes } from "@modelwright/contracts";
import { titleInSentence } from "@modelwright/evaluation";
import { personalDataWords } from "../../wording/personal-data.ts";
import { counted } from "../../wording/quantities.ts";
import { rate, warmup } from "../../wording/recipe-values.ts";
import { splitWords } from "../../wording/split-words.ts";
import type { Lines } from "../task.ts";

type Recipe = Recipes["embedding"];

const EXAMPLES: Readonly<Record<Recipe["data"]["examples"], string>> = {
  pairs: "pairs of texts that belong together",
  triplets: "texts with one that belongs to them and one that does not",
  scores: "pairs of texts with a similarity",
  labels: "labelled texts, of which those of one label belong together",
};

const LOSSES: Readonly<Record<Recipe["train"]["loss"], (train: Recipe["train"]) => string>> = {
  "multiple-negatives": ({ scale }) => `the other rows of a batch as negatives, cosines × ${scale}`,
  cosine: () => "the cosine is to be the similarity",
  triplet: ({ margin }) => `the negative further away by ${margin}`,
};

const DUPLICATES = {
  near: "exact and near duplicates dropped",
  exact: "exact duplicates dropped",
  keep: "duplicates kept",
} as const;

/** What a recipe of an embedder decides. */
export function describeEmbedder({ data, model, train, evaluate }: Recipe): Lines {
  const limit = data.limit === undefined ? "" : `, at most ${counted(data.limit, "row")}`;
  const { patience, metric } = train.earlyStopping;
  const better = metric === "loss" ? "loss" : titleInSentence(EMBEDDING_METRICS[metric].title);
  return [
    [
      "data",
      `${data.source}${limit}: ${EXAMPLES[data.examples]}; ${DUPLICATES[data.clean.duplicates]}${personalDataWords(data.clean.pii)}`,
    ],
    ["split", splitWords(data)],
    ["model", `${modelWords(model)}; up to ${counted(model.maxLength, "token")} of a text`],
    ["learns", LOSSES[train.loss](train)],
    [
      "training",
      `${counted(train.epochs, "epoch")}, batch ${train.batchSize * train.accumulate}, ${train.optimizer}, seed ${train.seed}`,
    ],
    ["rate", `${rate(train.learningRate)}, ${train.schedule} with ${warmup(train.warmup)}`],
    ["stops early", `after ${counted(patience, "evaluation")} without a better ${better}`],
    [
      "evaluated",
      `${["this model", ...evaluate.baselines].join(", ")} on the test split, ${counted(evaluate.bootstrap, "resample")}`,
    ],
  ];
}

function modelWords({ base, fineTune, architecture, lora, adapter }: Recipe["model"]): string {
  if (base === NO_BASE) return `${architecture} from scratch`;
  const { kind, layers = 0 } = fineTuneKind(fineTune);
  if (kind === "last") return `${base}, trained in the last ${counted(layers, "layer")}`;
  if (kind === "bitfit") return `${base}, its biases are trained`;
  if (kind !== "lora") return `${base}, every weight is trained`;
  if (lora === undefined) return `${base}, goes on from the adapter in ${adapter}`;
  return `${base}, ${lora.dora ? "DoRA" : "LoRA"} of rank ${lora.rank} and alpha ${lora.alpha} is trained`;
}
