import type { TextTokenizer } from "../text-tokenizer.ts";
import { truncate } from "../truncate.ts";
import { type AddedToken, addedTokenSplitter } from "./added-tokens.ts";
import { DECODERS, spaced } from "./decoders.ts";
import { MODELS, type ModelPart } from "./models.ts";
import { NORMALIZERS, unchanged } from "./normalizers.ts";
import { makePart, type PartJson } from "./part.ts";
import { PRE_TOKENIZERS, whole } from "./pre-tokenizers.ts";

/** A `tokenizer.json`, as far as we read it. */
export interface TokenizerJson {
  readonly version?: string;
  readonly truncation?: object | null;
  readonly added_tokens?: readonly AddedToken[];
  readonly normalizer?: PartJson | null;
  readonly pre_tokenizer?: PartJson | null;
  readonly decoder?: PartJson | null;
  /** Ours adds no special tokens. */
  readonly post_processor?: object | null;
  readonly model: PartJson;
  readonly padding?: { readonly pad_id?: unknown } | null;
}

/** What models call their padding token. */
const PAD_TOKENS = ["[PAD]", "<pad>", "<|endoftext|>"];

/** Words whose ids are remembered; texts repeat few words often, and those are short. */
const REMEMBERED_WORDS = 50_000;
const REMEMBERED_LENGTH = 64;

/**
 * Runs a `tokenizer.json` to the ids of Hugging Face tokenizers: added tokens, normaliser, pre-tokeniser, model, without the post-processor.
 *
 * Characters that Unicode has assigned since version 16 may count as letters here and not there, since each uses its own tables.
 *
 * @returns `undefined` when the file has a part that we do not run.
 * @throws {ModelwrightError} `TOKENIZER_INVALID`.
 */
export function pipelineTokenizer(json: TokenizerJson): TextTokenizer | undefined {
  const normalize = makePart(NORMALIZERS, json.normalizer, unchanged);
  const preTokenize = makePart(PRE_TOKENIZERS, json.pre_tokenizer, whole);
  const join = makePart(DECODERS, json.decoder, spaced);
  const model = makePart<ModelPart | undefined>(MODELS, json.model, undefined);
  if (!normalize || !preTokenize || !join || !model) return undefined;
  const added = json.added_tokens ?? [];
  const splitText = addedTokenSplitter(added.filter(({ normalized }) => !normalized));
  const splitNormalized = addedTokenSplitter(
    added.filter(({ normalized }) => normalized).map((token) => ({ ...token, content: normalize(token.content) })),
  );
  const encodeWord = remembered(model.encode);
  const tokens = new Map([...model.vocabulary].map(([token, id]) => [id, token]));
  for (const { id, content } of added) tokens.set(id, content);
  const ids = new Map([...model.vocabulary, ...added.map(({ id, content }) => [content, id] as const)]);
  const special = new Set(added.filter((token) => token.special).map(({ id }) => id));

  return {
    padId: padIdOf(json, (token) => ids.get(token)),
    vocabularySize: Math.max(...tokens.keys()) + 1,
    idOf: (token) => ids.get(token),
    encode(text, maxLength, truncation = "end") {
      const result: number[] = [];
      for (const segment of splitText(wellFormed(text))) {
        if (typeof segment === "number") {
          result.push(segment);
          continue;
        }
        for (const part of splitNormalized(normalize(segment))) {
          if (typeof part === "number") result.push(part);
          else if (part !== "")
            for (const word of preTokenize(part)) for (const id of encodeWord(word)) result.push(id);
        }
      }
      return truncate(result, maxLength, truncation);
    },
    decode(given, { keepSpecialTokens = false } = {}) {
      const kept = Array.from(given).filter((id) => keepSpecialTokens || !special.has(id));
      return join(kept.map((id) => tokens.get(id)).filter((token) => token !== undefined));
    },
  };
}

/** What the file says, otherwise what such tokens are called, otherwise 0. */
export function padIdOf(json: TokenizerJson, idOf: (token: string) => number | undefined): number {
  const stated = json.padding?.pad_id;
  return typeof stated === "number" ? stated : (PAD_TOKENS.map(idOf).find((id) => id !== undefined) ?? 0);
}

/** Half of a surrogate pair is no character: it becomes U+FFFD, as it does in UTF-8. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}

function remembered(encode: ModelPart["encode"]): ModelPart["encode"] {
  const known = new Map<string, readonly number[]>();
  return (word) => {
    let ids = known.get(word);
    if (ids === undefined) {
      ids = encode(word);
      if (known.size < REMEMBERED_WORDS && word.length <= REMEMBERED_LENGTH) known.set(word, ids);
    }
    return ids;
  };
}
