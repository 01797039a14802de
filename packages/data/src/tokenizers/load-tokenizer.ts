import { isDeepStrictEqual } from "node:util";
import { Tokenizer } from "@huggingface/tokenizers";
import { ModelwrightError } from "@modelwright/contracts";
import type { TextTokenizer } from "./text-tokenizer.ts";
import { NORMALIZERS, type UnigramTokenizerJson } from "./tokenizer-json.ts";
import { truncate } from "./truncate.ts";
import { unigramTokenizer } from "./unigram-tokenizer.ts";

/** The settings that decide how a `tokenizer.json` runs. */
interface TokenizerJson {
  readonly normalizer?: { readonly normalizers?: unknown } | null;
  readonly padding?: { readonly pad_id?: unknown } | null;
  readonly added_tokens?: readonly { readonly id: number; readonly content: string }[];
  readonly model: { readonly type?: unknown; readonly vocab?: unknown };
}

/** What models call their padding token. */
const PAD_TOKENS = ["[PAD]", "<pad>", "<|endoftext|>"];

/**
 * Makes a tokenizer from a `tokenizer.json`.
 *
 * Files as `unigramTokenizerJson` writes them run in our own Unigram tokenizer, whose ids are the encoder's; every
 * other model (WordPiece, BPE, other Unigram set-ups) runs in Hugging Face tokenizers, without special tokens.
 *
 * @param json The file's text, or the object in it.
 * @throws {ModelwrightError} `TOKENIZER_INVALID`.
 */
export function loadTokenizer(json: string | object): TextTokenizer {
  const tokenizer = parseTokenizerJson(json);
  return isOurUnigram(tokenizer) ? unigramTokenizer(tokenizer) : libraryTokenizer(tokenizer);
}

function parseTokenizerJson(json: string | object): TokenizerJson {
  let value: unknown = json;
  if (typeof json === "string") {
    try {
      value = JSON.parse(json);
    } catch (error) {
      throw invalid(`not valid JSON: ${messageOf(error)}`, error);
    }
  }
  const model = (value as Partial<TokenizerJson> | null)?.model;
  if (typeof model !== "object" || model === null) throw invalid('no "model" in it');
  if (model.type === "Unigram") checkUnigram(value as UnigramTokenizerJson);
  return value as TokenizerJson;
}

function checkUnigram({ model, added_tokens: added }: UnigramTokenizerJson): void {
  const isEntry = (entry: unknown): boolean =>
    Array.isArray(entry) && typeof entry[0] === "string" && entry[0] !== "" && Number.isFinite(entry[1]);
  if (!Array.isArray(model.vocab) || model.vocab.length === 0) throw invalid('"model.vocab" must be a list of pieces');
  const bad = model.vocab.findIndex((entry) => !isEntry(entry));
  if (bad >= 0) {
    throw invalid(`model.vocab[${bad}] must be [piece, score], got ${JSON.stringify(model.vocab[bad])}`);
  }
  if (!Number.isInteger(model.unk_id) || model.unk_id < 0 || model.unk_id >= model.vocab.length) {
    throw invalid(`model.unk_id must be an id below ${model.vocab.length}, got ${JSON.stringify(model.unk_id)}`);
  }
  if (added !== undefined && !Array.isArray(added)) throw invalid('"added_tokens" must be a list');
}

function isOurUnigram(json: TokenizerJson): json is UnigramTokenizerJson {
  return json.model.type === "Unigram" && isDeepStrictEqual(json.normalizer?.normalizers, NORMALIZERS);
}

function libraryTokenizer(json: TokenizerJson): TextTokenizer {
  let tokenizer: Tokenizer;
  try {
    tokenizer = new Tokenizer(json, {});
  } catch (error) {
    throw invalid(messageOf(error), error);
  }
  const ids = [...tokenizer.get_vocab(true).values()];
  const named = PAD_TOKENS.map((token) => tokenizer.token_to_id(token)).find((id) => id !== undefined);
  const stated = json.padding?.pad_id;
  return {
    padId: typeof stated === "number" ? stated : (named ?? 0),
    vocabularySize: ids.reduce((most, id) => Math.max(most, id), -1) + 1,
    encode: (text, maxLength, truncation = "end") =>
      truncate(tokenizer.encode(text, { add_special_tokens: false }).ids, maxLength, truncation),
  };
}

function invalid(problem: string, cause?: unknown): ModelwrightError {
  return new ModelwrightError("TOKENIZER_INVALID", { file: "tokenizer.json", problem }, { cause });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
