import { expect, test } from "vitest";
import { seededRandom } from "../../splits/seeded-random.ts";
import { sparseProducts } from "./sparse-products.ts";

const random = seededRandom(5);
const uniform = () => random.below(2 ** 32) / 2 ** 31 - 1;

/** Each number by itself, in the order that is promised. */
function plainProduct(rows: Parameters<typeof sparseProducts>[0], vector: Float64Array): Float64Array {
  const image = new Float64Array(vector.length);
  for (const { indices, values } of rows) {
    let product = 0;
    for (const [i, column] of indices.entries()) product += values[i]! * vector[column]!;
    for (const [i, column] of indices.entries()) image[column]! += values[i]! * product;
  }
  return image;
}

test.each([1, 2, 5, 64, 65, 131])("%i vectors at once have the products of each, to the last bit", (count) => {
  const columns = 37;
  const rows = Array.from({ length: 50 }, (_, row) => {
    const indices = Int32Array.from({ length: columns }, (_, column) => column).filter(() => random.below(4) === 0);
    return { indices: row === 9 ? new Int32Array() : indices, values: Float32Array.from(indices, uniform) };
  }).map(({ indices, values }) => ({ indices, values: values.subarray(0, indices.length) }));
  const vectors = Array.from({ length: count }, () => Float64Array.from({ length: columns }, uniform));
  expect(sparseProducts(rows, columns)(vectors)).toEqual(vectors.map((vector) => plainProduct(rows, vector)));
});
