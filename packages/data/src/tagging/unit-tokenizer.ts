import type { TokenizerJson } from "../tokenizers/pipeline/pipeline-tokenizer.ts";
import { textUnits, UNIT_PATTERNS, type UnitKind } from "./text-units.ts";

const SPECIAL = ["[PAD]", "[UNK]"] as const;

/**
 * A `tokenizer.json` whose tokens are the most frequent units of some texts, equally frequent ones in the order of code units. It changes no
 * character, so that every token has a place in its text.
 *
 * @param options.vocabularySize Most tokens, padding (id 0) and the unknown one (id 1) included.
 * @param options.minFrequency Rarer units are unknown.
 */
export function unitTokenizerJson(
  texts: Iterable<string>,
  options: { readonly kind: UnitKind; readonly vocabularySize: number; readonly minFrequency: number },
): TokenizerJson {
  const { kind, vocabularySize, minFrequency } = options;
  const counts = new Map<string, number>();
  for (const text of texts) {
    const { starts, ends } = textUnits(text, kind);
    starts.forEach((start, i) => {
      const unit = text.slice(start, ends[i]);
      counts.set(unit, (counts.get(unit) ?? 0) + 1);
    });
  }
  for (const special of SPECIAL) counts.delete(special);
  const frequent = [...counts]
    .filter(([, count]) => count >= minFrequency)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, vocabularySize - SPECIAL.length)
    .map(([unit]) => unit);
  const vocab = Object.fromEntries([...SPECIAL, ...frequent].map((token, id) => [token, id]));
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: SPECIAL.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: { type: "Split", pattern: { Regex: UNIT_PATTERNS[kind] }, behavior: "Removed", invert: true },
    post_processor: null,
    decoder: null,
    model: { type: "WordLevel", unk_token: SPECIAL[1], vocab },
  };
}
