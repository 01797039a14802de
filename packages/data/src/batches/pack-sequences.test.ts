import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { packSequences } from "./pack-sequences.ts";

const texts = fc.array(
  fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 40 }).map((ids) => Int32Array.from(ids)),
  { maxLength: 30 },
);
const length = fc.integer({ min: 1, max: 24 });

describe("packSequences", () => {
  test("predicts every id but the first of each text once, from the id before it", () => {
    fc.assert(
      fc.property(texts, length, (given, size) => {
        const { inputIds, labels } = packSequences(given, { length: size });
        const pairs: string[] = [];
        labels.forEach((label, i) => {
          if (label !== -100n) pairs.push(`${inputIds[i]} ${label}`);
        });
        const expected = given.flatMap((ids) => Array.from(ids.slice(1), (id, i) => `${ids[i]} ${id}`));
        expect(pairs.sort()).toEqual(expected.sort());
      }),
    );
  });

  test("numbers the texts of a row, and the positions of each anew", () => {
    fc.assert(
      fc.property(texts, length, (given, size) => {
        const { labels, segmentIds, positionIds, shape } = packSequences(given, { length: size });
        for (let at = 0; at < shape[0] * size; at++) {
          const isFirst = at % size === 0;
          const before = isFirst ? 0n : segmentIds[at - 1]!;
          if (labels[at] === -100n) {
            expect([segmentIds[at], positionIds[at]]).toEqual([0n, 0n]);
            continue;
          }
          const continues = !isFirst && segmentIds[at] === before;
          if (!continues) expect(segmentIds[at]).toBe(before + 1n);
          expect(positionIds[at]).toBe(continues ? positionIds[at - 1]! + 1n : 0n);
        }
      }),
    );
  });

  test("at most one row is half empty", () => {
    fc.assert(
      fc.property(texts, length, (given, size) => {
        const { segmentIds, shape } = packSequences(given, { length: size });
        const used = Array.from(
          { length: shape[0] },
          (_, row) => segmentIds.slice(row * size, (row + 1) * size).filter((id) => id > 0n).length,
        );
        expect(used.filter((count) => count * 2 <= size).length).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("reads, but does not predict, what is not to be", () => {
    const { inputIds, labels } = packSequences([Int32Array.of(1, 2, 3), Int32Array.of(4, 5)], {
      length: 5,
      predicted: [Uint8Array.of(0, 0, 1), Uint8Array.of(0, 1)],
    });
    expect(inputIds).toEqual(BigInt64Array.of(1n, 2n, 4n, 0n, 0n));
    expect(labels).toEqual(BigInt64Array.of(-100n, 3n, 5n, -100n, -100n));
  });

  test("lays three texts into two rows", () => {
    const packed = packSequences([Int32Array.of(1, 2, 3), Int32Array.of(4, 5, 6, 7, 8), Int32Array.of(9, 10)], {
      length: 4,
    });
    expect(packed).toEqual({
      inputIds: BigInt64Array.of(4n, 5n, 6n, 7n, 1n, 2n, 9n, 0n),
      labels: BigInt64Array.of(5n, 6n, 7n, 8n, 2n, 3n, 10n, -100n),
      segmentIds: BigInt64Array.of(1n, 1n, 1n, 1n, 1n, 1n, 2n, 0n),
      positionIds: BigInt64Array.of(0n, 1n, 2n, 3n, 0n, 1n, 0n, 0n),
      shape: [2, 4],
    });
  });
});
