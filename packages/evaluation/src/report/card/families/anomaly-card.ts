import type { AnomalyOutcome } from "../../../metrics/anomaly-outcome.ts";
import { formatCount, formatPercent } from "../../number-format.ts";
import { markdownTable } from "../markdown.ts";
import type { CardEvidence } from "../model-card.ts";

/** Shares of the test rows, the oddest, among which known anomalies are counted. */
const SHARES = [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2];

/** How many known anomalies are among the oddest rows, and what the flagged share was; without known anomalies only the latter. */
export function anomalyCard({ known, oddness, flagged, expected }: AnomalyOutcome): CardEvidence {
  const rows = known.length;
  const flags = flagged.reduce((sum, flag) => sum + flag, 0);
  const share = `It flagged ${formatPercent(flags / rows)} of the test rows where ${formatPercent(expected)} was expected.`;
  const anomalies = known.filter((status) => status === 1).length;
  if (anomalies === 0)
    return { evidence: [share], limits: ["No known anomaly was among the test rows: how many it finds is not known."] };
  const order = [...oddness.keys()].sort((a, b) => oddness[b]! - oddness[a]!);
  const table = SHARES.map((part) => Math.round(part * rows))
    .filter((count, i, all) => count > 0 && count !== all[i - 1])
    .map((count) => {
      const found = order.slice(0, count).filter((row) => known[row] === 1).length;
      return [formatCount(count), formatCount(found), formatPercent(found / anomalies)];
    });
  return {
    evidence: [markdownTable(["Oddest test rows", "Known anomalies among them", "Of all"], table), share],
    limits: [
      `It was measured by ${formatCount(anomalies)} known anomalies: of other kinds than these nothing is known.`,
    ],
  };
}
