import { columnDrifts } from "../drift/column-drift.ts";
import type { ColumnDrift } from "../drift/drift-verdict.ts";
import type { Check, Finding } from "./check.ts";
import { columnsThat, quoted } from "./words.ts";

export const drift: Check = {
  looksFor:
    "columns that the other table spreads otherwise: population stability index ≥ 0.2, and by the Kolmogorov-Smirnov or chi-square test not by chance (0.05, by Holm corrected for the number of columns); undecided from 0.1 on; columns that are missing or of another kind",
  cure: "ask what changed between the two; a model learns from the first and is judged by the second",
  find: ({ other, frame, label }) => {
    if (other === undefined) return [];
    const drifts = columnDrifts(frame.columns, other.frame.columns);
    const of = (verdict: ColumnDrift["verdict"]) => drifts.filter((each) => each.verdict === verdict);
    const [drifted, undecided] = [of("drifted"), of("undecided")];
    const found: Finding[] = [];
    const lost = frame.columns.flatMap(({ name, kind }) => {
      const counterpart = other.frame.columns.find((each) => each.name === name);
      if (counterpart?.kind === kind) return [];
      const detail = counterpart === undefined ? "not there" : `${kind} here, ${counterpart.kind} there`;
      return [{ columns: [name], detail }];
    });
    if (lost.length > 0) {
      const summary = `${columnsThat(lost.length, "are missing or of another kind", "is missing or of another kind")} in ${other.profile.source}`;
      found.push({ severity: "high", summary, items: lost });
    }
    if (drifted.length > 0) {
      const summary = `${columnsThat(drifted.length, "are spread otherwise", "is spread otherwise")} in ${other.profile.source}`;
      const severity = drifted.some(({ name }) => name === label) ? "high" : "medium";
      found.push({ severity, summary, items: drifted.map(item) });
    }
    if (undecided.length > 0) {
      const summary = `the rows do not decide whether ${columnsThat(undecided.length, "are", "is")} spread otherwise in ${other.profile.source}`;
      found.push({ severity: "low", summary, items: undecided.map(item) });
    }
    return found;
  },
};

function item({ name, stability = 0, test, statistic, chance, unseen }: ColumnDrift) {
  const tested = `${test} ${statistic >= 100 ? statistic.toFixed(0) : statistic.toPrecision(3)}, p ${chance < 0.001 ? "< 0.001" : chance.toFixed(3)}`;
  const added = unseen.length === 0 ? "" : `; not here: ${unseen.map((value) => quoted(value)).join(", ")}`;
  return { columns: [name], detail: `stability index ${stability.toFixed(2)}, ${tested}${added}` };
}
