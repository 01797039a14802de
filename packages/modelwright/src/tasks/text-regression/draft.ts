import type { DataLook, RecipeDraft, UnclearColumn } from "../recipe-draft.ts";
import {
  describeColumns,
  draftColumns,
  FEW_ROWS,
  findDraftColumns,
  incompleteWarning,
} from "../text-encoder/table-draft.ts";

/** With fewer different numbers than this a column looks like labels. */
const MANY_NUMBERS = 10;

const FEW_ROWS_VALUES = `# Few rows: train only the head, on cached vectors. With more than ${FEW_ROWS} rows, delete this line.
model: { fineTune: frozen }
`;

/** A recipe for a table whose texts have a number beside them. */
export function draftRegression(look: DataLook): RecipeDraft | UnclearColumn | undefined {
  if (look.kind !== "table" || look.named.label !== undefined || look.named.labels !== undefined) return undefined;
  const { profile, named } = look;
  const { rows } = profile;
  const found = findDraftColumns(profile, named, "target");
  if ("unclear" in found) return found;
  const { column, incomplete } = found;
  const isNamed = named.target !== undefined;
  const isFew = rows < FEW_ROWS;
  return {
    likeness: isNamed ? 1 : column.counts.size > MANY_NUMBERS ? 0.8 : 0.3,
    columns: draftColumns("target", found),
    rest: `${isFew ? FEW_ROWS_VALUES : ""}# Every other value has a default, which the run prints. Those that are changed first:
# train: { epochs: 4, batchSize: 32, learningRate: 3e-4, loss: mse }   # huber minds few far-off numbers less
# evaluate: { gates: { mae: { max: 0.5 } } }   # a model beyond a gate is kept, but does not become the champion
`,
    found: describeColumns("number", found),
    warnings: [
      ...incompleteWarning(incomplete, "a text or a number"),
      ...(isNamed && column.numbers < column.filled
        ? [`"${column.name}" holds values that are no numbers; training will name the first of them`]
        : []),
    ],
    details: { ...draftColumns("target", found), rows, incomplete },
  };
}
