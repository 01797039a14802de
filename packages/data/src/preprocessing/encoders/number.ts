import type { Encoder } from "./encoder.ts";

/** Numbers as they are, rounded to float32. */
export const number: Encoder<"number", null> = {
  kind: "number",
  isPlain: true,
  input: ({ spelling, unit }) => ({ ...(spelling && { spelling }), ...(unit && { unit }) }),
  fit: () => null,
  features: (name) => [{ name }],
  apply: ({ values }) => Float32Array.from(values),
  words: () => "the number",
  compile: (_, raw) => raw,
};
