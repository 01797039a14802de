import type { Encoder } from "./encoder.ts";

/** Numbers as they are, rounded to float32. */
export const number: Encoder<"number", null> = {
  kind: "number",
  input: ({ spelling, unit }) => ({ ...(spelling && { spelling }), ...(unit && { unit }) }),
  fit: () => null,
  features: (name) => [{ name }],
  apply: ({ values }) => Float32Array.from(values),
  compile: (_, raw) => raw,
};
