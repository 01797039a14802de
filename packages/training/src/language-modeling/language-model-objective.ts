import type { Tensor, Value } from "@modelwright/engine";
import {
  type BuildOptions,
  type BuiltModel,
  buildModel,
  crossEntropy,
  type LayerContext,
  type ParameterSource,
} from "@modelwright/models";

/** Something that is predicted: a class for each of several places. */
export interface Prediction {
  /** float32 `[places, classes]`, or with more axes in front. */
  readonly logits: Value;
  /** int64, the shape of the logits without their last axis. */
  readonly labels: Value;
}

/** Rows as a language model is fed with them. */
export interface LanguageModelRows {
  /** Pieces of each row, the same in every pass. */
  readonly lengths: ArrayLike<number>;
  /** What rows are fed as in one pass; asked again for the same rows and pass, the same. */
  batch(rows: Int32Array, epoch: number): Readonly<Record<string, Tensor>>;
}

/**
 * A language model to pre-train: what it predicts and from what.
 *
 * The loss is the sum of the parts' mean cross-entropies, each mean over the places of its part.
 */
export interface LanguageModelObjective<Part extends string = string> {
  readonly name: string;
  /** Declares the inputs, builds the model and names what is predicted. */
  build(c: LayerContext): { readonly inputs: readonly Value[]; readonly parts: Readonly<Record<Part, Prediction>> };
  /** The main part first: its places are what batches weigh, and its loss gives the perplexity. */
  readonly parts: readonly Part[];
  /** Names of the label tensors in the feeds, by part: their sizes are the places. */
  readonly labels: Readonly<Record<Part, string>>;
  readonly train: LanguageModelRows;
  readonly validation: LanguageModelRows;
}

export const LOSS = "loss";
/** Input by which the summed loss of a part is multiplied: float32 scalar. */
export const scaleInput = (part: string): string => `loss_scale.${part}`;
/** Outputs of the evaluation graph: the summed loss of a part, and how many places it gets right. */
export const lossSum = (part: string): string => `loss_sum.${part}`;
export const correctCount = (part: string): string => `correct.${part}`;

interface ObjectiveGraphOptions {
  readonly source: ParameterSource;
  readonly build: BuildOptions;
}

/** The graph that is differentiated: `loss` = Σ over parts of `loss_scale.<part>` · the summed cross-entropy. */
export function buildTrainingGraph(objective: LanguageModelObjective, options: ObjectiveGraphOptions): BuiltModel {
  return buildModel({
    name: objective.name,
    ...options,
    body: (c) => {
      const { inputs, parts } = objective.build(c);
      const scales = objective.parts.map((part) => c.b.input(scaleInput(part), "float32", []));
      const losses = objective.parts.map((part, index) =>
        c.b.op("Mul", [crossEntropy(c, { ...parts[part]!, reduction: "sum" }), scales[index]!]),
      );
      return { inputs: [...inputs, ...scales], outputs: { [LOSS]: losses.reduce((a, b) => c.b.op("Add", [a, b])) } };
    },
  });
}

/** The graph that judges: for each part the summed cross-entropy and the places that are right. */
export function buildEvaluationGraph(objective: LanguageModelObjective, options: ObjectiveGraphOptions): BuiltModel {
  return buildModel({
    name: objective.name,
    ...options,
    body: (c) => {
      const { inputs, parts } = objective.build(c);
      const outputs = objective.parts.flatMap((part) => {
        const { logits, labels } = parts[part]!;
        const best = c.b.op("ArgMax", [logits], { axis: -1, keepdims: 0 });
        const right = c.b.op("Cast", [c.b.op("Equal", [best, labels])], { to: 1 });
        const axes = c.b.ints(labels.shape.map((_, axis) => axis));
        return [
          [lossSum(part), crossEntropy(c, { logits, labels, reduction: "sum" })],
          [correctCount(part), c.b.op("ReduceSum", [right, axes], { keepdims: 0 })],
        ] as const;
      });
      return { inputs, outputs: Object.fromEntries(outputs) };
    },
  });
}
