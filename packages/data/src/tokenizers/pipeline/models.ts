import { bytePairModel } from "./byte-pair-model.ts";
import { invalidTokenizer } from "./invalid-tokenizer.ts";
import type { PartFactory, TokenModel } from "./part.ts";
import { unigramModel } from "./unigram-model.ts";
import { wordPieceModel } from "./word-piece-model.ts";

/** Ids by token. */
export type Vocabulary = ReadonlyMap<string, number>;

export interface ModelPart {
  readonly vocabulary: Vocabulary;
  readonly encode: TokenModel;
}

/** The models of `tokenizer.json` that we run, by type. */
export const MODELS: Readonly<Record<string, PartFactory<ModelPart>>> = {
  WordPiece: (json) => {
    const vocabulary = vocabularyOf(json.vocab);
    const unknown = String(json.unk_token);
    const unknownId = vocabulary.get(unknown);
    if (unknownId === undefined) throw invalidTokenizer(`model.unk_token "${unknown}" must be in model.vocab`);
    const maxCharacters = Number(json.max_input_chars_per_word ?? 100);
    const prefix = String(json.continuing_subword_prefix ?? "##");
    return { vocabulary, encode: wordPieceModel({ vocabulary, unknownId, prefix, maxCharacters }) };
  },
  BPE: (json) => {
    const { vocab, merges, dropout, byte_fallback, ignore_merges, unk_token, ...affixes } = json;
    const isPlain = !affixes.continuing_subword_prefix && !affixes.end_of_word_suffix;
    if (!isPlain || dropout || byte_fallback === true || ignore_merges === true) return undefined;
    const vocabulary = vocabularyOf(vocab);
    const unknownId = typeof unk_token === "string" ? vocabulary.get(unk_token) : undefined;
    if (affixes.fuse_unk === true && unknownId !== undefined) return undefined;
    return { vocabulary, encode: bytePairModel({ vocabulary, merges: mergesOf(merges), unknownId }) };
  },
  Unigram: (json) => {
    if (json.byte_fallback === true) return undefined;
    const tokens = json.vocab as readonly (readonly [token: string, score: number])[];
    const vocabulary = new Map(tokens.map(([token], id) => [token, id]));
    return { vocabulary, encode: unigramModel({ tokens, unknownId: Number(json.unk_id) }) };
  },
};

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
