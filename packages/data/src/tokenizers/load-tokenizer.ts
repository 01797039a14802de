import { isDeepStrictEqual } from "node:util";
import { SENTENCEPIECE_NORMALIZERS, type UnigramTokenizerJson } from "@modelwright/contracts";
import { invalidTokenizer } from "./pipeline/invalid-tokenizer.ts";
import { pipelineTokenizer, type TokenizerJson } from "./pipeline/pipeline-tokenizer.ts";
import type { TextTokenizer } from "./text-tokenizer.ts";
import { unigramTokenizer } from "./unigram-tokenizer.ts";

/**
 * Makes a tokenizer from a `tokenizer.json`.
 *
 * Files as `unigramTokenizerJson` writes them run in the Universal Sentence Encoder's own tokenizer, all others in our pipeline, to the ids
 * and texts of Hugging Face tokenizers.
 *
 * @param json The file's text, or the object in it.
 * @throws {ModelwrightError} `TOKENIZER_INVALID`, or `TOKENIZER_PART_UNSUPPORTED` naming a part that is not run.
 */
export function loadTokenizer(json: string | object): TextTokenizer {
  const tokenizer = parseTokenizerJson(json);
  if (isSentenceEncoder(tokenizer)) return unigramTokenizer(tokenizer);
  return pipelineTokenizer(tokenizer);
}

function parseTokenizerJson(json: string | object): TokenizerJson {
  let value: unknown = json;
  if (typeof json === "string") {
    try {
      value = JSON.parse(json);
    } catch (error) {
      throw invalidTokenizer(`not valid JSON: ${messageOf(error)}`, error);
    }
  }
  const model = (value as Partial<TokenizerJson> | null)?.model;
  if (typeof model !== "object" || model === null) throw invalidTokenizer('no "model" in it');
  if (model.type === "Unigram") checkUnigram(value as UnigramTokenizerJson);
  return value as TokenizerJson;
}

function checkUnigram({ model, added_tokens: added }: UnigramTokenizerJson): void {
  const isEntry = (entry: unknown): boolean =>
    Array.isArray(entry) && typeof entry[0] === "string" && entry[0] !== "" && Number.isFinite(entry[1]);
  if (!Array.isArray(model.vocab) || model.vocab.length === 0)
    throw invalidTokenizer('"model.vocab" must be a list of tokens');
  const bad = model.vocab.findIndex((entry) => !isEntry(entry));
  if (bad >= 0) {
    throw invalidTokenizer(`model.vocab[${bad}] must be [token, score], got ${JSON.stringify(model.vocab[bad])}`);
  }
  if (!Number.isInteger(model.unk_id) || model.unk_id < 0 || model.unk_id >= model.vocab.length) {
    throw invalidTokenizer(
      `model.unk_id must be an id below ${model.vocab.length}, got ${JSON.stringify(model.unk_id)}`,
    );
  }
  if (added !== undefined && !Array.isArray(added)) throw invalidTokenizer('"added_tokens" must be a list');
}

function isSentenceEncoder(json: TokenizerJson | UnigramTokenizerJson): json is UnigramTokenizerJson {
  const { normalizer, model } = json;
  return model.type === "Unigram" && isDeepStrictEqual(normalizer?.normalizers, SENTENCEPIECE_NORMALIZERS);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
