import { encodePair } from "../encode-pair.ts";
import type { TextTokenizer } from "../text-tokenizer.ts";
import { truncate } from "../truncate.ts";
import { type AddedToken, addedTokenSplitter } from "./added-tokens.ts";
import { DECODERS, spaced } from "./decoders.ts";
import { greatest } from "./greatest.ts";
import { invalidTokenizer } from "./invalid-tokenizer.ts";
import { MODELS, type ModelPart } from "./models.ts";
import { NORMALIZERS, unchanged } from "./normalizers.ts";
import { makePart, type PartJson } from "./part.ts";
import { alone, POST_PROCESSORS } from "./post-processors.ts";
import { PRE_TOKENIZERS, whole } from "./pre-tokenizers.ts";

/** A `tokenizer.json`, as far as we read it. */
export interface TokenizerJson {
  readonly version?: string;
  readonly truncation?: object | null;
  readonly added_tokens?: readonly AddedToken[];
  readonly normalizer?: PartJson | null;
  readonly pre_tokenizer?: PartJson | null;
  readonly decoder?: PartJson | null;
  readonly post_processor?: PartJson | null;
  readonly model: PartJson;
  readonly padding?: { readonly pad_id?: unknown } | null;
}

/** What models call their padding token. */
const PAD_TOKENS = ["[PAD]", "<pad>", "<|endoftext|>"];

/** Words whose ids are remembered; texts repeat few words often, and those are short. */
const REMEMBERED_WORDS = 50_000;
const REMEMBERED_LENGTH = 64;

/**
 * Runs a `tokenizer.json` to the ids of Hugging Face tokenizers: added tokens, normaliser, pre-tokeniser, model and, where a text is read,
 * post-processor.
 *
 * Characters that Unicode has assigned since version 16 may count as letters here and not there, since each uses its own tables.
 *
 * @throws {ModelwrightError} `TOKENIZER_INVALID`, or `TOKENIZER_PART_UNSUPPORTED` for a part that we do not run.
 */
export function pipelineTokenizer(json: TokenizerJson): TextTokenizer {
  const normalize = makePart(NORMALIZERS, json.normalizer, { at: "normalizer", identity: unchanged });
  const preTokenize = makePart(PRE_TOKENIZERS, json.pre_tokenizer, { at: "pre_tokenizer", identity: whole });
  const decode = makePart(DECODERS, json.decoder, { at: "decoder", identity: spaced });
  const around = makePart(POST_PROCESSORS, json.post_processor, { at: "post_processor", identity: alone });
  const frame = { before: around.before.length, after: around.after.length };
  const model = modelOf(json.model);
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

  const idsOf = (text: string) => {
    const result: number[] = [];
    for (const [index, segment] of splitText(wellFormed(text)).entries()) {
      if (typeof segment === "number") {
        result.push(segment);
        continue;
      }
      for (const [place, part] of splitNormalized(normalize(segment)).entries()) {
        const isStart = index === 0 && place === 0;
        if (typeof part === "number") result.push(part);
        else if (part !== "")
          for (const word of preTokenize(part, isStart)) for (const id of encodeWord(word)) result.push(id);
      }
    }
    return result;
  };

  const { pair } = around;
  return {
    ...(pair === undefined
      ? {}
      : {
          readPair: ({ text, second }, maxLength, truncation = "end") =>
            encodePair(pair, { first: idsOf(text), second: idsOf(second) }, { maxLength, truncation }),
        }),
    padId: padIdOf(json, (token) => ids.get(token)),
    vocabularySize: greatest(tokens.keys()) + 1,
    unknownId: model.unknownId,
    idOf: (token) => ids.get(token),
    frame,
    encode: (text, maxLength, truncation = "end") => truncate(idsOf(text), maxLength, truncation),
    read: (text, maxLength, truncation = "end") =>
      truncate([...around.before, ...idsOf(text), ...around.after], maxLength, truncation, frame),
    decode(given, { keepSpecialTokens = false } = {}) {
      const kept = Array.from(given).filter((id) => keepSpecialTokens || !special.has(id));
      return decode(kept.map((id) => tokens.get(id)).filter((token) => token !== undefined)).join("");
    },
  };
}

function modelOf(json: PartJson): ModelPart {
  // Files from before types were written have none.
  if (json.type === undefined) throw invalidTokenizer('"model" must have a "type"');
  return makePart<ModelPart | undefined>(MODELS, json, { at: "model", identity: undefined })!;
}

/** What the file says, otherwise what such tokens are called, otherwise 0. */
function padIdOf(json: TokenizerJson, idOf: (token: string) => number | undefined): number {
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
