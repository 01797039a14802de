import type { RankerKind } from "@modelwright/contracts";
import { itemToItem } from "./item-to-item.ts";
import { matrixFactorisation } from "./matrix-factorisation.ts";
import { popularity } from "./popularity.ts";
import type { RankerRow } from "./ranker.ts";
import { twoTowers } from "./two-towers.ts";

const ROWS = {
  "item-to-item": itemToItem,
  "matrix-factorisation": matrixFactorisation,
  "two-towers": twoTowers,
  popularity,
} satisfies Readonly<Record<RankerKind, object>>;

/** What can rank items, by name. A new one is a row here. */
export const RANKER_ROWS = ROWS as unknown as Readonly<Record<RankerKind, RankerRow>>;
