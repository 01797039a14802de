import type { DataLook, RecipeDraft, UnclearColumn } from "../recipe-draft.ts";
import {
  describeColumns,
  draftColumns,
  draftFromScratch,
  FEW_ROWS,
  findDraftColumns,
  incompleteWarning,
  labelLines,
  pairHint,
  ranked,
  textLikeness,
} from "../text-encoder/table-draft.ts";

const FEW_ROWS_VALUES = `# Few rows: stop by the loss, which is steadier than macro F1 on few validation rows. Delete this line when there are more than ${FEW_ROWS}.
train: { earlyStopping: { metric: loss } }
`;

const MODEL_HINT = `# model: { fineTune: frozen }   # one model instead of the best of several: full or frozen, on an encoder that reads English only
`;

const BUDGET_HINT = `# train: { budget: 20m }         # the time for training; by default 5 minutes
`;

/** A recipe for a table whose texts have one of a few values beside them. */
export function draftClassification(look: DataLook): RecipeDraft | UnclearColumn | undefined {
  if (look.kind !== "table") return undefined;
  const { sketch, named } = look;
  const { rows } = sketch;
  const found = findDraftColumns(sketch, named, "label");
  if ("unclear" in found) return found;
  const { column, incomplete } = found;
  const labels = ranked(column.counts);
  const isFew = rows < FEW_ROWS;
  const { model, lines } = draftFromScratch(found);
  return {
    likeness: textLikeness(found, { sketch, named, role: "label" }, 0.5),
    columns: draftColumns("label", found),
    rest: `${model ?? ""}${isFew ? FEW_ROWS_VALUES : ""}# Every other value has a default, which the run prints. Those that are changed first:
${model === undefined ? MODEL_HINT : ""}${pairHint(found)}${BUDGET_HINT}# evaluate: { gates: { f1Macro: { min: 0.9 } } }   # a model below a gate is kept, but does not become the champion
`,
    found: describeColumns("label", found),
    lines: [...labelLines(labels), ...lines],
    warnings: [...incompleteWarning(incomplete, "a text or a label"), ...labelWarnings(labels, column.name, rows)],
    details: { ...draftColumns("label", found), rows, incomplete, labels },
  };
}

function labelWarnings(labels: readonly { readonly rows: number }[], column: string, rows: number): string[] {
  return labels.length > rows / 4 ? [`"${column}" has few rows for each of its values; is it the label?`] : [];
}
