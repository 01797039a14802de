import type { TextItem } from "@modelwright/contracts";
import { wholeText } from "../text-item.ts";
import type { TextTokenizer } from "../tokenizers/text-tokenizer.ts";
import { type TextReading, type TokenizedTexts, tokensRead } from "./text-feeds.ts";
import { cutIntoWindows } from "./text-windows.ts";

/** How a tokenizer reads pairs: as its file puts two texts together, where it says so, otherwise as one text. */
export function pairReading({ readPair }: TextTokenizer): NonNullable<TextReading["pair"]> {
  return readPair === undefined ? "joined" : "template";
}

/** Token ids of items, cut to what is read of them or into windows, and the types of tokens of pairs that are read by a template. */
export function tokenizeItems(
  tokenizer: TextTokenizer,
  items: readonly TextItem[],
  reading: TextReading,
): TokenizedTexts {
  const { truncation, pair, windows } = reading;
  const length = tokensRead(reading);
  const { readPair } = tokenizer;
  if (pair !== "template" || readPair === undefined) {
    const encoded = items.map((item) => tokenizer.read(wholeText(item), length, truncation));
    return windows === undefined ? { encoded } : cutIntoWindows(encoded, { ...reading, windows });
  }
  const pairs = items.map((item) => {
    if (typeof item === "string") throw new Error("a text stands among pairs");
    return readPair(item, length, truncation);
  });
  return { encoded: pairs.map(({ ids }) => ids), types: pairs.map(({ types }) => types) };
}
