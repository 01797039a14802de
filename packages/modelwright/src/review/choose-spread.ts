import type { ItemVectors } from "./item-vectors.ts";

export interface SpreadOptions {
  /** So many are chosen, or all where there are fewer. */
  readonly count: number;
  /** Vectors that are there already, by their places; they are not chosen. */
  readonly besides?: readonly number[];
  /** How much a vector is wanted, by its place, how alike it is to the likest of those that are there, and how many are chosen. */
  readonly worth: (place: number, likest: number, chosen: number) => number;
}

/**
 * Chooses one vector after another, each time the one that is worth most beside those that are there. With a worth that
 * falls with likeness alone this is the farthest-first traversal, whose farthest vector is at most twice as far from its
 * nearest chosen one as it must be (Gonzalez, "Clustering to minimize the maximum intercluster distance", 1985); with
 * worth of its own, maximal marginal relevance (Carbonell & Goldstein 1998).
 *
 * @returns Places, as chosen; of equal worth the first.
 */
export function chooseSpread({ width, vectors }: ItemVectors, { count, besides = [], worth }: SpreadOptions): number[] {
  const likest = new Float64Array(vectors.length);
  const taken = new Uint8Array(vectors.length);
  const dense = new Float64Array(width);
  const take = (chosen: number) => {
    taken[chosen] = 1;
    const { indices, values } = vectors[chosen]!;
    for (let k = 0; k < indices.length; k++) dense[indices[k]!] = values[k]!;
    for (const [place, other] of vectors.entries()) {
      if (taken[place] === 1) continue;
      let product = 0;
      for (let k = 0; k < other.indices.length; k++) product += other.values[k]! * dense[other.indices[k]!]!;
      if (product > likest[place]!) likest[place] = product;
    }
    for (let k = 0; k < indices.length; k++) dense[indices[k]!] = 0;
  };
  for (const place of besides) take(place);
  const chosen: number[] = [];
  while (chosen.length < count) {
    let best: { readonly place: number; readonly worth: number } | undefined;
    for (let place = 0; place < vectors.length; place++) {
      if (taken[place] === 1) continue;
      const own = worth(place, likest[place]!, chosen.length);
      if (best === undefined || own > best.worth) best = { place, worth: own };
    }
    if (best === undefined) return chosen;
    chosen.push(best.place);
    take(best.place);
  }
  return chosen;
}
