/** What is ranked: each content once. */
interface Content {
  readonly key: number;
}

/**
 * Those of many contents that rank highest, in memory that does not grow with them. What comes of a content later stands
 * for it, whatever came before.
 */
export class TopContents<Entry extends Content> {
  readonly #size: number;
  #ranks = new Map<number, { readonly entry: Entry; readonly rank: number }>();
  /** Below it nothing is among the highest any more. */
  #least = Number.NEGATIVE_INFINITY;

  constructor(size: number) {
    this.#size = size;
  }

  /** @param rank Higher is kept; equal ones in the order of their keys, so that the order in which they come does not matter. */
  offer(entry: Entry, rank: number): void {
    this.#ranks.delete(entry.key);
    if (rank < this.#least) return;
    this.#ranks.set(entry.key, { entry, rank });
    if (this.#ranks.size >= 2 * this.#size) this.#cut();
  }

  get(key: number): Entry | undefined {
    return this.#ranks.get(key)?.entry;
  }

  drop(key: number): void {
    this.#ranks.delete(key);
  }

  /** The highest first. */
  ordered(): Entry[] {
    this.#cut();
    return Array.from(this.#ranks.values(), ({ entry }) => entry);
  }

  #cut(): void {
    const kept = [...this.#ranks].sort(([a, one], [b, other]) => other.rank - one.rank || a - b).slice(0, this.#size);
    if (kept.length === this.#size) this.#least = kept.at(-1)![1].rank;
    this.#ranks = new Map(kept);
  }
}
