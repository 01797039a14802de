import { z } from "zod";
import type { ItemLimits } from "./task-schemas.ts";

/** A text as a client sends it. */
export function textItem({ maxItemBytes }: ItemLimits) {
  return z.string().refine((text) => text.length * 3 <= maxItemBytes || utf8Length(text) <= maxItemBytes, {
    error: `a text must be at most ${maxItemBytes} bytes of UTF-8`,
  });
}

const utf8 = new TextEncoder();
function utf8Length(text: string): number {
  return utf8.encode(text).length;
}
