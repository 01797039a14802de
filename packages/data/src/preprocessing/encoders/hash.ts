import { counted } from "../../report-builder.ts";
import { applyCodes, type CategoryCodes, compileCodes, fitCodes } from "./category-codes.ts";
import { categoryInput } from "./category-input.ts";
import type { Encoder } from "./encoder.ts";

const BUCKETS = 32;

/**
 * Categories as codes of a few buckets, by a hash of their UTF-8 bytes (FNV-1a): fewer codes than categories,
 * the same in every fit. ONNX hashes no texts, so that the graph has a table of the categories that training
 * rows have; new ones share a code.
 */
export const hash: Encoder<"category", CategoryCodes> = {
  kind: "category",
  isPlain: false,
  input: categoryInput,
  fit: (column, { buckets = BUCKETS, ...settings }) => {
    const { kept, other, missing, count } = fitCodes(column, settings);
    const behind = (code: number | null) => (code === null ? null : code - kept.length + buckets);
    const codes = kept.map((category) => hashOf(category) % buckets);
    return { kept, codes, other: behind(other), missing: behind(missing), count: count - kept.length + buckets };
  },
  features: (name, { count }) => [{ name, categories: count }],
  apply: applyCodes,
  words: ({ count, kept }) => `${counted(kept.length, "category", "categories")} hashed to ${counted(count, "code")}`,
  compile: compileCodes,
};

/** https://datatracker.ietf.org/doc/html/draft-eastlake-fnv: 32 bits. */
export function hashOf(text: string): number {
  return Buffer.from(text).reduce((hashed, byte) => Math.imul(hashed ^ byte, 0x01000193), 0x811c9dc5) >>> 0;
}
