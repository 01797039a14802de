import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { eventMatrix, itemCounts, transposed, withItems } from "./event-matrix.ts";
import { implicitFactors, implicitUser } from "./implicit-factors.ts";
import { cosineNeighbours, easeNeighbours, type ItemNeighbours } from "./item-neighbours.ts";
import { ratingFactors, ratingOf, ratingUser } from "./rating-factors.ts";
import { invertSymmetric } from "./symmetric-inverse.ts";
import { SymmetricMatrix } from "./symmetric-matrix.ts";

interface Least {
  readonly factors: number;
  readonly regularisation: number;
  readonly least: number;
}

/** Made by `fixtures/recommenders/make.py` with numpy. */
const fixture = JSON.parse(
  readFileSync(new URL("../../fixtures/recommenders/recommenders.json", import.meta.url), "utf8"),
) as {
  readonly users: number;
  readonly items: number;
  readonly events: Readonly<Record<"users" | "items" | "ratings", readonly number[]>>;
  readonly ease: readonly { readonly regularisation: number; readonly weights: readonly number[] }[];
  readonly cosine: readonly { readonly shrinkage: number; readonly weights: readonly number[] }[];
  readonly implicit: readonly (Least & { readonly confidence: number })[];
  readonly ratings: Least;
};
const { users, items } = fixture;
const matrix = eventMatrix(
  { users, items },
  {
    users: Int32Array.from(fixture.events.users),
    items: Int32Array.from(fixture.events.items),
    ratings: Float32Array.from(fixture.events.ratings),
  },
);
const seed = 7;

/** Weights of neighbours as a whole matrix. */
function whole({ width, items: neighbours, weights }: ItemNeighbours): Float32Array {
  const all = new Float32Array(items * items);
  for (let item = 0; item < items; item++)
    for (let k = 0; k < width; k++) all[item * items + neighbours[item * width + k]!]! += weights[item * width + k]!;
  return all;
}

const near = (values: readonly number[], digits: number) => values.map((value) => expect.closeTo(value, digits));

describe("items by items", () => {
  test.each(fixture.ease)(
    "by ease as numpy has it, regularisation $regularisation",
    async ({ regularisation, weights }) => {
      const found = await easeNeighbours(matrix, { neighbours: items, regularisation, threads: 1 });
      expect([...whole(found!)]).toEqual(near(weights, 5));
    },
  );

  test.each(fixture.cosine)("by cosines as numpy has it, shrinkage $shrinkage", ({ shrinkage, weights }) => {
    expect([...whole(cosineNeighbours(matrix, { neighbours: items, shrinkage }))]).toEqual(near(weights, 6));
  });

  test("keeping those that are farthest from 0", async () => {
    const [{ regularisation, weights }] = fixture.ease as [(typeof fixture.ease)[0]];
    const found = await easeNeighbours(matrix, { neighbours: 4, regularisation, threads: 1 });
    for (let item = 0; item < items; item++) {
      const row = weights.slice(item * items, (item + 1) * items).map(Math.abs);
      const kept = [...found!.weights.subarray(item * 4, (item + 1) * 4)].map(Math.abs).sort((a, b) => b - a);
      expect(kept).toEqual(near(row.sort((a, b) => b - a).slice(0, 4), 5));
    }
  });

  test("not at all when it is stopped", async () => {
    const options = { neighbours: 4, regularisation: 1, threads: 1, shouldStop: () => true };
    expect(await easeNeighbours(matrix, options)).toBeUndefined();
  });
});

/** A matrix by its lower triangle. */
function symmetric(size: number, entryOf: (row: number, column: number) => number): SymmetricMatrix {
  const matrix = new SymmetricMatrix(size);
  for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) matrix.add(i, j, entryOf(i, j));
  return matrix;
}

describe("a matrix of several panels", () => {
  const size = 600;
  const entryOf = (i: number, j: number) => (2 * Math.cos(i * j * 0.37)) / (1 + Math.abs(i - j)) + (i === j ? 9 : 0);

  test("is inverted: its product with the inverse is the identity", async () => {
    const inverse = symmetric(size, entryOf);
    const shares: number[] = [];
    expect(await invertSymmetric(inverse, { threads: 1, onProgress: (share) => shares.push(share) })).toBe(true);
    expect(shares).toEqual([1 / 3, 2 / 3, 1]);
    const rows = Array.from({ length: size }, (_, i) =>
      Float64Array.from({ length: size }, (__, k) => entryOf(Math.max(i, k), Math.min(i, k))),
    );
    const column = new Float32Array(size);
    let worst = 0;
    for (let j = 0; j < size; j++) {
      inverse.readRow(j, column);
      for (const [i, row] of rows.entries()) {
        let sum = 0;
        for (let k = 0; k < size; k++) sum += row[k]! * column[k]!;
        worst = Math.max(worst, Math.abs(sum - Number(i === j)));
      }
    }
    expect(worst).toBeLessThan(1e-4);
  });

  test("has the same inverse with several threads", async () => {
    const found = await Promise.all(
      [1, 3].map(async (threads) => {
        const inverse = symmetric(size, entryOf);
        await invertSymmetric(inverse, { threads });
        return inverse.panels;
      }),
    );
    expect(found[1]).toEqual(found[0]);
  });

  test("is left where it is stopped", async () => {
    expect(await invertSymmetric(symmetric(2, entryOf), { threads: 1, shouldStop: () => true })).toBe(false);
  });
});

