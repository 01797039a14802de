import { createHash } from "node:crypto";

/** Of the SHA-256 of a row; among a million rows two have the same once in 37 million times. */
const BYTES = 8;

/**
 * Rows that are known again without being kept: eight bytes of the SHA-256 of what each says, and how often each is
 * there.
 */
export class RowDigests {
  readonly #counts: ReadonlyMap<string, number>;
  /** Rows, repeats included. */
  readonly size: number;

  private constructor(digests: Iterable<string>) {
    const counts = new Map<string, number>();
    let size = 0;
    for (const digest of digests) {
      counts.set(digest, (counts.get(digest) ?? 0) + 1);
      size++;
    }
    this.#counts = counts;
    this.size = size;
  }

  static readonly none = new RowDigests([]);

  /** @param texts What rows say, one text each. */
  static of(texts: Iterable<string>): RowDigests {
    return new RowDigests(Array.from(texts, digestOf));
  }

  /** What `bytes` gave. A file that was cut has lost its last rows. */
  static from(bytes: Uint8Array): RowDigests {
    const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
    return new RowDigests(
      Array.from({ length: Math.floor(bytes.length / BYTES) }, (_, i) => all.slice(i * 16, i * 16 + 16)),
    );
  }

  /** In rising order, so that they do not tell which row stood where. */
  bytes(): Uint8Array {
    const all = [...this.#counts].flatMap(([digest, count]) => Array.from({ length: count }, () => digest));
    return Buffer.from(all.sort().join(""), "hex");
  }

  has(text: string): boolean {
    return this.#counts.has(digestOf(text));
  }

  /**
   * Finds these rows among others: of rows that say the same the first ones, as many as were there.
   *
   * @returns Places in `texts`, ascending, and how many rows were not found.
   */
  findIn(texts: readonly string[]): { readonly found: readonly number[]; readonly missing: number } {
    const left = new Map(this.#counts);
    const found: number[] = [];
    for (const [place, text] of texts.entries()) {
      const digest = digestOf(text);
      const open = left.get(digest) ?? 0;
      if (open === 0) continue;
      left.set(digest, open - 1);
      found.push(place);
    }
    return { found, missing: this.size - found.length };
  }
}

/** SHA-256 of what a row says. White space and the way in which accents are written do not make another text. */
export function textDigest(text: string): Buffer {
  const plain = text.normalize("NFC").replaceAll(/\s+/g, " ").trim();
  return createHash("sha256").update(plain).digest();
}

function digestOf(text: string): string {
  return textDigest(text).toString("hex", 0, BYTES);
}
