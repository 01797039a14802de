import { greatest } from "./greatest.ts";
import type { TokenModel } from "./part.ts";

export interface WordPieceModelOptions {
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly unknownId: number;
  /** Stands in front of tokens that do not begin a word. */
  readonly prefix: string;
  /** Longer words are unknown. */
  readonly maxCharacters: number;
}

/**
 * WordPiece as BERT runs it (Devlin et al. 2019, arXiv:1810.04805): from the left always the longest token of the vocabulary; a word that cannot be
 * covered is unknown as a whole.
 */
export function wordPieceModel({ vocabulary, unknownId, prefix, maxCharacters }: WordPieceModelOptions): TokenModel {
  const longest = greatest(Array.from(vocabulary.keys(), (token) => [...token].length));
  return (word) => {
    const characters = [...word];
    if (characters.length > maxCharacters) return [unknownId];
    const ids: number[] = [];
    for (let start = 0; start < characters.length; ) {
      let end = Math.min(characters.length, start + longest);
      let id: number | undefined;
      for (; end > start; end--) {
        const token = characters.slice(start, end).join("");
        id = vocabulary.get(start === 0 ? token : prefix + token);
        if (id !== undefined) break;
      }
      if (id === undefined) return [unknownId];
      ids.push(id);
      start = end;
    }
    return ids;
  };
}
