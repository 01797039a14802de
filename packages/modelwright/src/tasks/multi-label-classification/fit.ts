import { MULTI_LABEL_METRICS, type Recipes, type TextItem } from "@modelwright/contracts";
import { loadTokenizer } from "@modelwright/data";
import { defaultRuntime, type Tensor } from "@modelwright/engine";
import { fitThresholds, measureOutcome, multiLabelFamily } from "@modelwright/evaluation";
import { labelObjective } from "@modelwright/models";
import { byText, type EarlyStopping, type Evaluation, Evaluator, numberTargets, textRows } from "@modelwright/training";
import type { FitContext, LearningPart } from "../task.ts";
import { type FittedTextEncoder, fitTextEncoder, tokenize } from "../text-encoder/fit-text-encoder.ts";
import { itemsOf } from "../text-encoder/text-rows.ts";
import { type LabelSetRows, marksOf } from "./rows.ts";
import { sigmoids } from "./sigmoid.ts";

type Recipe = Recipes["multi-label-classification"];

/** A fine-tuned encoder with a probability for each label, and from which probability on a text has it. */
export interface FittedMultiLabelClassifier extends FittedTextEncoder {
  readonly labels: readonly string[];
  readonly thresholds: Float64Array;
}

/** Fine-tunes a pretrained encoder by the binary cross-entropy of each label, and fits thresholds on the validation rows. */
export async function fitMultiLabelClassifier(
  recipe: Recipe,
  { train, validation }: LearningPart<LabelSetRows>,
  context: FitContext,
): Promise<FittedMultiLabelClassifier | undefined> {
  const { labels } = train;
  const { length: width } = labels;
  const marks = { train: marksOf(train), validation: marksOf(validation) };
  const positiveWeight = recipe.train.positiveWeights === "balanced" ? balancedWeights(marks.train, width) : undefined;
  const fitted = await fitTextEncoder(
    recipe,
    { train: itemsOf(train.rows), validation: itemsOf(validation.rows) },
    {
      context,
      head: {
        objective: labelObjective({ labels: width, positiveWeight }),
        trainTargets: numberTargets(marks.train, width),
        validationTargets: numberTargets(marks.validation, width),
        evaluation: evaluationOf(labels, marks.validation),
        earlyStopping: stopBy(recipe.train.earlyStopping),
      },
    },
  );
  if (fitted === undefined) return undefined;
  const probabilities = sigmoids(await logitsOf(fitted, itemsOf(validation.rows), { recipe, context }));
  const thresholds = fitThresholds({ labels, actual: marks.validation, probabilities });
  return { ...fitted, labels, thresholds };
}

/** A label that one row in a thousand has would otherwise drown the others. */
const MOST_WEIGHT = 10;

/** Rows without a label over those with it, by label, at most ten; 1 where no row has it. */
function balancedWeights(marks: Uint8Array, width: number): number[] {
  const rows = marks.length / width;
  const counts = new Array<number>(width).fill(0);
  for (const [i, mark] of marks.entries()) counts[i % width]! += mark;
  return counts.map((count) => (count === 0 ? 1 : Math.min(MOST_WEIGHT, (rows - count) / count)));
}

/** The loss as it is trained, and measures with thresholds of a half: those of the version are fitted when training has ended. */
function evaluationOf(labels: readonly string[], actual: Uint8Array): Evaluation<"logits"> {
  const thresholds = new Float64Array(labels.length).fill(0.5);
  return {
    outputs: ["logits"],
    measure: ({ loss, outputs }) => {
      const probabilities = sigmoids(outputs["logits"]!.data as Float32Array);
      const outcome = { labels, actual, probabilities, thresholds };
      const { f1Micro = 0, f1Macro = 0, averagePrecisionMacro = 0 } = measureOutcome(multiLabelFamily, outcome);
      return { loss, measures: { f1Micro, f1Macro, averagePrecisionMacro } };
    },
  };
}

function stopBy({ metric, patience }: Recipe["train"]["earlyStopping"]): EarlyStopping {
  return { metric, patience, better: metric === "loss" ? "lower" : MULTI_LABEL_METRICS[metric].better };
}

/** What the trained graph gives for texts, `[texts, labels]`. */
async function logitsOf(
  { model, loaded, reading }: FittedTextEncoder,
  texts: readonly TextItem[],
  { recipe, context }: { readonly recipe: Recipe; readonly context: FitContext },
): Promise<Float32Array> {
  const tokenizer = loadTokenizer(loaded.tokenizerJson);
  const tokenized = tokenize(texts, { tokenizer, reading, encoder: loaded.encoder });
  const compute = {
    runtime: await defaultRuntime(),
    threads: recipe.train.threads,
    executionProvider: context.provider.name,
  };
  const evaluator = await Evaluator.create(model.graph, {}, compute);
  try {
    const rows = evaluator.check(textRows(tokenized, reading), "validation");
    const { logits } = (await evaluator.fetch(rows, { rows: ["logits"] })).rows;
    return byText(logits as Tensor<"float32">, tokenized.textOf).data;
  } finally {
    evaluator.release();
  }
}
