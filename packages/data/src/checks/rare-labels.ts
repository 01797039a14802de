import type { Check, Finding } from "./check.ts";
import { percent, quoted } from "./words.ts";

/** Fewer rows of a label leave two for the test and none to validate with. */
const FEWEST = 10;
/** A majority above this share hides in the accuracy what a model cannot tell. */
const MAJORITY = 0.9;
const SHOWN = 20;

export const rareLabels: Check = {
  looksFor: `labels of fewer than ${FEWEST} rows, and one of more than ${percent(MAJORITY)} of them`,
  cure: "collect more rows of them, join labels, or leave rare ones out by data: { clean: { minRowsPerLabel: … } }; judge by macro F1 rather than accuracy",
  find: ({ predicted, label }) => {
    if (predicted?.kind !== "classes") return [];
    const counts = new Array<number>(predicted.classes.length).fill(0);
    for (const code of predicted.codes) if (code >= 0) counts[code]!++;
    const all = counts.reduce((sum, count) => sum + count, 0);
    const order = [...counts.keys()].sort((a, b) => counts[a]! - counts[b]!);
    const rare = order.filter((place) => counts[place]! < FEWEST);
    const most = order.at(-1)!;
    const item = (place: number) => ({
      columns: [label!],
      detail: `${quoted(predicted.classes[place]!)}: ${counts[place]!.toLocaleString("en-US")} ${counts[place] === 1 ? "row" : "rows"}`,
    });
    const found: Finding[] = [];
    if (rare.length > 0) {
      const have = rare.length === 1 ? "1 label has" : `${rare.length.toLocaleString("en-US")} labels have`;
      const summary = `${have} fewer than ${FEWEST} rows`;
      found.push({ severity: "medium", summary, items: rare.slice(0, SHOWN).map(item) });
    }
    if (counts[most]! > MAJORITY * all) {
      const summary = `${percent(counts[most]! / all)} of the rows have one label: who always says it is right that often`;
      found.push({ severity: "medium", summary, items: [item(most)] });
    }
    return found;
  },
};
