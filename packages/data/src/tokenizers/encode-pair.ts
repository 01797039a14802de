import type { PairPart } from "./pipeline/post-processors.ts";
import { type Truncation, truncate } from "./truncate.ts";

/** Two texts that are read together. */
export interface EncodedPair {
  readonly ids: Int32Array;
  /** Of each token: 0 or what the file gives it, mostly 1 for the second text. */
  readonly types: Uint8Array;
}

/**
 * Lays two texts out as a template says, each cut where both together are too long.
 *
 * @param texts Token ids of both.
 */
export function encodePair(
  template: readonly PairPart[],
  texts: { readonly first: readonly number[]; readonly second: readonly number[] },
  { maxLength, truncation }: { readonly maxLength: number; readonly truncation: Truncation },
): EncodedPair {
  const special = template.reduce((sum, part) => sum + ("ids" in part ? part.ids.length : 0), 0);
  const room = pairRoom(texts.first.length, texts.second.length, Math.max(0, maxLength - special));
  const ids: number[] = [];
  const types: number[] = [];
  for (const part of template) {
    const tokens = "ids" in part ? part.ids : truncate(texts[part.text], room[part.text], truncation);
    for (const id of tokens) {
      ids.push(id);
      types.push(part.type);
    }
  }
  return { ids: Int32Array.from(ids.slice(0, maxLength)), types: Uint8Array.from(types.slice(0, maxLength)) };
}

/**
 * How many tokens of two texts stay when there is room for `room`: the shorter one stays whole while it has at most half, otherwise both have
 * half, and the longer one the odd token; of equal ones the second.
 *
 * @see https://github.com/huggingface/tokenizers `TruncationStrategy::LongestFirst`
 */
function pairRoom(first: number, second: number, room: number): { readonly first: number; readonly second: number } {
  if (first + second <= room) return { first, second };
  const shorter = Math.min(first, second, Math.floor(room / 2));
  return first > second ? { first: room - shorter, second: shorter } : { first: shorter, second: room - shorter };
}
