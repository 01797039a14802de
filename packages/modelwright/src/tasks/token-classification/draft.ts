import { guessColumn, type TableSketch } from "@modelwright/data";
import type { DataLook, RecipeDraft, UnclearColumn } from "../recipe-draft.ts";
import { FEW_ROWS } from "../text-encoder/table-draft.ts";

const FEW_ROWS_VALUES = `# Few rows: small batches, so that there are enough updates. With more than ${FEW_ROWS} rows, delete this line.
train: { epochs: 40, batchSize: 4, earlyStopping: { patience: 15 } }
`;

/** A recipe for texts with marked spans beside them. */
export function draftTagger(look: DataLook): RecipeDraft | UnclearColumn | undefined {
  if (look.kind !== "table") return undefined;
  const { sketch, named } = look;
  if (named.label !== undefined || named.labels !== undefined || named.target !== undefined) return undefined;
  const spans = spansColumn(sketch);
  if (spans === undefined) return undefined;
  const text = named.text ?? guessColumn("text", sketch, [spans]);
  if (text === undefined) return { unclear: "text" };
  const id = guessColumn("id", sketch, [text, spans]);
  const columns = { text, spans, ...(id === undefined ? {} : { id }) };
  return {
    likeness: 0.95,
    columns,
    rest: `${sketch.rows < FEW_ROWS ? FEW_ROWS_VALUES : ""}# Every other value has a default, which the run prints. Those that are changed first:
# model: { units: characters, width: 128, layers: 1 }   # default: words, or characters where there are no spaces
# train: { epochs: 10, batchSize: 32, learningRate: 4e-3 }
# evaluate: { gates: { f1Micro: { min: 0.8 } } }   # a model below a gate is kept, but does not become the champion
`,
    found: `text in "${text}", spans in "${spans}"${id === undefined ? "" : `, id in "${id}"`}`,
    details: { ...columns, rows: sketch.rows },
  };
}

/** A column of lists that is called like one of spans, or one of JSON lists of objects with a start. */
function spansColumn(sketch: TableSketch): string | undefined {
  const name = guessColumn("spans", sketch);
  const column = sketch.columns.find((each) => each.name === name);
  if (column === undefined) return undefined;
  const looksRight = [...column.counts.keys()].every((value) => value === "[]" || /^\[\s*[[{]/.test(value));
  return looksRight ? column.name : undefined;
}
