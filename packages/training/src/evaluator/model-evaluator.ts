import type { CpuOperator, Tensor } from "@modelwright/engine";
import { type BuiltEvaluation, buildEvaluation, givenParameters, type LowRankAdapters } from "@modelwright/models";
import type { DefinitionOf, Outputs } from "../model/outputs.ts";
import { type BatchWeight, type CheckedDataset, partWeight } from "../model/tensor-dataset.ts";
import type { Compute } from "../trainer/compute.ts";
import type { Validation } from "../trainer/fit-state.ts";
import { Evaluator } from "./evaluator.ts";

/** What a model gives for a whole dataset, without dropout. */
export interface EvaluatedData {
  /** The sum of the means of all parts of the loss. */
  readonly loss: number;
  /** Each part of the loss over all its places; the part of a loss without parts is `loss`. */
  readonly parts: Readonly<Record<string, { readonly sum: number; readonly weight: number }>>;
  /** The definition's `sums` over all rows. */
  readonly sums: Readonly<Record<string, number>>;
  /** The outputs that were asked for, row by row in the order of the dataset. */
  readonly outputs: Readonly<Record<string, Tensor>>;
}

/** What is measured of validation rows. */
export interface Evaluation<Output extends string = string> {
  /** Outputs of `forward` to fetch, a row of each for each row of the dataset. Default: none. */
  readonly outputs?: readonly Output[];
  /** Makes the measures; `loss` is what the schedule `plateau` looks at. */
  readonly measure: (data: EvaluatedData) => Validation | Promise<Validation>;
  /** Rows of a batch. Default 64. */
  readonly batchSize?: number;
}

/** The loss alone: the evaluation where none is given. */
export const MEAN_LOSS: Evaluation<never> = { measure: ({ loss }) => ({ loss, measures: {} }) };

/** Evaluates a definition with weights as they are at each moment. */
export class ModelEvaluator {
  readonly #evaluator: Evaluator;
  readonly #built: BuiltEvaluation;
  readonly #evaluation: Evaluation;

  private constructor(evaluator: Evaluator, built: BuiltEvaluation, evaluation: Evaluation) {
    this.#evaluator = evaluator;
    this.#built = built;
    this.#evaluation = evaluation;
  }

  /**
   * @param options.weights Every parameter and buffer.
   * @param options.isLive Which of them are read in place at each evaluation; the others enter the graph as they are now.
   * @param options.adapters Those beside the weights. Default: none.
   */
  static async create<Out extends Outputs>(
    definition: DefinitionOf<Out>,
    options: {
      readonly weights: Readonly<Record<string, Tensor>>;
      readonly isLive: (name: string) => boolean;
      readonly evaluation: Evaluation<keyof Out & string>;
      readonly compute: Compute;
      readonly adapters?: LowRankAdapters | undefined;
    },
  ): Promise<ModelEvaluator> {
    const { weights, isLive, evaluation, compute, adapters } = options;
    const source = givenParameters(new Map(Object.entries(weights)), "weights");
    const { outputs = [] } = evaluation;
    const built = buildEvaluation(definition, { source, build: { trainable: isLive, adapters }, outputs });
    const live = Object.fromEntries(Object.entries(weights).filter(([name]) => isLive(name)));
    return new ModelEvaluator(await Evaluator.create(built.graph, live, compute), built, evaluation);
  }

  /** Operators that the execution provider leaves to the CPU. */
  get onCpu(): readonly CpuOperator[] {
    return this.#evaluator.onCpu;
  }

  /** A loss that is not finite is all there is to say of rows: what has diverged has no measures. */
  async measure(dataset: CheckedDataset): Promise<Validation> {
    const evaluated = await this.evaluate(dataset);
    const { loss } = evaluated;
    return Number.isFinite(loss) ? this.#evaluation.measure(evaluated) : { loss, measures: {} };
  }

  async evaluate(dataset: CheckedDataset): Promise<EvaluatedData> {
    const { parts, sums } = this.#built;
    const weightOf = (part: string) => (weight: BatchWeight) => partWeight(weight, part, dataset.where);
    const fetched = await this.#evaluator.fetch(dataset, {
      rows: this.#evaluation.outputs ?? [],
      sums: [
        ...parts.map(({ name, reduction, tensor: output }) => {
          return reduction === "mean" ? { output, factor: weightOf(name) } : { output };
        }),
        ...Object.values(sums).map((output) => ({ output })),
      ],
      batchSize: this.#evaluation.batchSize,
    });
    const totals = parts.map(({ name, tensor }) => {
      const weight = fetched.weights.map(weightOf(name)).reduce((total, batch) => total + batch, 0);
      return [name, { sum: fetched.sums[tensor]!, weight }] as const;
    });
    return {
      loss: totals.reduce((total, [, { sum, weight }]) => total + sum / weight, 0),
      parts: Object.fromEntries(totals),
      sums: Object.fromEntries(Object.entries(sums).map(([name, output]) => [name, fetched.sums[output]!])),
      outputs: fetched.rows,
    };
  }

  release(): void {
    this.#evaluator.release();
  }
}
