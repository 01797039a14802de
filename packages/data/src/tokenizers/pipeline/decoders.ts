import { fromByteCharacters } from "./byte-level.ts";
import type { Decoder, PartFactory } from "./part.ts";

/** The decoders of `tokenizer.json` that we run, by type. */
export const DECODERS: Readonly<Record<string, PartFactory<Decoder>>> = {
  WordPiece:
    ({ prefix, cleanup }) =>
    (tokens) =>
      tokens
        .map((token, index) => {
          const joined = token.startsWith(String(prefix)) ? token.slice(String(prefix).length) : ` ${token}`;
          const text = index === 0 ? token : joined;
          return cleanup === false ? text : CLEAN_UP.reduce((clean, [from, to]) => clean.replaceAll(from, to), text);
        })
        .join(""),
  // A decoder that is not told to keep it would take a byte order mark for one.
  ByteLevel: () => (tokens) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(fromByteCharacters(tokens)),
  Metaspace: ({ replacement, prepend_scheme }) => {
    const mark = String(replacement);
    return (tokens) =>
      tokens
        .map((token, index) => token.replaceAll(mark, index === 0 && prepend_scheme !== "never" ? "" : " "))
        .join("");
  },
};

/** Without a decoder tokens stand side by side, a space between them. */
export const spaced: Decoder = (tokens) => tokens.join(" ");

/** Spaces that English spelling does not have, in the order in which they are taken out. */
const CLEAN_UP: readonly (readonly [from: string, to: string])[] = [
  [" .", "."],
  [" ?", "?"],
  [" !", "!"],
  [" ,", ","],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [" do not", " don't"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
];
