import type { Reduction } from "./reduction.ts";

/** Keeps the features at these places, in their order. */
export const select: Reduction<readonly number[]> = {
  features: (features, kept) => kept.map((place) => features[place]!),
  apply: (data, width, kept) => {
    const rows = data.length / width;
    return Float32Array.from({ length: rows * kept.length }, (_, i) => {
      const row = Math.floor(i / kept.length);
      return data[row * width + kept[i - row * kept.length]!]!;
    });
  },
  compile: (b, x, kept) => b.op("Gather", [x, b.ints(kept)], { axis: 1 }),
};
