import type { SeriesModelKind } from "@modelwright/contracts";
import type { SeriesLearner } from "./learner.ts";
import { network } from "./network-learner.ts";
import { ets } from "./smoothing-learner.ts";
import { trees } from "./tree-learner.ts";

const seasonalNaive: SeriesLearner = {
  title: "the value of one season before",
  fit: async () => ({ compile: (graph) => graph.seasonalNaive(), parameters: 0 }),
};

/** What can forecast series. A new one is a row here. */
export const LEARNERS: Readonly<Record<SeriesModelKind, SeriesLearner>> = {
  trees,
  network,
  ets,
  "seasonal-naive": seasonalNaive,
};
