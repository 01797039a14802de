import { formatValue } from "../../number-format.ts";
import { escapeMarkdown } from "../markdown.ts";

/** Test rows below which a label's own numbers say little. */
const FEW_ROWS = 20;
const MOST_NAMED = 8;

function nameSome(labels: readonly { readonly label: string }[]): string {
  const shown = labels
    .slice(0, MOST_NAMED)
    .map(({ label }) => escapeMarkdown(label))
    .join(", ");
  return labels.length > MOST_NAMED ? `${shown} and ${labels.length - MOST_NAMED} more` : shown;
}

/** Which labels were not evaluated, which hardly, and which is the hardest, each as a sentence. */
export function labelLimits(
  labels: readonly { readonly label: string; readonly support: number; readonly f1: number }[],
): string[] {
  const absent = labels.filter(({ support }) => support === 0);
  const small = labels.filter(({ support }) => support > 0 && support < FEW_ROWS);
  const hardest = labels.filter(({ support }) => support > 0).sort((a, b) => a.f1 - b.f1)[0];
  return [
    ...(absent.length > 0 ? [`Labels without test rows, not evaluated at all: ${nameSome(absent)}.`] : []),
    ...(small.length > 0
      ? [`Labels with fewer than ${FEW_ROWS} test rows, whose numbers are uncertain: ${nameSome(small)}.`]
      : []),
    ...(hardest !== undefined && hardest.f1 < 1
      ? [`Its hardest label is ${escapeMarkdown(hardest.label)}, F1 ${formatValue(hardest.f1)}.`]
      : []),
  ];
}
