import {
  type HeldTensor,
  ROOM,
  type Runtime,
  type Session,
  type Tensor,
  tensor,
  tensorFrom,
} from "@modelwright/engine";
import { type Scores, scoresAt } from "../../language-models/logits.ts";
import { type Cache, CacheRearranger, type CacheSizes, positionsOf, releaseCache } from "./cache-rows.ts";
import { roomMade, type TextBeginning, type TokenReader, type TokenRows } from "./token-rows.ts";

const PAST = /^past_key_values\./;
/** By how many positions a buffer grows: a copy of it is then made for every so many tokens. */
const BLOCK = 64;

/** Whether a graph takes keys and values of the past, under the names of Optimum's exports. */
export function hasCache(session: Session): boolean {
  return session.inputs.some(({ name }) => PAST.test(name));
}

/** A run of the graph, as `CachedRows` asks for it. */
interface CachedRun {
  /** Of each row: of equal lengths, padded in front. */
  readonly ids: readonly (readonly number[])[];
  /** Tokens of each row, read ones and new ones, without padding. */
  readonly lengths: readonly number[];
  /** Columns of the batch, read ones and new ones, with padding. */
  readonly columns: number;
  readonly past: Cache | undefined;
  readonly signal: AbortSignal | undefined;
  /** How many last positions get logits; 0 for all. */
  readonly logitsToKeep: number;
}

/** A graph that goes on from keys and values of what it has read. They stay where ONNX Runtime makes them. */
export class CachedReader implements TokenReader {
  readonly maxLength: number;
  readonly rearranger: CacheRearranger;
  /** Whether its caches are buffers with room behind what they hold, see `attendInPlace`. */
  readonly hasRoom: boolean;
  readonly #session: Session;
  readonly #sizes: Readonly<Record<string, CacheSizes>>;
  readonly #inputs: ReadonlySet<string>;

  constructor(session: Session, { maxLength, runtime }: { readonly maxLength: number; readonly runtime: Runtime }) {
    this.#session = session;
    this.maxLength = maxLength;
    this.#inputs = new Set(session.inputs.map(({ name }) => name));
    this.hasRoom = session.inputs.some(({ name, shape }) => PAST.test(name) && shape[2] === ROOM);
    this.#sizes = Object.fromEntries(
      session.inputs
        .filter(({ name }) => PAST.test(name))
        .map(({ name, shape }) => [name, { heads: Number(shape[1]), width: Number(shape[3]) }]),
    );
    this.rearranger = new CacheRearranger(runtime, this.#sizes);
  }

  async begin(beginnings: readonly TextBeginning[], signal?: AbortSignal): Promise<CachedRows> {
    const rows = new CachedRows(this);
    await rows.read(
      beginnings.map(({ tokens }) => tokens.slice(-this.maxLength)),
      signal,
    );
    return rows;
  }

