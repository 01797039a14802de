import { ModelwrightError } from "@modelwright/contracts";

/**
 * Agreement of several raters beyond chance, who need not be the same for each item, but as many: 1 is whole, 0 is
 * chance.
 *
 * @param counts Of each item how many raters gave it each category, `[items][categories]`.
 * @returns NaN where all items were given one category.
 * @throws {ModelwrightError} `EVALUATION_EMPTY`, and `EVALUATION_LENGTHS_DIFFER` for an item of another number of raters.
 * @see Fleiss, "Measuring nominal scale agreement among many raters", 1971
 */
export function fleissKappa(counts: readonly ArrayLike<number>[]): number {
  const raters = counts[0] === undefined ? 0 : total(counts[0]);
  if (raters < 2) {
    const because = "an item needs at least two raters";
    throw new ModelwrightError("EVALUATION_EMPTY", { what: "agreement of raters", because });
  }
  const categories = counts[0]!.length;
  const shares = new Float64Array(categories);
  let agreement = 0;
  for (const [item, row] of counts.entries()) {
    const got = total(row);
    if (got !== raters) {
      const what = `raters of item ${item + 1}`;
      throw new ModelwrightError("EVALUATION_LENGTHS_DIFFER", { what, expected: raters, got });
    }
    let pairs = 0;
    for (let category = 0; category < categories; category++) {
      const count = row[category]!;
      shares[category]! += count / (raters * counts.length);
      pairs += count * (count - 1);
    }
    agreement += pairs / (raters * (raters - 1) * counts.length);
  }
  const chance = shares.reduce((sum, share) => sum + share ** 2, 0);
  return chance === 1 ? Number.NaN : (agreement - chance) / (1 - chance);
}

function total(row: ArrayLike<number>): number {
  let sum = 0;
  for (let category = 0; category < row.length; category++) sum += row[category]!;
  return sum;
}
