import type { SingleEncoding } from "@modelwright/contracts";
import type { ColumnKind } from "../../frames/frame.ts";
import { code } from "./code.ts";
import { dateNumbers } from "./date-numbers.ts";
import { embedding } from "./embedding.ts";
import type { Encoder } from "./encoder.ts";
import { hash } from "./hash.ts";
import { number } from "./number.ts";
import { oneHot } from "./one-hot.ts";
import { ordinal } from "./ordinal.ts";
import { rarity } from "./rarity.ts";
import { targetMean } from "./target-mean.ts";
import { tfidfTopics } from "./tfidf-topics.ts";

/** Ways to make numbers of raw columns, by the names that settings use. A new one is a row here. */
const ENCODERS = {
  number,
  code,
  "one-hot": oneHot,
  ordinal,
  hash,
  rarity,
  target: targetMean,
  "date-parts": dateNumbers,
  tfidf: tfidfTopics,
  embedding,
} as const satisfies Record<SingleEncoding, unknown>;

type StateOf<N extends SingleEncoding> = ReturnType<(typeof ENCODERS)[N]["fit"]>;

/** A fitted encoder: its name and what it learnt. */
export type FittedEncoder = {
  readonly [N in SingleEncoding]: { readonly encode: N; readonly state: StateOf<N> };
}[SingleEncoding];

/** The row of an encoder, whose columns and states the caller has of the same name. */
export function encoderOf(name: SingleEncoding): Encoder<ColumnKind, unknown> {
  return ENCODERS[name] as unknown as Encoder<ColumnKind, unknown>;
}
