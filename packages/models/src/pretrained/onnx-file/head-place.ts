import { ModelwrightError } from "@modelwright/contracts";
import type { Graph, Value } from "@modelwright/engine";
import type { Pooling } from "../hugging-face/pooling.ts";

/** Where a head stands on an imported graph, as `model.head` of a recipe says it. */
export interface HeadOptions {
  /** Name of a tensor of the graph: float `[batch, sequence, width]`, or `[batch, width]`. */
  readonly at?: string | undefined;
  /** How vectors of tokens become one of the text; `none`: there is one already. */
  readonly pooling?: Pooling | "none" | undefined;
}

/** Where a head stands. */
export interface HeadPlace {
  readonly at: string;
  readonly pooling: Pooling | "none";
  /** What gives a vector per token; absent where nothing does. */
  readonly vectors?: string;
}

/** What exporters call vectors, the best first. */
const VECTORS_OF_TOKENS = ["last_hidden_state", "token_embeddings", "hidden_states", "encoder_last_hidden_state"];
const VECTORS_OF_TEXTS = ["sentence_embedding", "text_embeds", "embeddings", "pooler_output"];
/** What a head for another task gives. */
const OF_A_HEAD: ReadonlySet<string> = new Set(["logits", "start_logits", "end_logits", "prediction_logits", "scores"]);

/**
 * Where a head stands: where the options say so, otherwise on the vectors of tokens, otherwise on those of texts, as names and shapes of the
 * graph's outputs tell them.
 *
 * @param options.inFile How the files beside the graph say that texts are pooled.
 * @throws {ModelwrightError} `MODEL_HEAD_UNFIT`.
 */
export function headPlace(
  graph: Graph,
  options: HeadOptions & { readonly file: string; readonly inFile?: Pooling | undefined },
): HeadPlace {
  const { outputs } = graph;
  const at =
    options.at === undefined ? likelyOutput(graph, options.file) : namedOutput(outputs, options.at, options.file);
  const isPerToken = at.shape.length === 3;
  const { pooling = isPerToken ? (options.inFile ?? "mean") : "none" } = options;
  if (isPerToken && pooling === "none") {
    return unfit(options.file, {
      rule: `"${at.name}" has a vector per token, so that one of the text is made of them`,
      got: "pooling: none",
      instead: "Write model.head: { pooling: mean }, cls or max.",
    });
  }
  if (!isPerToken && pooling !== "none") {
    return unfit(options.file, {
      rule: `"${at.name}" has one vector per text, so that there is nothing to pool`,
      got: `pooling: ${pooling}`,
      instead: "Write pooling: none, or leave it out.",
    });
  }
  const vectors = isPerToken
    ? at
    : outputs.find((value) => isFloat(value, 3) && VECTORS_OF_TOKENS.includes(value.name));
  return { at: at.name, pooling, ...(vectors === undefined ? {} : { vectors: vectors.name }) };
}

function namedOutput(outputs: readonly Value[], name: string, file: string): Value {
  const value = outputs.find((output) => output.name === name)!;
  if (isFloat(value, 3) || isFloat(value, 2)) return value;
  return unfit(file, {
    rule: `a head stands on a float tensor of a known width, [batch, sequence, width] or [batch, width]; "${name}" is none`,
    got: described(value),
    instead: "Name another tensor in model.head.at; modelwright doctor <file> lists some.",
  });
}

function likelyOutput(graph: Graph, file: string): Value {
  const { outputs } = graph;
  const named = (names: readonly string[], rank: number) =>
    names.flatMap((name) => outputs.find((value) => value.name === name && isFloat(value, rank)) ?? []);
  const free = outputs.filter(({ name }) => !OF_A_HEAD.has(name));
  const found = [
    ...named(VECTORS_OF_TOKENS, 3),
    ...named(VECTORS_OF_TEXTS.slice(0, -1), 2),
    ...free.filter((value) => isFloat(value, 3)),
    ...free.filter((value) => isFloat(value, 2)),
  ];
  if (found[0] !== undefined) return found[0];
  const inside = likelyInside(graph);
  return unfit(file, {
    rule: "a head stands on vectors of tokens or texts, and no output is one",
    got: outputs.map(described).join("; "),
    instead:
      inside.length === 0
        ? "Name a tensor in model.head: { at: … }, or export the model without its head."
        : `Name a tensor inside the graph, such as model.head: { at: "${inside[0]}" }.`,
  });
}

/** Operators that are last in an encoder. */
const LAST_OPERATORS: ReadonlySet<string> = new Set([
  "LayerNormalization",
  "SkipLayerNormalization",
  "SimplifiedLayerNormalization",
  "RMSNormalization",
]);

/** Names of values inside a graph that are likely to be vectors of tokens, the last first. */
export function likelyInside({ nodes, values }: Graph): readonly string[] {
  const found = nodes.flatMap(({ opType, outputs: [name = ""] }) => {
    const value = LAST_OPERATORS.has(opType) ? values.get(name) : undefined;
    return value !== undefined && isFloat(value, 3) ? [name] : [];
  });
  return found.toReversed();
}

function isFloat({ dtype, shape }: Value, rank: number): boolean {
  return dtype === "float32" && shape.length === rank && typeof shape.at(-1) === "number";
}

function described({ name, dtype, shape }: Value): string {
  return `${name}: ${dtype} [${shape.join(", ")}]`;
}

function unfit(file: string, details: { rule: string; got: string; instead: string }): never {
  throw new ModelwrightError("MODEL_HEAD_UNFIT", { file, ...details });
}
