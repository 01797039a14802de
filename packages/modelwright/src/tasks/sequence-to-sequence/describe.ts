import { type FineTune, fineTuneKind, NO_BASE, type Recipes } from "@modelwright/contracts";
import { personalDataWords } from "../../wording/personal-data.ts";
import { counted } from "../../wording/quantities.ts";
import { rate, warmup } from "../../wording/recipe-values.ts";
import { splitWords } from "../../wording/split-words.ts";
import type { Lines } from "../task.ts";

type Recipe = Recipes["sequence-to-sequence"];

const DUPLICATES = {
  near: "exact and near duplicates dropped",
  exact: "exact duplicates dropped",
  keep: "duplicates kept",
} as const;

/** What a recipe decides. */
export function describeSequenceToSequence({ data, model, train, evaluate }: Recipe): Lines {
  const { columns } = data;
  const limit = data.limit === undefined ? "" : `, at most ${counted(data.limit, "row")}`;
  const duration = train.steps === undefined ? counted(train.epochs, "epoch") : counted(train.steps, "step");
  const early: Lines =
    train.patience === undefined
      ? []
      : [["stops early", `after ${counted(train.patience, "evaluation")} without a smaller loss`]];
  const prefix: Lines = model.prefix === "" ? [] : [["prefix", `"${model.prefix}" in front of every text`]];
  return [
    ["data", `${data.source}${limit}; ${DUPLICATES[data.clean.duplicates]}${personalDataWords(data.clean.pii)}`],
    ["split", splitWords(data)],
    ["writes", `"${columns.output}" from "${columns.text}"`],
    ...prefix,
    [
      "model",
      `${trained(model)}; reads ${counted(model.maxSourceLength, "token")}, writes up to ${model.maxTargetLength}`,
    ],
    ["training", `${duration}, batch ${train.batchSize * train.accumulate}, ${train.optimizer}, seed ${train.seed}`],
    ["rate", `${rate(train.learningRate)}, ${train.schedule} with ${warmup(train.warmup)}`],
    ...early,
    [
      "evaluated",
      `${["this model", ...evaluate.baselines].join(", ")} on the test split, ${counted(evaluate.bootstrap, "resample")}`,
    ],
  ];
}

function trained({ base, fineTune, lora, adapter, layers, width, tokenizer, vocabularySize }: Recipe["model"]): string {
  if (base === NO_BASE) {
    const most = vocabularySize === undefined ? "" : ` of up to ${counted(vocabularySize, "token")}`;
    const size = `${layers} + ${layers} layers of width ${width}`;
    return `a T5 from scratch, ${size}, with a ${tokenizer} tokenizer${most}`;
  }
  const { kind, layers: last = 0 } = fineTuneKind(fineTune as FineTune);
  if (kind === "full") return `${base}, every weight`;
  if (kind === "last") return `${base}, the last ${counted(last, "layer")}`;
  return adapter === undefined
    ? `${base}, ${lora?.dora === true ? "DoRA" : "LoRA"} of rank ${lora?.rank}`
    : `${base}, LoRA from ${adapter} on`;
}
