import type { TextTokenizer } from "@modelwright/data";

/** A tokenizer whose token 7 is " 7". */
export function numberTokenizer(vocabularySize: number): TextTokenizer {
  const encode = (text: string) => Int32Array.from(text.split(" ").filter(Boolean), Number);
  return {
    encode,
    read: encode,
    frame: { before: 0, after: 0 },
    decode: (ids) => Array.from(ids, (id) => ` ${id}`).join(""),
    idOf: (token) => (/^ \d+$/.test(token) && Number(token) < vocabularySize ? Number(token) : undefined),
    padId: 0,
    unknownId: undefined,
    vocabularySize,
  };
}
