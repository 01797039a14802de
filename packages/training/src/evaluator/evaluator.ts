import { ModelwrightError } from "@modelwright/contracts";
import { planBatches } from "@modelwright/data";
import { type CpuOperator, DTYPES, type Graph, showShape, type Tensor } from "@modelwright/engine";
import type { TensorSpecs } from "@modelwright/models";
import { type BatchWeight, type CheckedDataset, checkDataset, type TensorDataset } from "../model/tensor-dataset.ts";
import type { Compute } from "../trainer/compute.ts";
import { LiveSession } from "./live-session.ts";

/** Which outputs are fetched, and how they are put together over the batches. */
export interface Fetch {
  /** Outputs with a row for each row: they come in the order of the dataset. */
  readonly rows?: readonly string[];
  /** Scalars that are added up, each multiplied by what `factor` makes of its batch's weight. Default factor: 1. */
  readonly sums?: readonly { readonly output: string; readonly factor?: (weight: BatchWeight) => number }[];
  /** Rows of a batch. Default 64. */
  readonly batchSize?: number | undefined;
  /** Told after each batch. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface Fetched {
  readonly rows: Readonly<Record<string, Tensor>>;
  readonly sums: Readonly<Record<string, number>>;
  /** Of all batches. */
  readonly weights: readonly BatchWeight[];
}

/** Runs a graph over whole datasets, batch by batch, with the weights as they are at that moment. */
export class Evaluator {
  readonly #session: LiveSession;
  readonly #inputs: TensorSpecs;

  private constructor(session: LiveSession, inputs: TensorSpecs) {
    this.#session = session;
    this.#inputs = inputs;
  }

  /** @param weights Of every parameter and buffer that is an input; read in place at each run. None for a graph that holds its own. */
  static async create(graph: Graph, weights: Readonly<Record<string, Tensor>>, compute: Compute): Promise<Evaluator> {
    const inputs = graph.inputs.filter(({ name }) => !(name in weights));
    const specs = Object.fromEntries(inputs.map((input) => [input.name, input]));
    return new Evaluator(await LiveSession.create(graph, weights, compute), specs);
  }

  /** Operators that the execution provider leaves to the CPU. */
  get onCpu(): readonly CpuOperator[] {
    return this.#session.onCpu;
  }

  /**
   * A dataset for the graph's own inputs; of what else it has nothing is read.
   *
   * @param where Named in messages.
   * @throws {ModelwrightError} `TRAINING_TENSOR_MISMATCH`.
   */
  check(dataset: TensorDataset, where: string): CheckedDataset {
    return checkDataset(dataset, this.#inputs, where);
  }

  /**
   * Runs every row once, as it is fed in pass 0.
   *
   * @throws {ModelwrightError} `TRAINING_TENSOR_MISMATCH` for an output whose rows differ in size from batch to batch.
   */
  async fetch(dataset: CheckedDataset, { rows = [], sums = [], batchSize = 64, onProgress }: Fetch): Promise<Fetched> {
    const outputs = [...rows, ...sums.map(({ output }) => output)];
    const collected = rows.map((output) => new CollectedRows(output, dataset));
    const totals = sums.map(() => 0);
    const weights: BatchWeight[] = [];
    let done = 0;
    // Shortest first, so that little is padding.
    for (const batch of planBatches({ lengths: dataset.lengths, batchSize, seed: 0, epoch: 0, shuffle: false })) {
      const { tensors, weight } = dataset.batch(batch.rows, 0);
      const results = await this.#session.run(tensors, outputs);
      for (const part of collected) part.take(results[part.output]!, batch.rows);
      for (const [i, { output, factor = () => 1 }] of sums.entries())
        totals[i]! += Number(results[output]!.data[0]) * factor(weight);
      weights.push(weight);
      done += batch.rows.length;
      onProgress?.(done, dataset.rows);
    }
    return {
      rows: Object.fromEntries(collected.map((part) => [part.output, part.tensor])),
      sums: Object.fromEntries(sums.map(({ output }, i) => [output, totals[i]!])),
      weights,
    };
  }

  release(): void {
    this.#session.release();
  }
}

/** The rows of one output, put where they belong. */
class CollectedRows {
  readonly output: string;
  readonly #dataset: CheckedDataset;
  #first: Tensor | undefined;
  #bytes = new Uint8Array();

  constructor(output: string, dataset: CheckedDataset) {
    this.output = output;
    this.#dataset = dataset;
  }

  get tensor(): Tensor {
    const { dtype, shape } = this.#first!;
    const data = new DTYPES[dtype].array(this.#bytes.buffer);
    return { dtype, shape: [this.#dataset.rows, ...shape.slice(1)], data };
  }

  take(result: Tensor, rows: Int32Array): void {
    this.#first ??= result;
    const [count, ...own] = result.shape;
    const expected = showShape(this.#first.shape.slice(1));
    if (count !== rows.length || showShape(own) !== expected) {
      throw new ModelwrightError("TRAINING_TENSOR_MISMATCH", {
        where: `${this.#dataset.where}: the output "${this.output}"`,
        rule: `it has a row of ${expected} for each of the ${rows.length} rows of a batch`,
        got: showShape(result.shape),
      });
    }
    const { buffer, byteOffset, byteLength } = result.data;
    const size = byteLength / rows.length;
    if (this.#bytes.length === 0) this.#bytes = new Uint8Array(size * this.#dataset.rows);
    for (const [i, row] of rows.entries())
      this.#bytes.set(new Uint8Array(buffer, byteOffset + i * size, size), row * size);
  }
}
