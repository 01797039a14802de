import { createHash } from "node:crypto";

export interface CachedRun {
  /** Names what the version computes. */
  readonly digest: string;
  /** Those that change what is computed. */
  readonly options: object;
}

interface Entry {
  readonly answer: unknown;
  readonly bytes: number;
}

/** What an entry takes beside its answer: its key and its place. */
const ENTRY_BYTES = 300;
const OBJECT_BYTES = 64;
const NUMBER_BYTES = 8;

/** Raw answers by what was asked, of whatever versions; what was not asked for longest leaves first. */
export class ResultCache {
  readonly #maxBytes: number;
  /** What was asked last stands at the end. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor({ maxBytes }: { readonly maxBytes: number }) {
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** About what it takes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Undefined where it is not known. */
  get(key: string): unknown {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.answer;
  }

  set(key: string, answer: unknown): void {
    const kept = alone(answer);
    const bytes = ENTRY_BYTES + bytesOf(kept);
    this.#delete(key);
    // It would only put all the others out.
    if (bytes > this.#maxBytes) return;
    this.#entries.set(key, { answer: kept, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#delete(oldest);
    }
  }

  #delete(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
  }
}

/** The key of an item: a SHA-256 that does not depend on the order of an object's fields. What was asked is not kept. */
export function cacheKey({ digest, options }: CachedRun, item: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify([digest, ordered(options), ordered(item)]))
    .digest("base64");
}

function ordered(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(ordered);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, ordered(inner)]),
  );
}

/** An array of numbers may be a window on those of its whole batch, which would stay in memory with it. */
function alone(answer: unknown): unknown {
  const isWindow =
    (answer instanceof Float64Array || answer instanceof Float32Array) && answer.byteLength < answer.buffer.byteLength;
  return isWindow ? answer.slice() : answer;
}

function bytesOf(value: unknown): number {
  if (typeof value === "string") return OBJECT_BYTES + 2 * value.length;
  if (ArrayBuffer.isView(value)) return OBJECT_BYTES + value.byteLength;
  if (typeof value !== "object" || value === null) return NUMBER_BYTES;
  return Object.entries(value).reduce(
    (sum, [name, inner]) => sum + (Array.isArray(value) ? 0 : 2 * name.length) + bytesOf(inner),
    OBJECT_BYTES,
  );
}
