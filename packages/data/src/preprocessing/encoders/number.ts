import { type Encoder, PLAIN_MISSING } from "./encoder.ts";

/** Numbers as they are, rounded to float32. */
export const number: Encoder<"number", null> = {
  kind: "number",
  missing: PLAIN_MISSING,
  isPlain: true,
  input: ({ spelling, unit }) => ({ ...(spelling && { spelling }), ...(unit && { unit }) }),
  fit: () => null,
  features: (name) => [{ name }],
  apply: ({ values }) => Float32Array.from(values),
  compile: (_, raw) => raw,
};
