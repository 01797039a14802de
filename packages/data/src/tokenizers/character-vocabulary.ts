/** Ids of characters by how often they occur; 0 is padding, 1 stands for every character that is not known. */
export interface CharacterVocabulary {
  /** Number of ids, the two without a character included. */
  readonly size: number;
  /** The characters in the order of their ids, from id 2 on. */
  readonly characters: readonly string[];
  /** An id for each character (Unicode code point) of a text. */
  encode(text: string): Int32Array;
}

const UNKNOWN = 1;

/**
 * The characters of some texts, the most frequent first, equally frequent ones in Unicode order.
 *
 * @param options.minCount Rarer characters count as not known. Default 1.
 */
export function characterVocabulary(
  texts: Iterable<string>,
  { minCount = 1 }: { minCount?: number } = {},
): CharacterVocabulary {
  const counts = new Map<string, number>();
  for (const text of texts) for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const characters = [...counts]
    .filter(([, count]) => count >= minCount)
    .sort(([a, m], [b, n]) => n - m || a.codePointAt(0)! - b.codePointAt(0)!)
    .map(([character]) => character);
  const ids = new Map(characters.map((character, i) => [character, i + UNKNOWN + 1]));
  return {
    size: characters.length + UNKNOWN + 1,
    characters,
    encode: (text) => Int32Array.from(Array.from(text), (character) => ids.get(character) ?? UNKNOWN),
  };
}
