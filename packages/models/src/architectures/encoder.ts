import type { Value } from "@modelwright/engine";
import type { LayerContext } from "../layers/layer-context.ts";
import type { MaskedTokenHead } from "./masked-token-head.ts";

/** Names under which graphs take what an encoder reads: those that transformers.js feeds. */
export const ENCODER_INPUT_NAMES = {
  inputIds: "input_ids",
  attentionMask: "attention_mask",
  tokenTypeIds: "token_type_ids",
} as const;

export type EncoderInput = keyof typeof ENCODER_INPUT_NAMES;

/** Padded texts, int64 `[batch, sequence]` each. */
export interface EncoderInputs {
  readonly inputIds: Value;
  /** 1 for a token, 0 for padding at the end. */
  readonly attentionMask: Value;
  /** 0 for the first text of a pair and 1 for the second. Default: 0 throughout. */
  readonly tokenTypeIds?: Value | undefined;
}

/**
 * What an encoder makes of texts. Padding does not change it. Layers are built when what they give is asked for, so that a head on `vectors`
 * trains no pooler; ask in the scope in which the encoder was applied.
 */
export interface EncodedTexts {
  /** A vector per token, float32 `[batch, sequence, width]`; absent where the encoder gives only one per text. */
  readonly vectors?: () => Value;
  /** One vector per text, float32 `[batch, width]`. */
  readonly pooled: () => Value;
}

/** A text encoder as a plain function on the graph, and the numbers that describe it. */
export interface Encoder {
  /** `model_type` in `config.json`. */
  readonly modelType: string;
  /** What its classes are called in Hugging Face's transformers: `Bert` of `BertModel`. Default: made of `modelType`. */
  readonly className?: string;
  /** The rest of what `config.json` says about the encoder, in Hugging Face's field names. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What it reads; the others are passed over. */
  readonly inputs: readonly EncoderInput[];
  /** Rows of the embedding table: token ids are below it. */
  readonly vocabularySize: number;
  /** Width of the vectors. */
  readonly width: number;
  /** The head under which it predicts masked tokens, by its own table of them. Absent: it has no vector for each token. */
  readonly maskedHead?: MaskedTokenHead & { readonly embeddingWidth: number };
  /** Longest sequence that it reads, in tokens; infinity where it reads any. */
  readonly maxLength: number;
  /** The token that fills the places behind a shorter text. */
  readonly padId: number;
  /** Builds the encoder. Applied twice in one scope, it shares its parameters. */
  apply(c: LayerContext, inputs: EncoderInputs): EncodedTexts;
}

/** Whether an encoder tells the two texts of a pair apart by the types of their tokens. */
export function readsTokenTypes({ inputs, config }: Encoder): boolean {
  const { type_vocab_size: types } = config;
  return inputs.includes("tokenTypeIds") && (typeof types !== "number" || types > 1);
}

/**
 * A value that is built when it is first asked for.
 *
 * @returns Throws when it is asked for in another scope, in which its parameters would get other names.
 */
export function builtOnDemand(c: LayerContext, build: () => Value): () => Value {
  const scope = c.b.scoped("");
  let value: Value | undefined;
  return () => {
    const here = c.b.scoped("");
    if (here !== scope) throw new Error(`built for the scope "${scope}", asked for in "${here}"`);
    value ??= build();
    return value;
  };
}
