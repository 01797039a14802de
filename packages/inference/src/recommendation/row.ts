import type { InferenceRow } from "../inference-row.ts";
import { textsOf } from "../tensors/text-tensors.ts";
import { type Recommended, Recommender } from "./recommender.ts";

/** Items of an output tensor, which has as many for every user. */
const WIDTH = 10;

const width = ({ catalogue }: { readonly catalogue: { readonly items: number } }) => Math.min(WIDTH, catalogue.items);

/** Recommends items to a user. */
export const recommendation = {
  task: "recommendation",
  load: (directory, options) => Recommender.load(directory, options),
  sizeOf: (user) => (typeof user === "string" ? 1 : (user.items?.length ?? 1)),
  computed: (options) => options,
  show: (recommended) => recommended,
  base: ({ model }) => model.ranker,
  tensors: {
    inputs: () => [{ name: "user", datatype: "BYTES", shape: [-1] }],
    items: (inputs, limits) => textsOf(inputs, limits, "user"),
    // Fewer items are filled up with "" and 0.
    outputs: {
      item: {
        datatype: "BYTES",
        rowShape: (manifest) => [width(manifest)],
        row: ({ items }, { manifest }) =>
          Array.from({ length: width(manifest) }, (_, place) => items[place]?.item ?? ""),
      },
      score: {
        datatype: "FP32",
        rowShape: (manifest) => [width(manifest)],
        row: ({ items }, { manifest }) =>
          Array.from({ length: width(manifest) }, (_, place) => Math.fround(items[place]?.score ?? 0)),
      },
    },
  },
  tinyVersion: async () => (await import("./tiny-version.ts")).tinyRecommender(),
} satisfies InferenceRow<"recommendation", Recommended>;
