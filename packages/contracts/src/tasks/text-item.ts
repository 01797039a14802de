import { z } from "zod";
import type { ItemLimits } from "./task-schemas.ts";

/** Two texts of which something is said together: a premise and a hypothesis, a question and an answer. */
export interface TextPair {
  readonly text: string;
  readonly second: string;
}

/** What a model reads at once: a text, or two where it was trained on pairs. */
export type TextItem = string | TextPair;

/** A text or a pair of texts as a client sends it; which of both a model reads its manifest says. */
export function textOrPairItem(limits: ItemLimits) {
  const text = textItem(limits);
  return z.union([text, z.strictObject({ text, second: text })], {
    error: 'must be a text, or { "text", "second" } for a model of pairs',
  });
}

/** A text as a client sends it. */
export function textItem({ maxItemBytes }: ItemLimits) {
  return z.string().refine((text) => isWithin(text, maxItemBytes), {
    error: `a text must be at most ${maxItemBytes} bytes of UTF-8`,
  });
}

const utf8 = new TextEncoder();

/** Whether a text has at most so many bytes of UTF-8. */
export function isWithin(text: string, bytes: number): boolean {
  return text.length * 3 <= bytes || utf8.encode(text).length <= bytes;
}
