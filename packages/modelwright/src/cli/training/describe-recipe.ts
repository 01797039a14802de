import type {
  LanguageModelingRecipe,
  Recipe,
  Recipes,
  RecipeTask,
  TextClassificationRecipe,
} from "@modelwright/contracts";
import { columns } from "../output/columns.ts";
import { counted, percent } from "../output/quantities.ts";

const FINE_TUNING: Readonly<Record<TextClassificationRecipe["model"]["fineTune"], string>> = {
  full: "every weight is trained",
  frozen: "only the head is trained, on cached vectors",
};

const DUPLICATES: Readonly<Record<TextClassificationRecipe["data"]["clean"]["duplicates"], string>> = {
  near: "exact and near duplicates dropped",
  exact: "exact duplicates dropped",
  keep: "duplicates kept",
};

type Lines = (readonly [name: string, text: string])[];

const DESCRIPTIONS: { readonly [Task in RecipeTask]: (recipe: Recipes[Task]) => Lines } = {
  "text-classification": describeTextClassification,
  "causal-language-modeling": describeLanguageModeling,
  "masked-language-modeling": describeLanguageModeling,
};

/** What a run will do, defaults included, in the few lines that decide the result. */
export function describeRecipe(recipe: Recipe): string[] {
  const lines = linesOf(recipe.task, recipe);
  const gates = Object.entries(recipe.evaluate.gates).map(([metric, { min, max }]) =>
    [min === undefined ? "" : `${metric} ≥ ${min}`, max === undefined ? "" : `${metric} ≤ ${max}`]
      .filter(Boolean)
      .join(" and "),
  );
  if (gates.length > 0) lines.push(["gates", gates.join(", ")]);
  return columns(lines, "  ");
}

/** The task and its recipe as one type, so that the row fits the recipe. */
function linesOf<Task extends RecipeTask>(task: Task, recipe: Recipes[Task]): Lines {
  return DESCRIPTIONS[task](recipe);
}

function describeTextClassification({ data, model, train, evaluate }: TextClassificationRecipe): Lines {
  const { split } = data;
  const test = data.test === undefined ? `test ${share(split.test)}` : `test ${data.test}`;
  const { earlyStopping } = train;
  const limit = data.limit === undefined ? "" : `, at most ${counted(data.limit, "row")}`;
  return [
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
    ["rate", `${learningRates(model, train)}, ${train.schedule} with ${warmup(train)}`],
    ["stops early", `after ${counted(earlyStopping.patience, "evaluation")} without a better ${earlyStopping.metric}`],
    [
      "judged by",
      `${["this model", ...evaluate.baselines].join(", ")} on the test split, ${evaluate.bootstrap} resamples`,
    ],
  ];
}

function describeLanguageModeling({ data, model, train, evaluate }: LanguageModelingRecipe): Lines {
  const { split } = data;
  const limit = data.limit === undefined ? "" : `, at most ${counted(data.limit, "document")}`;
  const { patience } = train;
  const duration = train.steps === undefined ? counted(train.epochs, "epoch") : counted(train.steps, "step");
  return [
    ["data", `${data.source}${limit}`],
    ["split", `test ${share(split.test)}, validation ${share(split.validation)} of the documents, seed ${split.seed}`],
    ["tokenizer", `${model.tokenizer}, at most ${counted(model.vocabularySize, "piece")}, trained on the texts`],
    [
      "model",
      `${counted(model.layers, "layer")} of width ${model.width}, ${counted(model.heads, "head")}, ${counted(model.sequenceLength, "piece")} at once`,
    ],
    ["training", `${duration}, batch ${train.batchSize * train.accumulate}, ${train.optimizer}, seed ${train.seed}`],
    ["rate", `${rate(train.learningRate)}, ${train.schedule} with ${warmup(train)}`],
    ...(patience === undefined
      ? []
      : ([["stops early", `after ${counted(patience, "evaluation")} without a smaller loss`]] as const)),
    [
      "judged by",
      `${["this model", ...evaluate.baselines].join(", ")} on the test documents, ${evaluate.bootstrap} resamples`,
    ],
  ];
}

function warmup(train: Recipe["train"]): string {
  return train.warmup < 1 ? `${share(train.warmup)} warm-up` : `${counted(train.warmup, "step")} of warm-up`;
}

function pieces({ maxLength, bagLength }: TextClassificationRecipe["model"]): string {
  const bag = bagLength > 0 ? `, ${counted(bagLength, "piece")} as a bag beside it` : "";
  return `up to ${counted(maxLength, "piece")} of a text${bag}`;
}

function learningRates(model: TextClassificationRecipe["model"], train: TextClassificationRecipe["train"]): string {
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
