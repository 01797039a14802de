import {
  type BoundRun,
  type CpuOperator,
  createGraphSession,
  differentiate,
  gradientName,
  optimize,
  type ParameterArena,
  type Runtime,
  type Session,
  type SessionOptions,
  selectBeforeRows,
  type Tensor,
} from "@modelwright/engine";
import type { BufferMemory } from "./buffer-memory.ts";
import { RowGradient } from "./row-gradient.ts";
import type { TrainingProgram } from "./training-program.ts";

export interface BackwardPassOptions {
  readonly runtime: Runtime;
  readonly session: SessionOptions;
  readonly arena: ParameterArena;
  readonly buffers: BufferMemory;
  /** Parameters that have a gradient; those of the others are left as they are. */
  readonly trained: readonly string[];
}

/** The differentiated graph of a program, bound to the weights and gradients of an arena. */
export class BackwardPass {
  readonly #session: Session;
  readonly #bound: BoundRun;
  readonly #rowGradients: readonly RowGradient[];

  private constructor(session: Session, bound: BoundRun, rowGradients: readonly RowGradient[]) {
    this.#session = session;
    this.#bound = bound;
    this.#rowGradients = rowGradients;
  }

  static async create(program: TrainingProgram, options: BackwardPassOptions): Promise<BackwardPass> {
    const { runtime, arena, buffers, trained } = options;
    const { loss, recompute = [], detached = [] } = program;
    const forward = selectBeforeRows(program.graph);
    const graph = optimize(differentiate(forward, { loss, parameters: trained, byRows: true, recompute, detached }));
    const session = await createGraphSession(runtime, graph, options.session);
    const given = new Set(graph.outputs.map((output) => output.name));
    const isDense = (name: string) => given.has(gradientName(name));
    const rowGradients = trained
      .filter((name) => !isDense(name))
      .map((name) => new RowGradient(name, arena.gradient(name)));
    const gradients = trained.filter(isDense).map((name) => [gradientName(name), arena.gradient(name)]);
    const read = new Set(graph.inputs.map((input) => input.name));
    const weights = arena.names.filter((name) => read.has(name)).map((name) => [name, arena.weight(name)]);
    const bound = session.bind({
      inputs: { ...Object.fromEntries(weights), ...buffers.inputs },
      outputs: { ...Object.fromEntries(gradients), ...buffers.outputs },
    });
    return new BackwardPass(session, bound, rowGradients);
  }

  /** Operators that the execution provider leaves to the CPU. */
  get onCpu(): readonly CpuOperator[] {
    return this.#session.onCpu;
  }

  /**
   * Writes the gradients of one batch into the arena.
   *
   * @returns The value of an output.
   */
  async run(feeds: Readonly<Record<string, Tensor>>, output: string): Promise<Tensor> {
    const fetches = [output, ...this.#rowGradients.flatMap(({ outputs }) => outputs)];
    const result = await this.#bound.run(feeds, fetches);
    for (const gradient of this.#rowGradients) gradient.set(result);
    return result[output]!;
  }

  release(): void {
    this.#bound.release();
    this.#session.release();
  }
}
