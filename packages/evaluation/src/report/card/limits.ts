import { confusedPairs } from "../confused-pairs.ts";
import { formatCount, formatPercent, formatValue } from "../number-format.ts";
import { escapeMarkdown } from "./markdown.ts";
import type { ModelCardInput } from "./model-card-input.ts";

/** Test rows below which a label's own numbers say little. */
const FEW_ROWS = 20;
const MOST_NAMED = 8;

function nameSome(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED).map(escapeMarkdown).join(", ");
  return names.length > MOST_NAMED ? `${shown} and ${names.length - MOST_NAMED} more` : shown;
}

function nameLanguages(codes: readonly string[]): string {
  const names = new Intl.DisplayNames("en", { type: "language" });
  return new Intl.ListFormat("en").format(
    codes.map((code) => (/^[a-z]{2,3}$/.test(code) ? names.of(code) : undefined) ?? escapeMarkdown(code)),
  );
}

/** What the model cannot do or what is not known, each as a sentence. */
export function describeLimits({ manifest, languages, dataset, classification }: ModelCardInput): string[] {
  const { labels, preprocessing } = manifest;
  const seen =
    languages.length > 0 ? `It has seen texts in ${nameLanguages(languages)} only` : "Its languages are not known";
  const absent = classification.perClass.filter(({ support }) => support === 0);
  const small = classification.perClass.filter(({ support }) => support > 0 && support < FEW_ROWS);
  const pairs = confusedPairs(labels, classification.confusion, 5);
  const hardest = classification.perClass.filter(({ support }) => support > 0).sort((a, b) => a.f1 - b.f1)[0];
  return [
    `${seen}; texts in other languages get a label all the same.`,
    `It always answers with one of its ${labels.length} labels, also where none fits: look at the probability.`,
    `Of texts longer than ${preprocessing.maxLength} pieces the ${preprocessing.truncation} is left out.`,
    ...(absent.length > 0
      ? [`Labels without test rows, not judged at all: ${nameSome(absent.map(({ label }) => label))}.`]
      : []),
    ...(small.length > 0
      ? [
          `Labels with fewer than ${FEW_ROWS} test rows, whose numbers are uncertain: ${nameSome(small.map(({ label }) => label))}.`,
        ]
      : []),
    ...(hardest !== undefined && hardest.f1 < 1
      ? [`Its hardest label is ${escapeMarkdown(hardest.label)}, F1 ${formatValue(hardest.f1)}.`]
      : []),
    ...pairs.map(
      ({ actual, predicted, rows, share }) =>
        `${escapeMarkdown(actual)} is taken for ${escapeMarkdown(predicted)} in ${formatPercent(share)} of its test rows (${formatCount(rows)}).`,
    ),
    ...dataset.summary.warnings.map(escapeMarkdown),
  ];
}
