import type { TableModelKind } from "@modelwright/contracts";
import type { TableLearner } from "./learner.ts";
import { linear } from "./linear-learner.ts";
import { network } from "./network-learner.ts";
import { boostedTrees, randomForest } from "./tree-learners.ts";

/** What can learn from a table. A new one is a row here. */
export const LEARNERS: Readonly<Record<TableModelKind, TableLearner>> = {
  "boosted-trees": boostedTrees,
  "random-forest": randomForest,
  linear,
  network,
};
