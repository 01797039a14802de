import { guessColumn, type TableSketch } from "@modelwright/data";
import type { DataLook, RecipeDraft, UnclearColumn } from "../recipe-draft.ts";
import {
  describeColumns,
  draftColumns,
  draftFromScratch,
  FEW_ROWS,
  findDraftColumns,
  incompleteWarning,
  labelLines,
  ranked,
} from "../text-encoder/table-draft.ts";

/** Of the values of a column that holds several labels so many at least have a separator. */
const SEPARATED = 0.2;
const SEPARATORS = ["|", ";"] as const;
/** Labels are short; a sentence with a semicolon in it is a text. */
const LONGEST_LABEL = 40;
const MOST_WORDS = 4;

const FEW_ROWS_VALUES = `# Few rows: train only the head, on cached vectors of an encoder that reads English only. With more than ${FEW_ROWS} rows, delete this line.
model: { fineTune: frozen }
`;

/** A recipe for a table whose texts have several labels beside them. */
export function draftMultiLabel(look: DataLook): RecipeDraft | UnclearColumn | undefined {
  if (look.kind !== "table" || look.named.label !== undefined || look.named.target !== undefined) return undefined;
  const { sketch, named } = look;
  const labelled = named.labels ?? separatedColumn(sketch) ?? guessColumn("labels", sketch, [named.text]);
  const found = findDraftColumns(sketch, labelled === undefined ? named : { ...named, labels: labelled }, "labels");
  if ("unclear" in found) return found;
  const { column, incomplete } = found;
  const separator = SEPARATORS.find((each) => isSeparated(column.counts, each)) ?? ",";
  const labels = ranked(countParts(column.counts, separator));
  const { model = sketch.rows < FEW_ROWS ? FEW_ROWS_VALUES : "", lines } = draftFromScratch(found);
  return {
    likeness: named.labels !== undefined ? 1 : separatedColumn(sketch) === column.name ? 0.9 : 0.6,
    columns: draftColumns("labels", found),
    rest: `${model}# Every other value has a default, which the run prints. Those that are changed first:
# train: { batchSize: 32, positiveWeights: balanced }   # rare labels count more
# evaluate: { gates: { f1Micro: { min: 0.8 } } }   # a model below a gate is kept, but does not become the champion
`,
    found: describeColumns("labels", found),
    lines: [...labelLines(labels), ...lines],
    warnings: incompleteWarning(incomplete, "a text or labels"),
    details: { ...draftColumns("labels", found), rows: sketch.rows, incomplete, labels },
  };
}

/** The first column of which many values are several short ones. */
function separatedColumn({ columns }: TableSketch): string | undefined {
  return columns.find(({ counts }) => SEPARATORS.some((separator) => isSeparated(counts, separator)))?.name;
}

function isSeparated(counts: ReadonlyMap<string, number>, separator: string): boolean {
  let rows = 0;
  let separated = 0;
  for (const [value, count] of counts) {
    rows += count;
    const parts = value.split(separator);
    if (parts.some((part) => part.length > LONGEST_LABEL || part.trim().split(/\s+/).length > MOST_WORDS)) return false;
    if (parts.length > 1) separated += count;
  }
  return rows > 0 && separated >= SEPARATED * rows;
}

function countParts(counts: ReadonlyMap<string, number>, separator: string): Map<string, number> {
  const parts = new Map<string, number>();
  for (const [value, count] of counts) {
    if (value === "[]") continue;
    for (const part of new Set(value.split(separator).map((each) => each.trim()))) {
      if (part !== "") parts.set(part, (parts.get(part) ?? 0) + count);
    }
  }
  return parts;
}
