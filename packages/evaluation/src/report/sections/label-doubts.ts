import { html, type PageSection, section } from "@modelwright/pages";
import type { EvaluationReport } from "../evaluation-report.ts";
import { formatCount, formatValue } from "../number-format.ts";
import { worstRows } from "./worst-rows.ts";

const MOST_SHOWN = 20;

/** Labels that models which had not seen the row take for errors; nothing where there are none. */
export function labelDoubtsSection({
  labelDoubts,
  family,
}: Pick<EvaluationReport, "labelDoubts" | "family">): readonly PageSection[] {
  if (labelDoubts === undefined || labelDoubts.rows.length === 0) return [];
  const { rows, of } = labelDoubts;
  const shown = rows.slice(0, MOST_SHOWN);
  const others = rows.length - shown.length;
  return [
    section(
      "Suspicious labels",
      html`<p>Models that had not seen the ${family.unit}s take ${formatCount(rows.length)} labels of ${formatCount(of)} ${family.unit}s for errors (confident learning on the folds). Look at them before a next training${others > 0 ? `; below are the first ${MOST_SHOWN}, and modelwright data labels lists all` : ""}.</p>`,
      worstRows(
        shown,
        shown.map(({ given, suggested, score }, row) => ({
          row,
          facts: [
            { name: "given", value: given },
            { name: "rather", value: suggested, more: `, score ${formatValue(score)}` },
          ],
        })),
      ),
    ),
  ];
}
