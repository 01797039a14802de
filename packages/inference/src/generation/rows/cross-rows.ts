import { type HeldTensor, type Runtime, type Session, type Tensor, tensor, tensorFrom } from "@modelwright/engine";
import { type Scores, scoresAt } from "../../language-models/logits.ts";
import { type Cache, CacheRearranger, type CacheSizes, releaseCache } from "./cache-rows.ts";
import type { TextBeginning, TextReader, TokenRows } from "./token-rows.ts";

const PAST = /^past_key_values\./;
/** Keys and values of the source, which are computed once. */
const OF_SOURCE = /\.encoder\.(key|value)$/;

/** What the decoder keeps of sources, and of what is written. */
interface CrossCache {
  readonly source: Cache;
  readonly target: Cache;
}

/** What there is for each input of the past, by what it is of. */
function parted<T>(byInput: Readonly<Record<string, T>>): Readonly<Record<keyof CrossCache, Record<string, T>>> {
  const [source, target] = [true, false].map((isOfSource) =>
    Object.fromEntries(Object.entries(byInput).filter(([name]) => OF_SOURCE.test(name) === isOfSource)),
  );
  return { source: source!, target: target! };
}

export interface CrossReaderParts {
  /** Takes `input_ids` and `attention_mask` to `last_hidden_state`. */
  readonly encoder: Session;
  /** Goes on from keys and values of the source and of what is written, under the names of Optimum's exports. */
  readonly decoder: Session;
  /** Of the sessions. */
  readonly runtime: Runtime;
}

/**
 * An encoder, which reads each source once, and its decoder. What the decoder keeps of source and target stays where ONNX Runtime makes it.
 */
export class CrossReader implements TextReader {
  /** Of what is kept of sources, and of what is written. */
  readonly rearrangers: Readonly<Record<keyof CrossCache, CacheRearranger>>;
  readonly #encoder: Session;
  readonly #decoder: Session;
  readonly #sizes: Readonly<Record<string, CacheSizes>>;
  /** Of the encoder's vectors. */
  readonly #width: number;

  constructor({ encoder, decoder, runtime }: CrossReaderParts) {
    this.#encoder = encoder;
    this.#decoder = decoder;
    const past = decoder.inputs.filter(({ name }) => PAST.test(name));
    this.#sizes = Object.fromEntries(
      past.map(({ name, shape }) => [name, { heads: Number(shape[1]), width: Number(shape[3]) }]),
    );
    this.#width = Number(decoder.inputs.find(({ name }) => name === "encoder_hidden_states")!.shape[2]);
    const { source, target } = parted(this.#sizes);
    this.rearrangers = {
      source: new CacheRearranger(runtime, source),
      target: new CacheRearranger(runtime, target),
    };
  }

  /** @param beginnings Each with a source, and as many tokens as the others. */
  async begin(beginnings: readonly TextBeginning[], signal?: AbortSignal): Promise<CrossRows> {
    const prompts = beginnings.map(({ tokens }) => tokens);
    const { ids, mask } = padded(beginnings.map(({ source = [] }) => source));
    const options = signal === undefined ? {} : { signal };
    const read = await this.#encoder.runHeld(
      { input_ids: ids, attention_mask: mask },
      { fetches: [], hold: ["last_hidden_state"] },
      options,
    );
    const vectors = read.held.last_hidden_state!;
    try {
      const past = Object.fromEntries(
        Object.entries(this.#sizes).map(([name, { heads, width }]) => [
          name,
          tensorFrom("float32", [prompts.length, heads, 0, width], []),
        ]),
      );
      const run = { ids: prompts, mask, vectors, past, hold: Object.keys(this.#sizes), signal };
      const { scores, cache } = await this.run(run);
      return new CrossRows(this, { mask, cache: parted(cache), sources: [...prompts.keys()], scores });
    } finally {
      vectors.release();
    }
  }

  /** The next tokens of rows of which the source has been read. Keys and values of the source stay as they are. */
  async step(
    ids: readonly (readonly number[])[],
    {
      mask,
      cache,
      signal,
    }: { readonly mask: Tensor; readonly cache: CrossCache; readonly signal: AbortSignal | undefined },
  ): Promise<{ readonly scores: readonly Scores[]; readonly cache: CrossCache }> {
    const vectors = tensorFrom("float32", [ids.length, 0, this.#width], []);
    const { source, target } = cache;
    const run = { ids, mask, vectors, past: { ...source, ...target }, hold: Object.keys(target), signal };
    const next = await this.run(run);
    releaseCache(target);
    return { scores: next.scores, cache: { source, target: next.cache } };
  }

  async run({
    ids,
    mask,
    vectors,
    past,
    hold,
    signal,
  }: {
    readonly ids: readonly (readonly number[])[];
    readonly mask: Tensor;
    readonly vectors: Tensor | HeldTensor;
    readonly past: Readonly<Record<string, Tensor | HeldTensor>>;
    /** Names of what is kept of the presents, as inputs of the next run. */
    readonly hold: readonly string[];
    readonly signal: AbortSignal | undefined;
  }): Promise<{ readonly scores: readonly Scores[]; readonly cache: Cache }> {
    const present = (name: string) => name.replace(PAST, "present.");
    const { tensors, held } = await this.#decoder.runHeld(
      {
        input_ids: tensorFrom("int64", [ids.length, ids[0]!.length], ids.flat()),
        encoder_attention_mask: mask,
        encoder_hidden_states: vectors,
        ...past,
      },
      { fetches: ["logits"], hold: hold.map(present) },
      signal === undefined ? {} : { signal },
    );
    const { data, shape } = tensors.logits!;
    const [rows, positions, size] = shape as [number, number, number];
    const scores = Array.from({ length: rows }, (_, row) => scoresAt(data, (row + 1) * positions - 1, size));
    return { scores, cache: Object.fromEntries(hold.map((name) => [name, held[present(name)]!])) };
  }

  release(): void {
    for (const rearranger of Object.values(this.rearrangers)) rearranger.release();
    this.#encoder.release();
    this.#decoder.release();
  }
}

/** Rows that began together, and so have written as many tokens: the decoder needs no padding. */
interface Group {
  /** Of the sources: int64 `[rows, source]`. */
  readonly mask: Tensor;
  readonly cache: CrossCache;
  /** Which source each row was written from, by its place where they began. */
  readonly sources: readonly number[];
  readonly scores: readonly Scores[];
}

/** Where a row lies. */
interface Place {
  readonly group: number;
  readonly row: number;
}

class CrossRows implements TokenRows {
  readonly #reader: CrossReader;
  #groups: Group[];
  /** Of each row, in the order in which they are asked for. */
  #places: readonly Place[];

