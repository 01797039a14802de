import { seededRandom } from "@modelwright/data";
import type { EmbeddingExample, EmbeddingExamples } from "./example-rows.ts";

/** Texts with what tells which of them belong together. */
export interface LabelledTexts {
  /** The place of each row's text among all texts. */
  readonly places: ArrayLike<number>;
  /** The class of each row, in `[0, …)`; every class below the greatest has a row. */
  readonly classes: ArrayLike<number>;
  /** Draws who is paired with whom. */
  readonly seed: number;
  /**
   * Whether each row is also paired with a row of another class, as the similarity 0 beside 1, where there are several; every pair is an
   * example then. Default false: other classes are told apart by the `kinds` of the texts.
   */
  readonly strangers?: boolean;
}

/** Passes of which the pairs are kept: batches of two passes may be laid out side by side. */
const PASSES_KEPT = 2;

/**
 * Texts of one class belong together: each pass draws another of its class for every row. A row that is alone with its class belongs to
 * itself.
 */
export function labelPairs({
  places,
  classes,
  seed,
  strangers = false,
}: LabelledTexts): Pick<EmbeddingExamples, "rows" | "example"> {
  const rows = classes.length;
  const members: number[][] = [];
  for (let row = 0; row < rows; row++) {
    const own = classes[row]!;
    while (members.length <= own) members.push([]);
    members[own]!.push(row);
  }
  // Rows class by class, so that those of another class are all but one run of them.
  const sorted = members.flat();
  let before = 0;
  const begins = members.map(({ length }) => {
    before += length;
    return before - length;
  });
  const hasOthers = strangers && members.length > 1;
  const passes = new Map<number, readonly EmbeddingExample[]>();
  const drawn = (epoch: number): readonly EmbeddingExample[] => {
    const known = passes.get(epoch);
    if (known !== undefined) return known;
    const random = seededRandom(seed, epoch);
    const made = Array.from({ length: rows }, (_, row): EmbeddingExample[] => {
      const [anchor, own] = [places[row]!, classes[row]!];
      const together = { anchor, positive: places[another(members[own]!, row, random.below)]! };
      const kinds = { anchor: own, positive: own };
      if (!hasOthers) return [{ ...together, kinds, similarity: 1 }];
      const other = random.below(rows - members[own]!.length);
      const stranger = sorted[other < begins[own]! ? other : other + members[own]!.length]!;
      return [
        { ...together, similarity: 1 },
        { anchor, positive: places[stranger]!, similarity: 0 },
      ];
    }).flat();
    for (const old of [...passes.keys()].slice(0, -(PASSES_KEPT - 1))) passes.delete(old);
    passes.set(epoch, made);
    return made;
  };
  return { rows: rows * (hasOthers ? 2 : 1), example: (row, epoch) => drawn(epoch)[row]! };
}

/** One of some rows that is not this one, where there are others. */
function another(of: readonly number[], row: number, below: (bound: number) => number): number {
  if (of.length === 1) return row;
  const chosen = below(of.length - 1);
  return of[chosen] === row ? of.at(-1)! : of[chosen]!;
}
