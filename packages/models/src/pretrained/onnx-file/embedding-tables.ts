import type { Graph, Node } from "@modelwright/engine";

/** What the tables of an encoder say of the texts that it reads. */
export interface EmbeddingTables {
  /** Rows of the table that token ids choose from; undefined where none does. */
  readonly vocabularySize: number | undefined;
  /** Rows of the table of positions; undefined where there is none. */
  readonly positions: number | undefined;
}

/** Operators through which ids reach a table unchanged. */
const PASSING: ReadonlySet<string> = new Set(["Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Clip"]);
/** Fewer rows are of token types. */
const FEWEST_POSITIONS = 4;

/** Finds the tables of tokens and of positions by what chooses their rows. */
export function embeddingTables({ nodes, initializers }: Graph): EmbeddingTables {
  const ids = new Map<string, string>([
    ["input_ids", "input_ids"],
    ["token_type_ids", "token_type_ids"],
  ]);
  let vocabularySize: number | undefined;
  let positions: number | undefined;
  for (const node of nodes) {
    const from = ids.get(node.inputs[0] ?? "");
    if (from !== undefined && PASSING.has(node.opType)) ids.set(node.outputs[0]!, from);
    for (const [table, chosenBy] of tablesOf(node)) {
      const shape = initializers.get(table)?.shape ?? [];
      const [rows] = shape;
      if (shape.length !== 2 || rows === undefined) continue;
      const source = ids.get(chosenBy);
      if (source === "input_ids") vocabularySize = Math.min(rows, vocabularySize ?? rows);
      else if (source === undefined && rows >= FEWEST_POSITIONS) positions = Math.min(rows, positions ?? rows);
    }
  }
  return { vocabularySize, positions };
}

/** Tables that a node reads, and what chooses their rows. */
function tablesOf({ opType, domain, inputs }: Node): readonly (readonly [table: string, chosenBy: string])[] {
  if (domain === "" && opType === "Gather") return [[inputs[0]!, inputs[1]!]];
  if (opType !== "EmbedLayerNormalization") return [];
  // input_ids, segment_ids, word_embedding, position_embedding
  return [
    [inputs[2]!, inputs[0]!],
    [inputs[3]!, ""],
  ];
}