  async scoreAll(rows: readonly ArrayLike<number>[]): Promise<(row: number, at: number) => Scores> {
    const columns = Math.max(...rows.map(({ length }) => length));
    const { logits, cache } = await this.#run({
      ids: rows.map((row) => padded(Array.from(row), columns)),
      lengths: rows.map(({ length }) => length),
      columns,
      past: undefined,
      signal: undefined,
      logitsToKeep: 0,
    });
    releaseCache(cache);
    const size = logits.shape.at(-1)!;
    return (row, at) => scoresAt(logits.data, (row + 1) * columns - rows[row]!.length + at, size);
  }

  /** Scores behind the last token of each row. The past stays as it is; where it has room, it is the cache that is given too. */
  async run(asked: Omit<CachedRun, "logitsToKeep">): Promise<{ scores: readonly Scores[]; cache: Cache }> {
    const { logits, cache } = await this.#run({ ...asked, logitsToKeep: 1 });
    const [rows, positions, size] = logits.shape as [number, number, number];
    const scores = Array.from({ length: rows }, (_, row) => scoresAt(logits.data, (row + 1) * positions - 1, size));
    return { scores, cache };
  }

  async #run({
    ids,
    lengths,
    columns,
    past,
    signal,
    logitsToKeep,
  }: CachedRun): Promise<{ logits: Tensor; cache: Cache }> {
    const rows = ids.length;
    const added = ids[0]!.length;
    const mask = new BigInt64Array(rows * columns);
    const positions = new BigInt64Array(rows * added);
    for (const [row, length] of lengths.entries()) {
      mask.fill(1n, (row + 1) * columns - length, (row + 1) * columns);
      for (let i = 0; i < added; i++) positions[row * added + i] = BigInt(Math.max(0, length - added + i));
    }
    const optional: Readonly<Record<string, Tensor>> = {
      position_ids: tensor("int64", [rows, added], positions),
      num_logits_to_keep: tensorFrom("int64", [], [logitsToKeep]),
    };
    const feeds: Record<string, Tensor | HeldTensor> = {
      input_ids: tensor("int64", [rows, added], BigInt64Array.from(ids.flat(), BigInt)),
      attention_mask: tensor("int64", [rows, columns], mask),
      ...Object.fromEntries(Object.entries(optional).filter(([name]) => this.#inputs.has(name))),
      ...(past ?? this.#emptyPast(rows, logitsToKeep === 0 ? 0 : columns)),
    };
    const names = Object.keys(this.#sizes);
    const present = (name: string) => name.replace(PAST, "present.");
    const options = signal === undefined ? {} : { signal };
    if (this.hasRoom && past !== undefined) {
      const over = Object.fromEntries(names.map((name) => [present(name), past[name]!]));
      const { tensors } = await this.#session.runHeld(feeds, { fetches: ["logits"], hold: [], over }, options);
      return { logits: tensors.logits!, cache: past };
    }
    const wanted = { fetches: ["logits"], hold: names.map(present) };
    const { tensors, held } = await this.#session.runHeld(feeds, wanted, options);
    return {
      logits: tensors.logits!,
      cache: Object.fromEntries(names.map((name) => [name, held[present(name)]!])),
    };
  }

  release(): void {
    this.rearranger.release();
    this.#session.release();
  }

  /** @param columns What is read; where a cache has room, there is some behind that. */
  #emptyPast(rows: number, columns: number): Readonly<Record<string, Tensor>> {
    const room = this.hasRoom && columns > 0 ? roomFor(columns + 1) : 0;
    return Object.fromEntries(
      Object.entries(this.#sizes).map(([name, { heads, width }]) => [
        name,
        tensor("float32", [rows, heads, room, width], new Float32Array(rows * heads * room * width)),
      ]),
    );
  }
}

/** Positions of a buffer that holds so many. */
function roomFor(columns: number): number {
  return Math.ceil(columns / BLOCK) * BLOCK;
}

/** A row with padding in front of it. */
function padded(row: readonly number[], columns: number): readonly number[] {
  return [...Array<number>(columns - row.length).fill(0), ...row];
}

class CachedRows implements TokenRows {
  readonly #reader: CachedReader;
  /** What the cache holds of each row. */
  #tokens: readonly (readonly number[])[] = [];
  /** Of the cache, padding in front of shorter rows included. */
  #columns = 0;
  #cache: Cache | undefined;
  #scores: readonly Scores[] = [];

  constructor(reader: CachedReader) {
    this.#reader = reader;
  }

  /** Reads rows from their beginning, instead of what was there. */
  async read(rows: readonly (readonly number[])[], signal: AbortSignal | undefined): Promise<void> {
    this.release();
    const columns = Math.max(...rows.map(({ length }) => length));
    const { scores, cache } = await this.#reader.run({
      ids: rows.map((row) => padded(row, columns)),
      lengths: rows.map(({ length }) => length),
      columns,
      past: undefined,
      signal,
    });
    this.#tokens = rows;
    this.#columns = columns;
    this.#cache = cache;
    this.#scores = scores;
  }

  scores(row: number): Scores {
    return this.#scores[row]!;
  }

  async next(tokens: readonly number[], signal?: AbortSignal): Promise<void> {
    const { maxLength } = this.#reader;
    const grown = this.#tokens.map((row, at) => [...roomMade(row, maxLength), tokens[at]!]);
    if (this.#tokens.some(({ length }) => length >= maxLength)) return this.read(grown, signal);
    if (this.#reader.hasRoom && this.#columns === positionsOf(this.#cache!))
      this.#replace(await this.#reader.rearranger.grow(this.#cache!, roomFor(this.#columns + 1)));
    const past = this.#cache!;
    const { scores, cache } = await this.#reader.run({
      ids: tokens.map((token) => [token]),
      lengths: grown.map(({ length }) => length),
      columns: this.#columns + 1,
      past,
      signal,
    });
    if (cache !== past) this.#replace(cache);
    this.#tokens = grown;
    this.#columns++;
    this.#scores = scores;
  }

  async select(rows: readonly number[]): Promise<void> {
    const tokens = rows.map((row) => this.#tokens[row]!);
    const columns = Math.max(...tokens.map(({ length }) => length));
    this.#replace(await this.#reader.rearranger.select(this.#cache!, { rows, from: this.#columns - columns }));
    this.#tokens = tokens;
    this.#columns = columns;
    this.#scores = [];
  }

  async join(other: CachedRows): Promise<void> {
    this.#replace(await this.#reader.rearranger.join(this.#cache!, other.#cache!, [this.#columns, other.#columns]));
    this.#tokens = [...this.#tokens, ...other.#tokens];
    this.#columns = Math.max(this.#columns, other.#columns);
    this.#scores = [];
    other.release();
  }

  release(): void {
    if (this.#cache !== undefined) releaseCache(this.#cache);
    this.#cache = undefined;
    this.#scores = [];
  }

  #replace(cache: Cache): void {
    if (this.#cache !== undefined) releaseCache(this.#cache);
    this.#cache = cache;
  }
}
