import { basename, extname } from "node:path";
import { stringify } from "yaml";

/** What `init` knows when it writes a recipe. */
export interface RecipeDraft {
  readonly name: string;
  /** Relative to the recipe file, with `/`. */
  readonly source: string;
  readonly columns: { readonly text: string; readonly label: string; readonly id?: string };
  readonly rows: number;
}

/** Below it, a head on cached vectors is usually at least as good as full fine-tuning, and done in seconds. */
const FEW_ROWS = 1000;

const FEW_ROWS_VALUES = `# Few rows: train only the head, on cached vectors, and stop by the loss, which is steadier than macro F1 on few
# validation rows. With more than ${FEW_ROWS} rows, delete these two lines.
model: { fineTune: frozen }
train: { earlyStopping: { metric: loss } }
`;

const MANY_ROWS_HINTS = `# model: { fineTune: frozen }   # only the head, on cached vectors: in seconds, and often a little less exact
# train: { epochs: 4, batchSize: 32, learningRate: 3e-4 }
`;

/**
 * A recipe as a newcomer should read it: what has to be there, and the values one changes first, in comments.
 */
export function recipeText({ name, source, columns, rows }: RecipeDraft): string {
  const inline = (value: unknown) => stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trim();
  return `# Train with: modelwright train ${name}.yaml
name: ${inline(name)}
task: text-classification
data:
  source: ${inline(source)}
  columns: ${inline(columns)}
${rows < FEW_ROWS ? FEW_ROWS_VALUES : ""}# Every other value has a default, which the run prints. Those that are changed first:
${rows < FEW_ROWS ? "" : MANY_ROWS_HINTS}# evaluate: { gates: { f1Macro: { min: 0.9 } } }   # a model below a gate is kept, but does not become the champion
`;
}

/** A model name made of a file's name: `My Tickets (2).csv` gives `my-tickets-2`. */
export function modelName(path: string): string {
  const name = basename(path, extname(path))
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, "")
    .slice(0, 64);
  return name === "" ? "my-model" : name;
}
