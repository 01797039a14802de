import { type Graph, GraphBuilder, tensorFrom } from "@modelwright/engine";

/** A linear model on TF-IDF vectors of token ids. */
export interface TfidfLinearParts {
  /** Token ids of each term, the shortest first; none has id 0. */
  readonly terms: readonly Int32Array[];
  /** Weight of each term, `[terms]`. */
  readonly idf: Float32Array;
  /** `[terms, width]`. */
  readonly weight: Float32Array;
  /** `[width]`. */
  readonly bias: Float32Array;
}

/** Least squared length that is divided by; a text without a known term stays a zero vector. */
const EPSILON = 1e-12;

/**
 * The graph of a linear model on TF-IDF vectors, from token ids on, in operators of ai.onnx: whatever runs ONNX runs it.
 *
 * Inputs: `input_ids` and `attention_mask`, int64 `[batch, sequence]`; where the mask is 0, the id counts as 0, which is in no term.
 * Output: `logits`, float32 `[batch, width]`. A term that occurs `n` times counts `(1 + ln n) · idf`; vectors are scaled to length 1.
 */
export function tfidfLinearGraph({ terms, idf, weight, bias }: TfidfLinearParts): Graph {
  const b = new GraphBuilder({ name: "tfidf-linear" });
  const ids = b.input("input_ids", "int64", ["batch", "sequence"]);
  const mask = b.input("attention_mask", "int64", ["batch", "sequence"]);
  const counts = b.op("TfIdfVectorizer", [b.op("Mul", [ids, mask])], {
    mode: "TF",
    min_gram_length: 1,
    max_gram_length: terms.at(-1)!.length,
    max_skip_count: 0,
    ngram_counts: lengthStarts(terms),
    ngram_indexes: [...terms.keys()],
    pool_int64s: terms.flatMap((term) => [...term]),
  });
  const one = b.scalar(1);
  // ln n + 1 where n is 1 or more, and 0 where it is 0.
  const frequencies = b.op("Add", [b.op("Log", [b.op("Max", [counts, one])]), b.op("Min", [counts, one])]);
  const weighted = b.op("Mul", [frequencies, b.initializer("tfidf.idf", tensorFrom("float32", [idf.length], idf))]);
  const squares = b.op("ReduceSum", [b.op("Mul", [weighted, weighted]), b.ints([-1])], { keepdims: 1 }); // [batch, 1]
  const length = b.op("Sqrt", [b.op("Max", [squares, b.scalar(EPSILON)])]);
  const matrix = b.initializer("head.weight", tensorFrom("float32", [terms.length, bias.length], weight));
  // The product is divided, not the vector: it is narrower.
  const products = b.op("Div", [b.op("MatMul", [weighted, matrix]), length]); // [batch, width]
  b.output(b.op("Add", [products, b.initializer("head.bias", tensorFrom("float32", [bias.length], bias))]), "logits");
  return b.build();
}

/** Where in the pool, laid out flat, the terms of each length begin: the attribute `ngram_counts`. */
function lengthStarts(terms: readonly Int32Array[]): number[] {
  const longest = terms.at(-1)!.length;
  const starts = new Array<number>(longest).fill(0);
  for (const { length } of terms) for (let longer = length; longer < longest; longer++) starts[longer]! += length;
  return starts;
}
