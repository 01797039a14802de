import type { ReportBuilder } from "../report-builder.ts";
import type { RowOrigin } from "../roles/read-rows.ts";
import type { Role } from "../roles/roles.ts";
import type { TextSpan } from "../roles/text-spans.ts";
import type { PersonalDataMatch } from "./recogniser.ts";
import { rowNameWarnings } from "./row-names.ts";
import { PersonalDataTally } from "./tally.ts";
import type { PersonalDataTreater, TreatedText } from "./treat-text.ts";

/** Roles whose values are texts that people write. */
const TEXT_ROLES = ["text", "second", "output", "positive", "negative"] as const satisfies readonly Role[];

type Texts = { readonly [R in (typeof TEXT_ROLES)[number]]?: string | undefined };

/**
 * Rows with the personal data in their texts treated, and counted in the report. Spans of a text move with it.
 *
 * @param options.step What the report calls the step.
 */
export function treatRows<Row extends RowOrigin>(
  rows: readonly Row[],
  treater: PersonalDataTreater,
  { report, ...place }: { readonly report: ReportBuilder; readonly file: string; readonly step: string },
): readonly Row[] {
  const tally = new PersonalDataTally();
  const treated = rows.map((row) => treatRow(row, treater));
  for (const { matches } of treated) tally.add(matches);
  const left = treated.filter(({ matches }) => !treater.drops || matches.length === 0).map(({ row }) => row);
  report.warn(...rowNameWarnings(left, treater));
  tally.report(report, treater, { ...place, left: left.length });
  return left;
}

function treatRow<Row extends object>(
  row: Row,
  { treat }: PersonalDataTreater,
): { readonly row: Row; readonly matches: readonly PersonalDataMatch[] } {
  const written: Texts & { readonly spans?: readonly TextSpan[] } = row;
  const changes: { [Key in keyof Texts | "spans"]?: unknown } = {};
  const matches: PersonalDataMatch[] = [];
  for (const role of TEXT_ROLES) {
    const text = written[role];
    if (text === undefined) continue;
    const treated = treat(text);
    matches.push(...treated.matches);
    changes[role] = treated.text;
    if (role === "text" && written.spans !== undefined) changes.spans = movedSpans(written.spans, treated);
  }
  return { row: matches.length === 0 ? row : { ...row, ...changes }, matches };
}

/** Of two spans that cut the same match, the first takes it, and the second what is left of its own. */
function movedSpans(spans: readonly TextSpan[], { moved }: TreatedText): readonly TextSpan[] {
  const kept: TextSpan[] = [];
  for (const span of spans) {
    const { start, end } = moved(span);
    const from = Math.max(start, kept.at(-1)?.end ?? 0);
    if (from < end) kept.push({ ...span, start: from, end });
  }
  return kept;
}
