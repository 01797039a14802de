import {
  encodeModel,
  GraphBuilder,
  type HeldTensor,
  type Runtime,
  type Session,
  type Tensor,
  tensorFrom,
} from "@modelwright/engine";

/** Keys and values of rows, by the name of the input that takes them: `[rows, heads, positions, width]` each. */
export type Cache = Readonly<Record<string, HeldTensor>>;

/** Positions of a cache, padding and room for more included. */
export function positionsOf(cache: Cache): number {
  return Object.values(cache)[0]!.shape[2]!;
}

/** The sizes of one of its tensors that do not change. */
export interface CacheSizes {
  readonly heads: number;
  readonly width: number;
}

export function releaseCache(cache: Cache): void {
  for (const tensor of Object.values(cache)) tensor.release();
}

/**
 * Rearranges rows of caches where ONNX Runtime holds them. The graphs are made when they are first needed. Lengths have a name for each
 * tensor: where two have one, ONNX Runtime takes them for equal, and the memory of one for the other.
 */
export class CacheRearranger {
  readonly #runtime: Runtime;
  readonly #sizes: Readonly<Record<string, CacheSizes>>;
  #selecting: Promise<Session> | undefined;
  #joining: Promise<Session> | undefined;
  #growing: Promise<Session> | undefined;

  constructor(runtime: Runtime, sizes: Readonly<Record<string, CacheSizes>>) {
    this.#runtime = runtime;
    this.#sizes = sizes;
  }

  /** A cache of these rows, without its first positions. The one that is given stays as it is. */
  async select(
    cache: Cache,
    { rows, from }: { readonly rows: readonly number[]; readonly from: number },
  ): Promise<Cache> {
    this.#selecting ??= this.#open("select_rows", (b, sizes) => {
      const wanted = b.input("rows", "int64", ["selected"]);
      const first = b.input("from", "int64", [1]);
      for (const [name, { heads, width }] of sizes) {
        const x = b.input(name, "float32", ["rows", heads, `positions of ${name}`, width]);
        const end = b.ints([Number.MAX_SAFE_INTEGER]);
        b.output(b.op("Slice", [b.op("Gather", [x, wanted], { axis: 0 }), first, end, b.ints([2])]), `${name}.next`);
      }
    });
    const given = { rows: tensorFrom("int64", [rows.length], rows), from: tensorFrom("int64", [1], [from]) };
    return this.#run(await this.#selecting, { ...given, ...cache });
  }

  /**
   * A cache of all rows of both; the one with fewer positions is padded in front. Those that are given stay as they are.
   *
   * @param columns Positions that are held of each; behind them is room, which is left out.
   */
  async join(first: Cache, second: Cache, columns: readonly [number, number]): Promise<Cache> {
    this.#joining ??= this.#open("join_rows", (b, sizes) => {
      const pads = [b.input("first.pads", "int64", [8]), b.input("second.pads", "int64", [8])];
      for (const [name, { heads, width }] of sizes) {
        const padded = ["first", "second"].map((part, i) => {
          const x = b.input(`${part}.${name}`, "float32", [
            `${part} rows`,
            heads,
            `${part} positions of ${name}`,
            width,
          ]);
          return b.op("Pad", [x, pads[i]!]);
        });
        b.output(b.op("Concat", padded, { axis: 0 }), `${name}.next`);
      }
    });
    const most = Math.max(...columns);
    return this.#run(await this.#joining, {
      "first.pads": pads(most - columns[0], columns[0] - positionsOf(first)),
      "second.pads": pads(most - columns[1], columns[1] - positionsOf(second)),
      ...prefixed("first", first),
      ...prefixed("second", second),
    });
  }

  /** A cache with room for this many positions. The one that is given stays as it is. */
  async grow(cache: Cache, positions: number): Promise<Cache> {
    this.#growing ??= this.#open("grow_rows", (b, sizes) => {
      const added = b.input("pads", "int64", [8]);
      for (const [name, { heads, width }] of sizes) {
        const x = b.input(name, "float32", ["rows", heads, `positions of ${name}`, width]);
        b.output(b.op("Pad", [x, added]), `${name}.next`);
      }
    });
    return this.#run(await this.#growing, { pads: pads(0, positions - positionsOf(cache)), ...cache });
  }

  release(): void {
    for (const session of [this.#selecting, this.#joining, this.#growing])
      void session?.then((opened) => opened.release());
  }

  async #run(session: Session, feeds: Parameters<Session["runHeld"]>[0]): Promise<Cache> {
    const names = Object.keys(this.#sizes);
    const { held } = await session.runHeld(feeds, { fetches: [], hold: names.map((name) => `${name}.next`) });
    return Object.fromEntries(names.map((name) => [name, held[`${name}.next`]!]));
  }

  #open(name: string, body: (b: GraphBuilder, sizes: [string, CacheSizes][]) => void): Promise<Session> {
    const b = new GraphBuilder({ name });
    body(b, Object.entries(this.#sizes));
    return this.#runtime.createSession(encodeModel(b.build()), { threads: 1 });
  }
}

/** Pads of the third axis; below 0 they cut. */
function pads(front: number, back: number): Tensor {
  return tensorFrom("int64", [8], [0, 0, front, 0, 0, 0, back, 0]);
}

function prefixed(part: string, cache: Cache): Cache {
  return Object.fromEntries(Object.entries(cache).map(([name, tensor]) => [`${part}.${name}`, tensor]));
}
