import type { TextItem } from "@modelwright/contracts";
import type { Windows } from "@modelwright/data";
import { itemLength } from "./require-items.ts";

/** Characters of a token on the whole: about four in English, about one where words have no spaces between them. */
const CHARACTERS = { spaced: 4, others: 1 };

/** How many rows of tokens a text is to a model that reads long ones in windows, by its length: exact counts need its tokenizer. */
export function estimateRows(
  item: TextItem,
  { preprocessing }: { readonly preprocessing: { readonly maxLength: number; readonly windows?: Windows | undefined } },
): number {
  const { maxLength, windows } = preprocessing;
  if (windows === undefined || typeof item !== "string") return 1;
  const isSpaced = item.slice(0, 256).includes(" ");
  const tokens = itemLength(item) / (isSpaced ? CHARACTERS.spaced : CHARACTERS.others);
  const steps = Math.ceil((tokens - maxLength) / Math.max(1, maxLength - windows.overlap));
  return Math.min(windows.most, 1 + Math.max(0, steps));
}
