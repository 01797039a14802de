import { FIRST_CHARACTER_ID, SPACE_ID } from "./ngram-tokenizer.ts";

/** Which runs are terms. */
export interface TermLengths {
  /** Characters in a term that need not be whole words; 0: there are none. Default 4. */
  readonly characters?: number | undefined;
  /** Whole words in a term; 0: there are none. Default 2. */
  readonly words?: number | undefined;
}

/** Ids in a term of whole words, the spaces that bound them included. */
const LONGEST_WORD_TERM = 40;

/** Ids of a term, and in how many texts it stands. */
export interface CountedTerm {
  readonly ids: Int32Array;
  readonly texts: number;
}

/**
 * The terms that stand in `minTexts` texts or more: every run of 1 to 4 characters, spaces included, and every word or pair of words that is
 * longer, with the spaces that bound it; or as many as `lengths` says.
 *
 * Runs are counted by length, and only those whose beginning is frequent: others cannot be.
 *
 * @param encoded Texts as a tokenizer of `ngramTokenizerJson` gives them.
 */
export function countTerms(
  encoded: readonly Int32Array[],
  minTexts: number,
  { characters = 4, words = 2 }: TermLengths = {},
): CountedTerm[] {
  return [
    ...characterTerms(encoded, minTexts, characters),
    ...wordTerms(encoded, minTexts, { words, longerThan: characters }),
  ];
}

/** Nodes of one length in a tree of terms, by their place. */
interface Level {
  readonly parents: number[];
  readonly lastIds: number[];
  readonly texts: number[];
  readonly seenIn: number[];
}

function* characterTerms(encoded: readonly Int32Array[], minTexts: number, longest: number): Generator<CountedTerm> {
  const alphabet = encoded.reduce((most, ids) => ids.reduce((a, b) => Math.max(a, b), most), SPACE_ID) + 1;
  const before: Level[] = [];
  // The frequent term that begins at a place and is as long as the level, as its number in the level; −1: none is.
  const begun = encoded.map((ids) => new Int32Array(ids.length));
  for (let length = 1; length <= longest; length++) {
    const level: Level = { parents: [], lastIds: [], texts: [], seenIn: [] };
    const nodes = new Map<number, number>();
    encoded.forEach((ids, text) => {
      const places = begun[text]!;
      for (let at = 0; at < ids.length; at++) {
        const parent = places[at]!;
        const id = ids[at + length - 1] ?? 0;
        if (parent < 0 || id < SPACE_ID) {
          places[at] = -1;
          continue;
        }
        const key = parent * alphabet + id;
        let node = nodes.get(key);
        if (node === undefined) {
          node = level.parents.push(parent) - 1;
          level.lastIds.push(id);
          level.texts.push(0);
          level.seenIn.push(-1);
          nodes.set(key, node);
        }
        if (level.seenIn[node] !== text) {
          level.seenIn[node] = text;
          level.texts[node]!++;
        }
        places[at] = node;
      }
    });
    for (const places of begun) {
      for (let at = 0; at < places.length; at++) {
        const node = places[at]!;
        if (node >= 0 && level.texts[node]! < minTexts) places[at] = -1;
      }
    }
    before.push(level);
    for (const [node, texts] of level.texts.entries()) {
      const ids = idsOf(before, node);
      if (texts >= minTexts && ids.some((id) => id >= FIRST_CHARACTER_ID)) yield { ids, texts };
    }
  }
}

/** The ids from the first level to a node of the last. */
function idsOf(levels: readonly Level[], last: number): Int32Array {
  const ids = new Int32Array(levels.length);
  let node = last;
  for (let length = levels.length; length > 0; length--) {
    const { parents, lastIds } = levels[length - 1]!;
    ids[length - 1] = lastIds[node]!;
    node = parents[node]!;
  }
  return ids;
}

function* wordTerms(
  encoded: readonly Int32Array[],
  minTexts: number,
  { words: most, longerThan }: { readonly words: number; readonly longerThan: number },
): Generator<CountedTerm> {
  const terms = new Map<string, { readonly ids: Int32Array; texts: number; seenIn: number }>();
  encoded.forEach((ids, text) => {
    // Ids are below 2^16: each is a code unit, and a slice of the text is a key.
    const units = String.fromCharCode(...ids);
    const spaces = Array.from(ids.keys()).filter((at) => ids[at] === SPACE_ID);
    for (let words = 1; words <= most; words++) {
      for (let first = 0; first + words < spaces.length; first++) {
        const [from, to] = [spaces[first]!, spaces[first + words]! + 1];
        if (to - from <= longerThan || to - from > LONGEST_WORD_TERM) continue;
        const key = units.slice(from, to);
        const known = terms.get(key);
        if (known === undefined) terms.set(key, { ids: ids.slice(from, to), texts: 1, seenIn: text });
        else if (known.seenIn !== text) {
          known.texts++;
          known.seenIn = text;
        }
      }
    }
  });
  for (const { ids, texts } of terms.values()) {
    if (texts >= minTexts && ids.every((id) => id >= SPACE_ID)) yield { ids, texts };
  }
}
