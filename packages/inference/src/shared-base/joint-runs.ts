import { type Session, type Tensor, tensor, type Value } from "@modelwright/engine";
import { planRuns } from "../texts/plan-runs.ts";
import { ADAPTER_INPUT } from "./shared-trunk.ts";

/** What a member gives to the trunk: ids and mask, int64 `[texts, sequence]`. */
export interface MemberFeeds {
  readonly input_ids: Tensor<"int64">;
  readonly attention_mask: Tensor<"int64">;
}

export interface RunControl {
  readonly blocking: boolean;
}

interface Call extends RunControl {
  readonly member: number;
  readonly feeds: MemberFeeds;
  readonly resolve: (values: readonly Tensor<"float32">[]) => void;
  readonly reject: (error: unknown) => void;
}

/** One row of a call. */
interface Row {
  readonly call: Call;
  readonly row: number;
  readonly length: number;
}

/**
 * Runs of one trunk for several members: what members ask for at the same time goes through it together.
 *
 * While works run `together`, a call waits until every other work has called too or is done.
 */
export class JointRuns {
  readonly #session: Session;
  readonly #cut: readonly Value[];
  readonly #limits: { readonly padId: number; readonly maxRows: number; readonly maxLength: number };
  #working = 0;
  #calls: Call[] = [];

  constructor(options: {
    readonly session: Session;
    /** What the trunk gives. */
    readonly cut: readonly Value[];
    readonly padId: number;
    readonly maxRows: number;
    readonly maxLength: number;
  }) {
    const { session, cut, ...limits } = options;
    this.#session = session;
    this.#cut = cut;
    this.#limits = limits;
  }

  /**
   * Does works whose calls go through the trunk together; one set of works at a time. One that fails leaves the others as they are, and all
   * are over when this settles.
   */
  together<T>(works: readonly (() => Promise<T>)[]): Promise<PromiseSettledResult<T>[]> {
    this.#working = works.length;
    return Promise.allSettled(
      works.map((work) =>
        work().finally(() => {
          this.#working -= 1;
          this.#runWhenComplete();
        }),
      ),
    );
  }

  /** The values at the cut for texts of one member, padded as its feeds are. */
  run(member: number, feeds: MemberFeeds, control: RunControl): Promise<readonly Tensor<"float32">[]> {
    return new Promise((resolve, reject) => {
      this.#calls.push({ member, feeds, ...control, resolve, reject });
      this.#runWhenComplete();
    });
  }

  release(): void {
    this.#session.release();
  }

  #runWhenComplete(): void {
    if (this.#calls.length === 0 || this.#calls.length < this.#working) return;
    const calls = this.#calls;
    this.#calls = [];
    void this.#runCalls(calls);
  }

  async #runCalls(calls: readonly Call[]): Promise<void> {
    try {
      const results = await this.#runRows(calls);
      for (const call of calls) call.resolve(results.get(call)!);
    } catch (error) {
      // What one member asks for may be what fails: alone, the others are answered.
      if (calls.length > 1) for (const call of calls) await this.#runCalls([call]);
      else for (const call of calls) call.reject(error);
    }
  }

  async #runRows(calls: readonly Call[]): Promise<ReadonlyMap<Call, readonly Tensor<"float32">[]>> {
    const results = new Map(calls.map((call) => [call, this.#cut.map((value) => emptyOf(value, call.feeds))]));
    const rows = calls.flatMap((call) => rowsOf(call));
    const { padId, ...limits } = this.#limits;
    const blocking = rows.length === 1 && calls.every((call) => call.blocking);
    for (const run of planRuns(
      rows.map(({ length }) => length),
      limits,
    )) {
      const chosen = Array.from(run.rows, (row) => rows[row]!);
      const feeds = feedsOf(chosen, run.length, padId);
      const values = await this.#session.run(feeds, undefined, { blocking });
      for (const [i, { name }] of this.#cut.entries())
        for (const [at, { call, row }] of chosen.entries())
          copyRow(values[name] as Tensor<"float32">, at, results.get(call)![i]!, row);
    }
    return results;
  }
}

function rowsOf(call: Call): Row[] {
  const { shape, data } = call.feeds.attention_mask;
  const [count, width] = shape as [number, number];
  return Array.from({ length: count }, (_, row) => {
    const mask = data.subarray(row * width, (row + 1) * width);
    const padding = mask.indexOf(0n);
    return { call, row, length: padding < 0 ? width : padding };
  });
}

function feedsOf(rows: readonly Row[], length: number, padId: number) {
  const ids = new BigInt64Array(rows.length * length).fill(BigInt(padId));
  const mask = new BigInt64Array(rows.length * length);
  for (const [at, { call, row, length: own }] of rows.entries()) {
    const { input_ids, attention_mask } = call.feeds;
    const from = row * input_ids.shape[1]!;
    ids.set(input_ids.data.subarray(from, from + own), at * length);
    mask.set(attention_mask.data.subarray(from, from + own), at * length);
  }
  const shape = [rows.length, length];
  return {
    input_ids: tensor("int64", shape, ids),
    attention_mask: tensor("int64", shape, mask),
    [ADAPTER_INPUT]: tensor(
      "int64",
      [rows.length],
      BigInt64Array.from(rows, ({ call }) => BigInt(call.member)),
    ),
  };
}

/** A value for the texts of a call: its sizes are those of the texts and of what the graph fixes. */
function emptyOf({ shape }: Value, { input_ids: { shape: read } }: MemberFeeds): Tensor<"float32"> {
  const sizes = shape.map((size, axis) => (typeof size === "number" ? size : read[axis]!));
  const count = sizes.reduce((product, size) => product * size, 1);
  return tensor("float32", sizes, new Float32Array(count));
}

/** Copies the row of a text; where it was padded to another length, as far as both reach. */
function copyRow(from: Tensor<"float32">, fromRow: number, to: Tensor<"float32">, toRow: number): void {
  const [fromSize, toSize] = [from, to].map(({ shape, data }) => data.length / shape[0]!) as [number, number];
  const source = from.data.subarray(fromRow * fromSize, fromRow * fromSize + Math.min(fromSize, toSize));
  to.data.set(source, toRow * toSize);
}
