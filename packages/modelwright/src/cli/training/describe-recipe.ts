import type { Recipe } from "@modelwright/contracts";
import { columns } from "../output/columns.ts";
import { counted, percent } from "../output/quantities.ts";

const FINE_TUNING: Readonly<Record<Recipe["model"]["fineTune"], string>> = {
  full: "every weight is trained",
  frozen: "only the head is trained, on cached vectors",
};

const DUPLICATES: Readonly<Record<Recipe["data"]["clean"]["duplicates"], string>> = {
  near: "exact and near duplicates dropped",
  exact: "exact duplicates dropped",
  keep: "duplicates kept",
};

/** What a run will do, defaults included, in the few lines that decide the result. */
export function describeRecipe({ data, model, train, evaluate }: Recipe): string[] {
  const { split } = data;
  const test = data.test === undefined ? `test ${share(split.test)}` : `test ${data.test}`;
  const warmup = train.warmup < 1 ? `${share(train.warmup)} warm-up` : `${counted(train.warmup, "step")} of warm-up`;
  const { earlyStopping } = train;
  const gates = Object.entries(evaluate.gates).map(([metric, { min, max }]) =>
    [min === undefined ? "" : `${metric} ≥ ${min}`, max === undefined ? "" : `${metric} ≤ ${max}`]
      .filter(Boolean)
      .join(" and "),
  );
  const limit = data.limit === undefined ? "" : `, at most ${counted(data.limit, "row")}`;
  const lines = [
    ["data", `${data.source}${limit}; ${DUPLICATES[data.clean.duplicates]}`],
    [
      "split",
      `${test}, validation ${share(split.validation)}${split.stratify ? ", by label" : ""}, seed ${split.seed}`,
    ],
    ["model", `${model.base}, ${model.fineTune}: ${FINE_TUNING[model.fineTune]}; ${pieces(model)}`],
    [
      "training",
      `${counted(train.epochs, "epoch")}, batch ${train.batchSize * train.accumulate}, ${train.optimizer}, seed ${train.seed}`,
    ],
    ["rate", `${learningRates(model, train)}, ${train.schedule} with ${warmup}`],
    ["stops early", `after ${counted(earlyStopping.patience, "evaluation")} without a better ${earlyStopping.metric}`],
    [
      "judged by",
      `${["this model", ...evaluate.baselines].join(", ")} on the test split, ${evaluate.bootstrap} resamples`,
    ],
  ];
  if (gates.length > 0) lines.push(["gates", gates.join(", ")]);
  return columns(lines, "  ");
}

function pieces({ maxLength, bagLength }: Recipe["model"]): string {
  const bag = bagLength > 0 ? `, ${counted(bagLength, "piece")} as a bag beside it` : "";
  return `up to ${counted(maxLength, "piece")} of a text${bag}`;
}

function learningRates(model: Recipe["model"], train: Recipe["train"]): string {
  const head = `head ${rate(train.headLearningRate)}`;
  const bag = model.bagLength > 0 ? `, bag ${rate(train.bagLearningRate)}` : "";
  return model.fineTune === "frozen" ? head : `encoder ${rate(train.learningRate)}, ${head}${bag}`;
}

function rate(value: number): string {
  return value < 1e-2 ? value.toExponential().replace("e-", "e−") : String(value);
}

function share(value: number): string {
  return percent(value).replace(".0 %", " %");
}
