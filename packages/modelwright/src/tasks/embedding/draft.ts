import { type ColumnSketch, guessColumn, type Role, type TableSketch } from "@modelwright/data";
import type { DataLook, RecipeDraft } from "../recipe-draft.ts";
import { FEW_ROWS } from "../text-encoder/table-draft.ts";
import type { ExamplesName } from "./example-rows.ts";

const FEW_ROWS_VALUES = `# Few rows: more passes. With more than ${FEW_ROWS} rows, delete this line.
train: { epochs: 10, earlyStopping: { patience: 5 } }
`;

/** Roles by which a table is known as rows of a kind, the most telling first; the text comes last, out of what is left. */
const FORMS: readonly { readonly examples: ExamplesName; readonly roles: readonly Role[]; readonly found: string }[] = [
  { examples: "triplets", roles: ["positive", "negative"], found: "texts with a positive and a negative one" },
  { examples: "scores", roles: ["second", "similarity"], found: "pairs with a similarity" },
  { examples: "pairs", roles: ["positive"], found: "pairs of texts" },
];

/** A recipe for a table of texts that belong together: its columns are called so, and hold many different texts. */
export function draftEmbedder(look: DataLook): RecipeDraft | undefined {
  if (look.kind !== "table") return undefined;
  const { sketch, named } = look;
  if (named.label !== undefined || named.labels !== undefined || named.target !== undefined) return undefined;
  for (const { examples, roles, found } of FORMS) {
    const columns = columnsOf(roles, sketch, named.text);
    if (columns === undefined) continue;
    const id = guessColumn("id", sketch, Object.values(columns));
    const all = { ...columns, ...(id === undefined ? {} : { id }) };
    // A label beside the texts is what most tables are there for; `--task embedding` says otherwise.
    const label = guessColumn("label", sketch, [...Object.values(columns), id]);
    return {
      likeness: label === undefined ? 0.9 : 0.4,
      columns: all,
      rest: `  examples: ${examples}
${sketch.rows < FEW_ROWS ? FEW_ROWS_VALUES : ""}# Every other value has a default, which the run prints. Those that are changed first:
# model: { base: sentence-transformers/all-MiniLM-L6-v2 }   # default: use-lite-en, which reads English only
# train: { batchSize: 64, learningRate: 1e-4 }   # large batches have more negatives
# evaluate: { gates: { recall10: { min: 0.9 } } }   # a model below a gate is kept, but does not become the champion
`,
      found: `${found}: ${Object.entries(all)
        .map(([role, column]) => `${role} in "${column}"`)
        .join(", ")}`,
      details: { ...all, examples, rows: sketch.rows },
    };
  }
  return undefined;
}

function columnsOf(
  roles: readonly Role[],
  sketch: TableSketch,
  named: string | undefined,
): Record<string, string> | undefined {
  const columns: Record<string, string> = {};
  for (const role of roles) {
    const column = guessColumn(role, sketch, [...Object.values(columns), named]);
    if (column === undefined) return undefined;
    const { filled, numbers, counts } = sketch.columns.find(({ name }) => name === column) as ColumnSketch;
    // Few different values are categories, such as answers "yes" and "no".
    if (numbers < filled && counts.size < MANY_TEXTS) return undefined;
    columns[role] = column;
  }
  const text = named ?? guessColumn("text", sketch, Object.values(columns));
  return text === undefined ? undefined : { text, ...columns };
}

/** With fewer different ones a column of texts is one of categories. */
const MANY_TEXTS = 10;