  constructor(reader: CrossReader, group: Group) {
    this.#reader = reader;
    this.#groups = [group];
    this.#places = group.scores.map((_, row) => ({ group: 0, row }));
  }

  scores(row: number): Scores {
    const { group, row: at } = this.#places[row]!;
    return this.#groups[group]!.scores[at]!;
  }

  async next(tokens: readonly number[], signal?: AbortSignal): Promise<void> {
    for (const [index, { mask, cache, sources }] of this.#groups.entries()) {
      const ids: number[][] = [];
      for (const [at, place] of this.#places.entries()) if (place.group === index) ids[place.row] = [tokens[at]!];
      this.#groups[index] = { mask, sources, ...(await this.#reader.step(ids, { mask, cache, signal })) };
    }
  }

  async select(rows: readonly number[]): Promise<void> {
    const wanted = rows.map((row) => this.#places[row]!);
    const places = wanted.map((place): Place => ({ ...place }));
    const groups: Group[] = [];
    try {
      for (const [index, group] of this.#groups.entries()) {
        const own = wanted.flatMap((place) => (place.group === index ? [place.row] : []));
        if (own.length === 0) continue;
        let row = 0;
        for (const [at, place] of wanted.entries()) {
          if (place.group === index) places[at] = { group: groups.length, row: row++ };
        }
        groups.push(await this.#selected(group, own));
      }
    } catch (error) {
      this.#releaseOther(groups, this.#groups);
      throw error;
    }
    this.#releaseOther(this.#groups, groups);
    this.#groups = groups;
    this.#places = places;
  }

  /** Rows of a group. Where each is of the same source as the one in its place, as beams are, what is kept of sources stays. */
  async #selected({ mask, cache, sources }: Group, rows: readonly number[]): Promise<Group> {
    const { source, target } = this.#reader.rearrangers;
    const chosen = { rows, from: 0 };
    const next = rows.map((row) => sources[row]!);
    const written = await target.select(cache.target, chosen);
    if (next.join() === sources.join())
      return { mask, cache: { source: cache.source, target: written }, sources, scores: [] };
    try {
      const read = await source.select(cache.source, chosen);
      return { mask: selectRows(mask, rows), cache: { source: read, target: written }, sources: next, scores: [] };
    } catch (error) {
      releaseCache(written);
      throw error;
    }
  }

  /** Frees what groups hold and others do not. */
  #releaseOther(groups: readonly Group[], others: readonly Group[]): void {
    const kept = new Set(others.flatMap(({ cache }) => Object.values(cache)));
    for (const { cache } of groups) for (const part of Object.values(cache)) if (!kept.has(part)) releaseCache(part);
  }

  async join(other: CrossRows): Promise<void> {
    const first = this.#groups.length;
    this.#groups = [...this.#groups, ...other.#groups];
    this.#places = [...this.#places, ...other.#places.map(({ group, row }) => ({ group: first + group, row }))];
    other.#groups = [];
    other.#places = [];
  }

  release(): void {
    this.#releaseOther(this.#groups, []);
    this.#groups = [];
    this.#places = [];
  }
}

/** Sources of unequal lengths, padded behind. */
function padded(sources: readonly (readonly number[])[]): { readonly ids: Tensor; readonly mask: Tensor } {
  const longest = Math.max(1, ...sources.map(({ length }) => length));
  const shape = [sources.length, longest];
  const [ids, mask] = [new BigInt64Array(shape[0]! * longest), new BigInt64Array(shape[0]! * longest)];
  for (const [row, tokens] of sources.entries()) {
    ids.set(BigInt64Array.from(tokens, BigInt), row * longest);
    mask.fill(1n, row * longest, row * longest + tokens.length);
  }
  return { ids: tensor("int64", shape, ids), mask: tensor("int64", shape, mask) };
}

function selectRows({ shape, data }: Tensor, rows: readonly number[]): Tensor {
  const length = shape[1]!;
  const selected = new BigInt64Array(rows.length * length);
  for (const [at, row] of rows.entries()) {
    selected.set((data as BigInt64Array).subarray(row * length, (row + 1) * length), at * length);
  }
  return tensor("int64", [rows.length, length], selected);
}
