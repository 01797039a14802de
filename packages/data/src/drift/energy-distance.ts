import { RandomSource } from "@modelwright/engine";

/** Orders of the rows that the test tries: the least chance that it can say is one in a thousand. */
const PERMUTATIONS = 999;
/** With so many as large as what was found, chance explains it, and no more are tried. */
const ENOUGH = 20;

/** How far two samples of vectors lie apart. */
export interface EnergyComparison {
  /** 2·E|X − Y| − E|X − X′| − E|Y − Y′| by 2·E|X − Y|, without pairs of a row with itself: near 0 of one distribution, at most 1. */
  readonly coefficient: number;
  /** Chance of as large a one where both are of one distribution, by permuting the rows. */
  readonly chance: number;
}

type Vectors = readonly (readonly number[])[];

/**
 * Compares two samples of vectors by the energy distance, which is 0 of equal distributions alone and, unlike a kernel,
 * has nothing to choose. Permutations are tried until the chance is clear (Besag & Clifford, 1991).
 *
 * Cost: the square of all rows times their width once, and the square of the fewer rows for each permutation.
 *
 * @see Székely & Rizzo, "Energy statistics: a class of statistics based on distances", 2013
 */
export function compareVectors(one: Vectors, other: Vectors): EnergyComparison {
  const pairs = new Pairs([...one, ...other]);
  const order = Int32Array.from({ length: one.length + other.length }, (_, row) => row);
  const found = pairs.energy(order, one.length);
  const random = RandomSource.fromSeed(0).stream("permutations");
  let asLarge = 0;
  for (let tried = 1; tried <= PERMUTATIONS; tried++) {
    if (pairs.energy(random.shuffle(order), one.length).distance >= found.distance) asLarge++;
    if (asLarge === ENOUGH) return { coefficient: found.coefficient, chance: ENOUGH / tried };
  }
  return { coefficient: found.coefficient, chance: (asLarge + 1) / (PERMUTATIONS + 1) };
}

/** Coefficients of halves of one sample, in random orders: what rows of one distribution come to. */
export function coefficientsOfHalves(sample: Vectors, draws: number, random: RandomSource): Float64Array {
  const pairs = new Pairs(sample);
  const order = Int32Array.from(sample, (_, row) => row);
  return Float64Array.from(
    { length: draws },
    () => pairs.energy(random.shuffle(order), Math.floor(sample.length / 2)).coefficient,
  );
}

/** The distances of all rows from each other, computed once. */
class Pairs {
  readonly #rows: number;
  readonly #distances: Float64Array;
  /** Of each row to all others. */
  readonly #sums: Float64Array;

  constructor(vectors: Vectors) {
    const rows = vectors.length;
    this.#rows = rows;
    this.#distances = new Float64Array(rows * rows);
    this.#sums = new Float64Array(rows);
    for (let a = 0; a < rows; a++) {
      for (let b = a + 1; b < rows; b++) {
        const [one, other] = [vectors[a]!, vectors[b]!];
        let square = 0;
        for (let i = 0; i < one.length; i++) square += (one[i]! - other[i]!) ** 2;
        const distance = Math.sqrt(square);
        this.#distances[a * rows + b] = this.#distances[b * rows + a] = distance;
        this.#sums[a]! += distance;
        this.#sums[b]! += distance;
      }
    }
  }

  /** Of the first `count` rows of an order against the others, at least two of each. */
  energy(order: Int32Array, count: number) {
    const [rows, distances, sums] = [this.#rows, this.#distances, this.#sums];
    let [first, toAll, all] = [0, 0, 0];
    for (const sum of sums) all += sum / 2;
    for (let i = 0; i < count; i++) {
      const row = order[i]! * rows;
      toAll += sums[order[i]!]!;
      for (let j = 0; j < i; j++) first += distances[row + order[j]!]!;
    }
    // Of a pair within the first rows the sum to all rows has both ends.
    const across = toAll - 2 * first;
    const others = rows - count;
    const between = (2 * across) / (count * others);
    const within = (2 * first) / (count * (count - 1)) + (2 * (all - across - first)) / (others * (others - 1));
    const distance = between - within;
    return { distance, coefficient: between === 0 ? 0 : distance / between };
  }
}
