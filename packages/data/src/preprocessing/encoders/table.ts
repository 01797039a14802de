import type { ColumnKind } from "../../frames/frame.ts";
import { code } from "./code.ts";
import type { Encoder } from "./encoder.ts";
import { number } from "./number.ts";

/** Ways to make numbers of raw columns. A new one is a row here. */
export const ENCODERS = { number, code } as const;

export type EncoderName = keyof typeof ENCODERS;

/** A fitted encoder: its name and what it learnt. */
export type FittedEncoder = {
  readonly [N in EncoderName]: {
    readonly encode: N;
    readonly state: (typeof ENCODERS)[N] extends Encoder<ColumnKind, infer S> ? S : never;
  };
}[EncoderName];

/** The row of an encoder, whose columns and states the caller has of the same name. */
export function encoderOf(name: EncoderName): Encoder<ColumnKind, unknown> {
  return ENCODERS[name] as unknown as Encoder<ColumnKind, unknown>;
}
