import type { Graph, Node } from "@modelwright/engine";
import { producersOf } from "../../layers/imported-graph/draft.ts";

/** What the tables of an encoder say of the texts that it reads. */
export interface EmbeddingTables {
  /** Rows of the table that token ids choose from; undefined where none does. */
  readonly vocabularySize: number | undefined;
  /** Tokens for which the table of positions has rows; undefined where there is none. */
  readonly positions: number | undefined;
}

/** Operators through which ids reach a table unchanged. */
const PASSING: ReadonlySet<string> = new Set(["Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Clip"]);
/** Fewer rows are of token types. */
const FEWEST_POSITIONS = 4;

/**
 * Finds the tables of tokens and of positions by what chooses their rows. Of tables as wide as that of tokens, positions are those that no
 * ids choose; what is narrower are distances in attention.
 *
 * @param padId Where positions are counted from token ids, as RoBERTa does, they begin behind this row.
 */
export function embeddingTables(graph: Graph, padId: number): EmbeddingTables {
  const tables = rowChoices(graph);
  const words = tables.filter(({ from }) => from === "input_ids");
  const vocabularySize = leastRows(words);
  const producers = producersOf(graph);
  const positions = tables.flatMap(({ rows, width, chosenBy, from }) => {
    const isPositions = from === undefined && rows >= FEWEST_POSITIONS && words.some((word) => word.width === width);
    return isPositions ? [{ rows: rows - (isCounted(chosenBy, producers) ? padId + 1 : 0) }] : [];
  });
  return { vocabularySize, positions: leastRows(positions) };
}

function leastRows(tables: readonly { readonly rows: number }[]): number | undefined {
  return tables.length === 0 ? undefined : tables.reduce((least, { rows }) => Math.min(least, rows), Number.MAX_VALUE);
}

interface RowChoice {
  readonly rows: number;
  readonly width: number;
  readonly chosenBy: string;
  /** The input whose ids choose rows. */
  readonly from: string | undefined;
}

function rowChoices({ nodes, initializers }: Graph): readonly RowChoice[] {
  const ids = new Map<string, string>([
    ["input_ids", "input_ids"],
    ["token_type_ids", "token_type_ids"],
  ]);
  return nodes.flatMap((node) => {
    const from = ids.get(node.inputs[0] ?? "");
    if (from !== undefined && PASSING.has(node.opType)) ids.set(node.outputs[0]!, from);
    return tablesOf(node).flatMap(([table, chosenBy]) => {
      const [rows, width, ...more] = initializers.get(table)?.shape ?? [];
      if (rows === undefined || width === undefined || more.length > 0) return [];
      return [{ rows, width, chosenBy, from: ids.get(chosenBy) }];
    });
  });
}

/** Operators behind which only the size of a text is seen. */
const SIZES: ReadonlySet<string> = new Set(["Shape", "Size"]);

/** Whether a value is counted over the tokens' ids, as positions are that padding has no part in. */
function isCounted(name: string, producers: ReadonlyMap<string, Node>): boolean {
  const seen = new Set<string>();
  const operators = new Set<string>();
  const follow = (value: string): void => {
    if (seen.has(value)) return;
    seen.add(value);
    const node = producers.get(value);
    if (node === undefined || SIZES.has(node.opType)) return;
    operators.add(node.opType);
    node.inputs.forEach(follow);
  };
  follow(name);
  return seen.has("input_ids") && operators.has("CumSum");
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
