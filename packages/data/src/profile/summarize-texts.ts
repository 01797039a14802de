import { isMojibake } from "./mojibake.ts";
import { quantilesOf } from "./summarize-numbers.ts";
import type { TextSummary } from "./table-profile.ts";

/** What the texts of a column are like; undefined where there is none. */
export function summarizeTexts(texts: readonly string[]): TextSummary | undefined {
  const filled = texts.filter((text) => text !== "");
  if (filled.length === 0) return undefined;
  const lengths = Float64Array.from(filled, codePoints).sort();
  const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  return {
    length: { mean, min: lengths[0]!, max: lengths.at(-1)!, quantiles: quantilesOf(lengths) },
    mojibake: filled.filter(isMojibake).length,
  };
}

/** Characters as Unicode counts them: a pair of surrogates is one. */
function codePoints(text: string): number {
  let pairs = 0;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) pairs++;
  return text.length - pairs;
}
