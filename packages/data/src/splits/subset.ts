import { apportion } from "./apportion.ts";
import { seededRandom, shuffle } from "./seeded-random.ts";

export interface SubsetOptions<Item> {
  /** At most so many items. */
  readonly limit: number;
  readonly seed: number;
  readonly labelOf: (item: Item) => string;
}

/** Draws items at random with each label's share kept (to within one item); they stay in their order. */
export function drawSubset<Item>(items: readonly Item[], options: SubsetOptions<Item>): readonly Item[] {
  const { limit, seed, labelOf } = options;
  if (items.length <= limit) return items;
  const byLabel = new Map<string, number[]>();
  for (const [i, item] of items.entries()) {
    const label = labelOf(item);
    const members = byLabel.get(label);
    if (members === undefined) byLabel.set(label, [i]);
    else members.push(i);
  }
  const random = seededRandom(seed);
  const labels = [...byLabel.keys()].sort();
  const counts = apportion(
    limit,
    labels.map((label) => byLabel.get(label)!.length),
  );
  const chosen = labels.flatMap((label, l) => shuffle(byLabel.get(label)!, random).slice(0, counts[l]));
  return chosen.sort((a, b) => a - b).map((i) => items[i]!);
}
