import { joinByteTokens } from "./byte-fallback.ts";
import { fromByteCharacters } from "./byte-level.ts";
import { type Decoder, makeParts, type PartFactory } from "./part.ts";
import { patternOf } from "./pattern.ts";

/** The decoders of `tokenizer.json` that we run, by type. */
export const DECODERS: Readonly<Record<string, PartFactory<Decoder>>> = {
  WordPiece:
    ({ prefix, cleanup }) =>
    (tokens) =>
      tokens.map((token, index) => {
        const joined = token.startsWith(String(prefix)) ? token.slice(String(prefix).length) : ` ${token}`;
        const text = index === 0 ? token : joined;
        return cleanup === false ? text : CLEAN_UP.reduce((clean, [from, to]) => clean.replaceAll(from, to), text);
      }),
  // A decoder that is not told to keep it would take a byte order mark for one.
  ByteLevel: () => (tokens) => [new TextDecoder("utf-8", { ignoreBOM: true }).decode(fromByteCharacters(tokens))],
  Metaspace: ({ replacement, prepend_scheme, add_prefix_space }) => {
    const mark = String(replacement);
    const isPrefixed = (prepend_scheme ?? (add_prefix_space === false ? "never" : "always")) !== "never";
    return (tokens) => tokens.map((token, index) => token.replaceAll(mark, index === 0 && isPrefixed ? "" : " "));
  },
  BPEDecoder: ({ suffix }) => {
    const end = String(suffix ?? "</w>");
    return (tokens) => tokens.map((token, index) => token.replaceAll(end, index === tokens.length - 1 ? "" : " "));
  },
  ByteFallback: () => joinByteTokens,
  Fuse: () => (tokens) => [tokens.join("")],
  Replace: ({ pattern, content }, at) => {
    const found = patternOf(pattern, at);
    return (tokens) => tokens.map((token) => found.replace(token, String(content)));
  },
  Strip: ({ content, start, stop }) => {
    const mark = String(content);
    return (tokens) => tokens.map((token) => strip(token, { mark, start: Number(start), stop: Number(stop) }));
  },
  Sequence: ({ decoders }, at) => {
    const parts = makeParts(DECODERS, decoders, { at: `${at}.decoders`, identity: (tokens) => tokens });
    return (tokens) => parts.reduce((texts, part) => part(texts), tokens);
  },
};

/** Without a decoder tokens stand side by side, a space between them. */
export const spaced: Decoder = (tokens) => [tokens.join(" ")];

/** Takes at most `start` marks off the front, and `stop` off the end. */
function strip(
  text: string,
  { mark, start, stop }: { readonly mark: string; readonly start: number; readonly stop: number },
): string {
  let [from, to] = [0, text.length];
  for (let cut = 0; cut < start && text.startsWith(mark, from); cut++) from += mark.length;
  for (let cut = 0; cut < stop && to > from && text.endsWith(mark, to); cut++) to -= mark.length;
  return text.slice(from, to);
}

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
