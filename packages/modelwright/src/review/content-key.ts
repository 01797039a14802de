import { createHash } from "node:crypto";
import { normalizedText } from "@modelwright/data";
import type { JsonValue } from "@modelwright/registry";
import { canonicalJson } from "../feedback/canonical-json.ts";

/**
 * A number of 53 bits for the content of an item, the same for texts that differ only in case and white space. Of a
 * million contents two have the same number in 1 of 18,000 cases.
 */
export function contentKey(item: JsonValue): number {
  const digest = createHash("sha256")
    .update(canonicalJson(normalized(item)))
    .digest();
  return (digest.readUInt32LE(0) & 0x1fffff) * 2 ** 32 + digest.readUInt32LE(4);
}

function normalized(value: JsonValue): JsonValue {
  if (typeof value === "string") return normalizedText(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(normalized);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, normalized(each as JsonValue)]));
}

/** A number in [0, 1) that a seed draws for a content, whenever it comes. */
export function drawnNumber(key: number, seed: number): number {
  let hash = Math.imul(key >>> 0, 0x9e3779b1) ^ Math.imul(Math.floor(key / 2 ** 32) + seed, 0x85ebca6b);
  // The last mixing step of MurmurHash3.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
