import { guessColumn, type TableSketch } from "@modelwright/data";
import type { DataLook, RecipeDraft, UnclearColumn } from "../recipe-draft.ts";
import {
  describeColumns,
  draftColumns,
  draftFromScratch,
  FEW_ROWS,
  type FoundColumns,
  findDraftColumns,
  incompleteWarning,
  textLikeness,
} from "../text-encoder/table-draft.ts";

/** With fewer different numbers than this a column looks like labels. */
const MANY_NUMBERS = 10;

const FEW_ROWS_VALUES = `# Few rows: train only the head, on cached vectors of an encoder that reads English only. With more than ${FEW_ROWS} rows, delete this line.
model: { fineTune: frozen }
`;

/** Names of columns that hold a number to predict. */
const TELLING = /^(target|score|rating|stars|price|value|amount|grade)s?$/i;

/** Few different numbers may be labels; many are not, but beside a column that looks like labels they may be anything. */
function likenessOf({ text, column }: FoundColumns, sketch: TableSketch): number {
  if (column.counts.size <= MANY_NUMBERS) return 0.3;
  const label = guessColumn("label", sketch, [text, column.name]);
  return TELLING.test(column.name) || label === undefined ? 0.8 : 0.4;
}

/** A recipe for a table whose texts have a number beside them. */
export function draftRegression(look: DataLook): RecipeDraft | UnclearColumn | undefined {
  if (look.kind !== "table" || look.named.label !== undefined || look.named.labels !== undefined) return undefined;
  const { sketch, named } = look;
  const { rows } = sketch;
  const found = findDraftColumns(sketch, named, "target");
  if ("unclear" in found) return found;
  const { column, incomplete } = found;
  const isNamed = named.target !== undefined;
  const { model = rows < FEW_ROWS ? FEW_ROWS_VALUES : "", lines } = draftFromScratch(found);
  return {
    likeness: textLikeness(found, { sketch, named, role: "target" }, likenessOf(found, sketch)),
    columns: draftColumns("target", found),
    rest: `${model}# Every other value has a default, which the run prints. Those that are changed first:
# train: { batchSize: 32, loss: mse }   # huber minds few far-off numbers less
# evaluate: { gates: { mae: { max: 0.5 } } }   # a model beyond a gate is kept, but does not become the champion
`,
    found: describeColumns("number", found),
    ...(lines.length === 0 ? {} : { lines }),
    warnings: [
      ...incompleteWarning(incomplete, "a text or a number"),
      ...(isNamed && column.numbers < column.filled
        ? [`"${column.name}" holds values that are no numbers; training will name the first of them`]
        : []),
    ],
    details: { ...draftColumns("target", found), rows, incomplete },
  };
}
