import { planBatches } from "@modelwright/data";
import type { CpuOperator, Tensor } from "@modelwright/engine";
import { givenParameters } from "@modelwright/models";
import type { Compute } from "../trainer/compute.ts";
import type { Validation } from "../trainer/fit.ts";
import { LiveSession } from "../trainer/live-session.ts";
import {
  buildEvaluationGraph,
  correctCount,
  type LanguageModelObjective,
  lossSum,
} from "./language-model-objective.ts";

const BATCH_SIZE = 32;

/**
 * Judges a language model on its validation rows, without dropout.
 *
 * The loss is the sum of the parts' mean cross-entropies; `perplexity` is e to the power of the main part's. Each part has an accuracy:
 * `accuracy.<part>`. The rows are fed as in pass 0, so masks are the same at each judgement.
 */
export class LanguageModelJudge {
  readonly #objective: LanguageModelObjective;
  readonly #session: LiveSession;

  private constructor(objective: LanguageModelObjective, session: LiveSession) {
    this.#objective = objective;
    this.#session = session;
  }

  /** @param weights Of every parameter; read in place at each judgement. */
  static async create(
    objective: LanguageModelObjective,
    weights: Readonly<Record<string, Tensor>>,
    compute: Compute,
  ): Promise<LanguageModelJudge> {
    const source = givenParameters(new Map(Object.entries(weights)), "weights");
    const { graph } = buildEvaluationGraph(objective, { source, build: { trainable: () => true } });
    return new LanguageModelJudge(objective, await LiveSession.create(graph, weights, compute));
  }

  /** Operators that the execution provider leaves to the CPU. */
  get onCpu(): readonly CpuOperator[] {
    return this.#session.onCpu;
  }

  async measure(): Promise<Validation> {
    const { parts, labels, validation } = this.#objective;
    const sums = parts.map((part) => ({ part, loss: 0, correct: 0, places: 0 }));
    const outputs = parts.flatMap((part) => [lossSum(part), correctCount(part)]);
    const { lengths } = validation;
    for (const { rows } of planBatches({ lengths, batchSize: BATCH_SIZE, seed: 0, epoch: 0, shuffle: false })) {
      const tensors = validation.batch(rows, 0);
      const result = await this.#session.run(tensors, outputs);
      for (const sum of sums) {
        sum.loss += Number(result[lossSum(sum.part)]!.data[0]);
        sum.correct += Number(result[correctCount(sum.part)]!.data[0]);
        sum.places += tensors[labels[sum.part]!]!.data.length;
      }
    }
    const [main] = sums;
    return {
      loss: sums.reduce((total, { loss, places }) => total + loss / places, 0),
      measures: {
        perplexity: Math.exp(main!.loss / main!.places),
        ...Object.fromEntries(sums.map(({ part, correct, places }) => [`accuracy.${part}`, correct / places])),
      },
    };
  }

  release(): void {
    this.#session.release();
  }
}
