import type { CpuOperator, Tensor } from "@modelwright/engine";
import type { BuiltModel } from "@modelwright/models";
import type { Compute } from "../trainer/compute.ts";
import { LiveSession } from "../trainer/live-session.ts";
import { evaluationBatches, type SplitInputs } from "./inputs.ts";

const BATCH_SIZE = 64;

/** Runs a model over whole splits and returns one of its outputs, row by row. */
export class Scorer {
  readonly #session: LiveSession;
  readonly #output: string;

  private constructor(session: LiveSession, output: string) {
    this.#session = session;
    this.#output = output;
  }

  /**
   * @param model A graph with one output of shape [batch, width].
   * @param weights Live parameters, read in place at each run; none for a graph that holds its own.
   */
  static async create(model: BuiltModel, weights: Readonly<Record<string, Tensor>>, compute: Compute): Promise<Scorer> {
    const [output] = model.outputs;
    return new Scorer(await LiveSession.create(model.graph, weights, compute), output!);
  }

  /** Operators that the execution provider leaves to the CPU. */
  get onCpu(): readonly CpuOperator[] {
    return this.#session.onCpu;
  }

  /** @returns float32, row-major [rows, width] in the order of the split. */
  async score(inputs: SplitInputs, onProgress?: (done: number, total: number) => void): Promise<Float32Array> {
    const rows = inputs.lengths.length;
    let scores: Float32Array | undefined;
    let done = 0;
    for (const batch of evaluationBatches(inputs, BATCH_SIZE)) {
      const result = (await this.#session.run(inputs.feeds(batch), [this.#output]))[this.#output]!;
      const width = result.shape[1]!;
      scores ??= new Float32Array(rows * width);
      for (const [i, row] of batch.rows.entries()) {
        scores.set((result.data as Float32Array).subarray(i * width, (i + 1) * width), row * width);
      }
      done += batch.rows.length;
      onProgress?.(done, rows);
    }
    return scores ?? new Float32Array(0);
  }

  release(): void {
    this.#session.release();
  }
}
