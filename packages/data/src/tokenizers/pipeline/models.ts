import { byteFallback } from "./byte-fallback.ts";
import { bytePairModel } from "./byte-pair-model.ts";
import { invalidTokenizer } from "./invalid-tokenizer.ts";
import { type PartFactory, type TokenModel, unsupportedPart } from "./part.ts";
import { unigramModel } from "./unigram-model.ts";
import { wordPieceModel } from "./word-piece-model.ts";

/** Ids by token. */
export type Vocabulary = ReadonlyMap<string, number>;

export interface ModelPart {
  readonly vocabulary: Vocabulary;
  /** Stands for what the vocabulary lacks; without it such characters are left out. */
  readonly unknownId: number | undefined;
  readonly encode: TokenModel;
}

/** The models of `tokenizer.json` that we run, by type. */
export const MODELS: Readonly<Record<string, PartFactory<ModelPart>>> = {
  WordPiece: (json) => {
    const vocabulary = vocabularyOf(json.vocab);
    const unknownId = knownToken(vocabulary, json.unk_token);
    const maxCharacters = Number(json.max_input_chars_per_word ?? 100);
    const prefix = String(json.continuing_subword_prefix ?? "##");
    return { vocabulary, unknownId, encode: wordPieceModel({ vocabulary, unknownId, prefix, maxCharacters }) };
  },
  WordLevel: (json) => {
    const vocabulary = vocabularyOf(json.vocab);
    const unknownId = knownToken(vocabulary, json.unk_token);
    return { vocabulary, unknownId, encode: (word) => [vocabulary.get(word) ?? unknownId] };
  },
  BPE: (json, at) => {
    const { vocab, merges, dropout, byte_fallback, ignore_merges, unk_token, fuse_unk } = json;
    if (dropout) throw unsupportedPart(`${at}.dropout`, `it is ${dropout}: the ids of a text would be drawn by chance`);
    const vocabulary = vocabularyOf(vocab);
    const unknownId = typeof unk_token === "string" ? vocabulary.get(unk_token) : undefined;
    const encode = bytePairModel({
      vocabulary,
      merges: mergesOf(merges),
      unknownId,
      fusesUnknown: fuse_unk === true,
      bytesOf: byte_fallback === true ? byteFallback(vocabulary) : undefined,
      prefix: affix(json.continuing_subword_prefix),
      suffix: affix(json.end_of_word_suffix),
    });
    if (ignore_merges !== true) return { vocabulary, unknownId, encode };
    return {
      vocabulary,
      unknownId,
      encode: (word) => {
        const id = vocabulary.get(word);
        return id === undefined ? encode(word) : [id];
      },
    };
  },
  Unigram: (json) => {
    const tokens = json.vocab as readonly (readonly [token: string, score: number])[];
    const vocabulary = new Map(tokens.map(([token], id) => [token, id]));
    const bytesOf = json.byte_fallback === true ? byteFallback(vocabulary) : undefined;
    const unknownId = Number(json.unk_id);
    return { vocabulary, unknownId, encode: unigramModel({ tokens, unknownId, bytesOf }) };
  },
};

/** The id of the token that stands for unknown words. */
function knownToken(vocabulary: Vocabulary, token: unknown): number {
  const id = vocabulary.get(String(token));
  if (id === undefined) throw invalidTokenizer(`model.unk_token "${token}" must be in model.vocab`);
  return id;
}

function affix(json: unknown): string {
  return typeof json === "string" ? json : "";
}

function vocabularyOf(json: unknown): Vocabulary {
  const entries = typeof json === "object" && json !== null ? Object.entries(json) : [];
  if (entries.length === 0) throw invalidTokenizer('"model.vocab" must map tokens to ids');
  const bad = entries.find(([, id]) => !Number.isInteger(id) || id < 0);
  if (bad !== undefined) throw invalidTokenizer(`model.vocab[${JSON.stringify(bad[0])}] must be an id, got ${bad[1]}`);
  return new Map(entries);
}

/** Pairs as lists, or as older files have them: parted by a space. */
function mergesOf(json: unknown): (readonly [left: string, right: string])[] {
  if (!Array.isArray(json)) throw invalidTokenizer('"model.merges" must be a list of pairs');
  return json.map((merge: unknown, rank) => {
    const pair: unknown[] = typeof merge === "string" ? merge.split(" ") : Array.isArray(merge) ? merge : [];
    const [left, right] = pair;
    if (pair.length !== 2 || typeof left !== "string" || typeof right !== "string") {
      throw invalidTokenizer(`model.merges[${rank}] must be two tokens, got ${JSON.stringify(merge)}`);
    }
    return [left, right];
  });
}
