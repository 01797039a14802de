import { type EventMatrix, itemCounts, transposed } from "./event-matrix.ts";
import { type InverseOptions, invertSymmetric } from "./symmetric-inverse.ts";
import { SymmetricMatrix } from "./symmetric-matrix.ts";

/** What choosing an item says of others, the most telling first of all; weights that are 0 fill up the rows. */
export interface ItemNeighbours {
  /** Neighbours of each item. */
  readonly width: number;
  /** Numbers of items, `[items, width]`. */
  readonly items: Int32Array;
  /** `[items, width]`. */
  readonly weights: Float32Array;
}

interface Settings extends InverseOptions {
  /** Neighbours that are kept, those of the largest weight, whatever its sign. */
  readonly neighbours: number;
}

/**
 * A regression of each item on all others, without an intercept and with the item itself left out.
 *
 * @param options.regularisation λ: what is added to the events of each item.
 * @returns Undefined where it was stopped.
 * @see Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data" (EASE), equations 4 to 8
 */
export async function easeNeighbours(
  matrix: EventMatrix,
  { neighbours, regularisation, ...options }: Settings & { readonly regularisation: number },
): Promise<ItemNeighbours | undefined> {
  const { users, items, starts, columns } = matrix;
  const gram = new SymmetricMatrix(items);
  for (let user = 0; user < users; user++) {
    // Items ascend.
    const own = columns.subarray(starts[user]!, starts[user + 1]!);
    for (const [i, item] of own.entries()) for (let j = 0; j <= i; j++) gram.add(item, own[j]!, 1);
  }
  for (let item = 0; item < items; item++) gram.add(item, item, regularisation);
  if (!(await invertSymmetric(gram, options))) return undefined;
  const row = new Float32Array(items);
  const diagonal = Float64Array.from({ length: items }, (_, item) => gram.at(item, item));
  return keepNeighbours(items, neighbours, (item) => {
    gram.readRow(item, row);
    for (let other = 0; other < items; other++) row[other] = -row[other]! / diagonal[other]!;
    row[item] = 0;
    return row;
  });
}

/**
 * The cosine of the users of two items, drawn to 0 where few users are common: cos · n / (n + shrinkage).
 *
 * @see Bell & Koren 2007, "Improved Neighborhood-based Collaborative Filtering", section 3
 */
export function cosineNeighbours(
  matrix: EventMatrix,
  { neighbours, shrinkage }: Pick<Settings, "neighbours"> & { readonly shrinkage: number },
): ItemNeighbours {
  const { items, starts, columns } = matrix;
  const counts = itemCounts(matrix);
  const byItem = transposed(matrix);
  const row = new Float32Array(items);
  return keepNeighbours(items, neighbours, (item) => {
    row.fill(0);
    for (let at = byItem.starts[item]!; at < byItem.starts[item + 1]!; at++) {
      const user = byItem.columns[at]!;
      for (let event = starts[user]!; event < starts[user + 1]!; event++) row[columns[event]!]!++;
    }
    row[item] = 0;
    for (let other = 0; other < items; other++) {
      const common = row[other]!;
      if (common > 0)
        row[other] = ((common / Math.sqrt(counts[item]! * counts[other]!)) * common) / (common + shrinkage);
    }
    return row;
  });
}

/** The weights of each item that are farthest from 0. */
function keepNeighbours(items: number, most: number, rowOf: (item: number) => Float32Array): ItemNeighbours {
  const width = Math.max(1, Math.min(most, items - 1));
  const kept = { width, items: new Int32Array(items * width), weights: new Float32Array(items * width) };
  const sizes = new Float32Array(items);
  for (let item = 0; item < items; item++) {
    const row = rowOf(item);
    for (let other = 0; other < items; other++) sizes[other] = Math.abs(row[other]!);
    const least = items <= width ? 0 : largest(sizes, width);
    let at = item * width;
    const end = at + width;
    // Those above the least go first, so that of equal ones none displaces a larger one.
    for (const isKept of [(size: number) => size > least, (size: number) => size === least && size > 0]) {
      for (let other = 0; other < items && at < end; other++) {
        if (!isKept(Math.abs(row[other]!))) continue;
        kept.items[at] = other;
        kept.weights[at++] = row[other]!;
      }
    }
  }
  return kept;
}

/** The value of this rank from above, from 1; the order of the values is lost. */
function largest(values: Float32Array, rank: number): number {
  let [from, to] = [0, values.length - 1];
  const wanted = values.length - rank;
  while (from < to) {
    const pivot = values[(from + to) >> 1]!;
    let [i, j] = [from, to];
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const value = values[i]!;
      values[i++] = values[j]!;
      values[j--] = value;
    }
    if (wanted <= j) to = j;
    else if (wanted >= i) from = i;
    else break;
  }
  return values[wanted]!;
}
