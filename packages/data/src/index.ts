export { type PackedSequences, type PackSequencesOptions, packSequences } from "./batches/pack-sequences.ts";
export { type Batch, type BatchPlanOptions, planBatches } from "./batches/plan-batches.ts";
export { piecesRead, TextFeeds, type TextReading } from "./batches/text-feeds.ts";
export { readDocuments } from "./documents/read-documents.ts";
export { splitDocuments } from "./documents/split-documents.ts";
export { splitSentences } from "./documents/split-sentences.ts";
export type { TextDocument } from "./documents/text-document.ts";
export { fitTfidf, type SparseVector, type TfidfJson, type TfidfOptions, TfidfVectorizer } from "./features/tfidf.ts";
export {
  type MaskedPair,
  type MaskedTokenIds,
  maskPair,
  PAIR_TOKENS,
  pairTensors,
} from "./language-modeling/masked-pairs.ts";
export { type SentencePair, type SentencePairOptions, sentencePairs } from "./language-modeling/sentence-pairs.ts";
export { type TokenBlockOptions, tokenBlocks } from "./language-modeling/token-blocks.ts";
export { type PrepareOptions, prepareData } from "./prepare-data.ts";
export type { DataReport, DataStep, PreparedData } from "./prepared-data.ts";
export { type LabelledRows, readLabelledRows } from "./sources/labelled-rows.ts";
export { openCsv } from "./tables/csv-file.ts";
export { openText } from "./tables/file-text.ts";
export { openJsonLines } from "./tables/json-lines-file.ts";
export { textLines } from "./tables/text-lines.ts";
export type { TextRow } from "./text-row.ts";
export { type CharacterVocabulary, characterVocabulary } from "./tokenizers/character-vocabulary.ts";
export { loadTokenizer } from "./tokenizers/load-tokenizer.ts";
export type { TokenizerJson } from "./tokenizers/pipeline/pipeline-tokenizer.ts";
export type { TextTokenizer } from "./tokenizers/text-tokenizer.ts";
export {
  type TokenizerKind,
  type TokenizerTrainingOptions,
  type TokenizerTrainingProgress,
  trainTokenizer,
} from "./tokenizers/training/train-tokenizer.ts";
export type { Truncation } from "./tokenizers/truncate.ts";
