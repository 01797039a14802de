import type { AnyTensorMap, Graph, RunOptions, Session, Tensor, Value } from "@modelwright/engine";
import type { JointRuns, MemberFeeds } from "./joint-runs.ts";

export interface MemberSessionParts {
  /** The whole graph of the member, as it would stand alone. */
  readonly graph: Graph;
  readonly runs: JointRuns;
  /** Its place among the members. */
  readonly member: number;
  /** The values that the trunk gives. */
  readonly cut: readonly Value[];
  /** What is behind the trunk; undefined where that gives the outputs already. */
  readonly head: Session | undefined;
}

/** The graph of one member, as if it stood alone: the trunk that it shares, and behind it its own head. */
export class MemberSession implements Session {
  readonly #parts: MemberSessionParts;
  readonly onCpu = [];

  constructor(parts: MemberSessionParts) {
    this.#parts = parts;
  }

  get inputs(): readonly Value[] {
    return this.#parts.graph.inputs;
  }

  get outputs(): readonly Value[] {
    return this.#parts.graph.outputs;
  }

  async run(
    feeds: AnyTensorMap,
    fetches?: readonly string[],
    options: RunOptions = {},
  ): Promise<Record<string, Tensor>> {
    const { runs, member, cut, head } = this.#parts;
    const { blocking = false } = options;
    const values = await runs.run(member, feeds as unknown as MemberFeeds, { blocking });
    const named: Record<string, Tensor> = Object.fromEntries(cut.map(({ name }, i) => [name, values[i]!]));
    if (head === undefined) return named;
    const all: AnyTensorMap = { ...feeds, ...named };
    const wanted = Object.fromEntries(head.inputs.map(({ name }) => [name, all[name]!]));
    // It takes some microseconds: less than the way to another thread and back.
    return head.run(wanted, fetches, { ...options, blocking: true });
  }

  runHeld(): never {
    throw new Error("a member of a shared base holds no outputs");
  }

  bind(): never {
    throw new Error("a member of a shared base has no buffers of its own");
  }

  release(): void {
    this.#parts.head?.release();
  }
}
