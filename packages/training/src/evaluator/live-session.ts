import {
  type BoundRun,
  type CpuOperator,
  createGraphSession,
  type Graph,
  type Session,
  type Tensor,
} from "@modelwright/engine";
import type { Compute } from "../trainer/compute.ts";

/** A graph that runs on weights as they are at each moment: it evaluates what a training session has made so far. */
export class LiveSession {
  readonly #session: Session;
  readonly #bound: BoundRun;

  private constructor(session: Session, bound: BoundRun) {
    this.#session = session;
    this.#bound = bound;
  }

  /**
   * @param weights Of every parameter and buffer that is an input of the graph; read in place at each run.
   * @param options.threads Default: the machine's cores.
   * @param options.executionProvider Default "cpu".
   */
  static async create(
    graph: Graph,
    weights: Readonly<Record<string, Tensor>>,
    { runtime, threads, executionProvider }: Compute,
  ): Promise<LiveSession> {
    const session = await createGraphSession(runtime, graph, { threads, executionProvider });
    return new LiveSession(session, session.bind({ inputs: weights, outputs: {} }));
  }

  /** Operators that the execution provider leaves to the CPU, with copies there and back. */
  get onCpu(): readonly CpuOperator[] {
    return this.#session.onCpu;
  }

  /** The named outputs for the other inputs. */
  run(feeds: Readonly<Record<string, Tensor>>, outputs: readonly string[]): Promise<Record<string, Tensor>> {
    return this.#bound.run(feeds, outputs);
  }

  release(): void {
    this.#bound.release();
    this.#session.release();
  }
}
