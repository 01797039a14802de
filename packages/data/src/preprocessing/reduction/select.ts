import type { FeaturesSection } from "@modelwright/contracts";
import type { Reduction } from "./reduction.ts";

/** What tells features apart that are worth keeping. */
export type SelectionBy = NonNullable<FeaturesSection["select"]>["by"];

export interface Selection {
  /** Places, ascending. */
  readonly kept: readonly number[];
  readonly by: SelectionBy;
  /** How many there were, those of columns that are left out included. */
  readonly of: number;
}

/** Keeps the features at these places, in their order. */
export const select: Reduction<Selection> = {
  features: (features, { kept }) => kept.map((place) => features[place]!),
  words: ({ kept, by, of }) => `${kept.length} of ${of} numbers are kept, by ${by}`,
  apply: (data, width, { kept }) => {
    const rows = data.length / width;
    return Float32Array.from({ length: rows * kept.length }, (_, i) => {
      const row = Math.floor(i / kept.length);
      return data[row * width + kept[i - row * kept.length]!]!;
    });
  },
  compile: (b, x, { kept }) => b.op("Gather", [x, b.ints(kept)], { axis: 1 }),
};
