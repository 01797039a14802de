import type { JsonValue } from "@modelwright/registry";
import { canonicalJson } from "../feedback/canonical-json.ts";

/** Different answers that are kept word by word. Later ones are told apart by a number alone. */
const MOST_KEPT = 50_000;
/** Larger whole numbers are not exact in the table of contents, which keeps float32. */
const MOST_NUMBERED = 2 ** 24;

/** Numbers for what is said, equal where the same is said. */
export class Sayings {
  readonly #numbers = new Map<string, number>();
  readonly #texts: string[] = [];

  numberOf(said: JsonValue): number {
    const text = canonicalJson(said);
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    if (this.#texts.length === MOST_KEPT) return MOST_KEPT + (hashOf(text) % (MOST_NUMBERED - MOST_KEPT));
    this.#numbers.set(text, this.#texts.length);
    return this.#texts.push(text) - 1;
  }

  /** Undefined of an answer that was not kept. */
  said(number: number): JsonValue | undefined {
    const text = this.#texts[number];
    return text === undefined ? undefined : (JSON.parse(text) as JsonValue);
  }
}

/** FNV-1a over UTF-16 units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