describe("vectors", () => {
  test.each(fixture.implicit)(
    "of implicit feedback reach what exact solves do, confidence $confidence",
    async ({ least, ...settings }) => {
      const { factors, confidence, regularisation } = settings;
      const turned = (await implicitFactors(matrix, { ...settings, iterations: 200, seed }))!;
      let total = 0;
      for (let user = 0; user < users; user++) {
        const chosen = matrix.columns.subarray(matrix.starts[user]!, matrix.starts[user + 1]!);
        const vector = implicitUser(turned, chosen, { factors, confidence });
        // For the user's best vector x its part, Σ c(p − x·y)² + λ|x|², is Σ c(p − x·y) over what was chosen.
        for (const item of chosen)
          total += confidence * (1 - vector.reduce((sum, value, i) => sum + value * turned[item * factors + i]!, 0));
      }
      // With S = ZᵀZ of the turned vectors, λΣ|y|² is λ² tr((I − S)⁻¹ − I).
      const rest = symmetric(factors, (i, j) => {
        let sum = Number(i === j);
        for (let item = 0; item < items; item++) sum -= turned[item * factors + i]! * turned[item * factors + j]!;
        return sum;
      });
      await invertSymmetric(rest, { threads: 1 });
      for (let i = 0; i < factors; i++) total += regularisation ** 2 * (rest.at(i, i) - 1);
      expect(total / least).toBeCloseTo(1, 3);
    },
  );

  test("of ratings reach what exact solves do", () => {
    const { least, factors, regularisation } = fixture.ratings;
    const found = ratingFactors(matrix, { factors, regularisation, iterations: 200, seed })!;
    // In units of what is expected of a user's vector its penalty is its square; an item's rows are those of the vectors over √λ.
    const { width, rows, offsets, mean } = found;
    let total = 0;
    for (let user = 0; user < users; user++) {
      const [from, to] = [matrix.starts[user]!, matrix.starts[user + 1]!];
      const own = matrix.columns.subarray(from, to);
      const vector = ratingUser(found, { items: own, ratings: matrix.ratings!.subarray(from, to) });
      total += vector.reduce((sum, value) => sum + value ** 2, 0);
      own.forEach((item, i) => {
        total += (ratingOf(found, vector, item) - matrix.ratings![from + i]!) ** 2;
      });
    }
    for (let item = 0; item < items; item++) {
      const vector = rows.subarray(item * width, item * width + factors);
      total +=
        regularisation ** 2 * vector.reduce((sum, value) => sum + value ** 2, 0) + 4 * (offsets[item]! - mean) ** 2;
    }
    expect(total / least).toBeCloseTo(1, 2);
  });

  test("of implicit feedback are the same with any number of threads", async () => {
    // Enough rows that threads share them.
    const many = eventMatrix(
      { users: 3000, items: 700 },
      {
        users: Int32Array.from({ length: 60_000 }, (_, i) => i % 3000),
        items: Int32Array.from({ length: 60_000 }, (_, i) => Math.floor((i * 7919) ** 1.3) % 700),
      },
    );
    const options = { factors: 20, confidence: 4, regularisation: 1, iterations: 30, seed };
    const [one, three] = [
      await implicitFactors(many, options),
      await implicitFactors(many, { ...options, threads: 3 }),
    ];
    expect(three).toEqual(one);
    expect(one!.every(Number.isFinite)).toBe(true);
  });

  test("are the same for the same seed, and none when stopped", async () => {
    const options = { factors: 3, confidence: 4, regularisation: 1, iterations: 3, seed };
    expect(await implicitFactors(matrix, options)).toEqual(await implicitFactors(matrix, options));
    expect(await implicitFactors(matrix, { ...options, shouldStop: () => true })).toBeUndefined();
    expect(ratingFactors(matrix, { ...options, shouldStop: () => true })).toBeUndefined();
  });
});

describe("a matrix of events", () => {
  const events = {
    users: Int32Array.of(1, 0, 1, 1),
    items: Int32Array.of(2, 1, 0, 2),
    ratings: Float32Array.of(1, 2, 3, 4),
  };
  const small = eventMatrix({ users: 3, items: 4 }, events);

  test("has rows of users, items ascending, the last of several events", () => {
    expect(small).toEqual({
      users: 3,
      items: 4,
      starts: Int32Array.of(0, 1, 3, 3),
      columns: Int32Array.of(1, 0, 2),
      ratings: Float32Array.of(2, 3, 4),
    });
    expect([...itemCounts(small)]).toEqual([1, 1, 1, 0]);
  });

  test("is turned and turned back, and cut to some items", () => {
    expect(transposed(transposed(small))).toEqual(small);
    expect(withItems(small, Int32Array.of(2, 0))).toEqual({
      users: 3,
      items: 2,
      starts: Int32Array.of(0, 0, 2, 2),
      columns: Int32Array.of(0, 1),
    });
  });
});
