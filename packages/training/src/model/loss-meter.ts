import { planBatches } from "@modelwright/data";
import { type CpuOperator, type Tensor, tensorFrom } from "@modelwright/engine";
import { buildLoss, givenParameters, LOSS_OUTPUT, LOSS_SCALE_INPUT, type ModelDefinition } from "@modelwright/models";
import type { Compute } from "../trainer/compute.ts";
import { LiveSession } from "../trainer/live-session.ts";
import type { CheckedDataset } from "./tensor-dataset.ts";

const BATCH_SIZE = 64;

/** Measures a model's mean loss over whole datasets, without dropout. */
export class LossMeter {
  readonly #session: LiveSession;

  private constructor(session: LiveSession) {
    this.#session = session;
  }

  /** @param weights Of every parameter and buffer; read in place at each run. */
  static async create(
    definition: ModelDefinition,
    weights: Readonly<Record<string, Tensor>>,
    compute: Compute,
  ): Promise<LossMeter> {
    const { graph } = buildLoss(definition, {
      source: givenParameters(new Map(Object.entries(weights)), "weights"),
      build: { trainable: () => true },
    });
    return new LossMeter(await LiveSession.create(graph, weights, compute));
  }

  /** Operators that the execution provider leaves to the CPU. */
  get onCpu(): readonly CpuOperator[] {
    return this.#session.onCpu;
  }

  /** The mean loss over all rows, however they fall into batches. */
  async measure(dataset: CheckedDataset): Promise<number> {
    let sum = 0;
    let total = 0;
    for (const { rows } of planBatches({
      lengths: dataset.lengths,
      batchSize: BATCH_SIZE,
      seed: 0,
      epoch: 0,
      shuffle: false,
    })) {
      const feeds = { ...dataset.batch(rows), [LOSS_SCALE_INPUT]: tensorFrom("float32", [], [1]) };
      const loss = (await this.#session.run(feeds, [LOSS_OUTPUT]))[LOSS_OUTPUT]!;
      const weight = dataset.weight(rows);
      sum += Number(loss.data[0]) * weight;
      total += weight;
    }
    return sum / total;
  }

  release(): void {
    this.#session.release();
  }
}
