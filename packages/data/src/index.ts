export { type AnnotatedRows, readAnnotatedRows } from "./annotated-rows.ts";
export type { Annotation, AnnotationRole, AnnotationRules } from "./annotations/annotation.ts";
export {
  type AnomaliesFound,
  type AnomalyStatus,
  anomalyStatus,
  knownAnomalies,
} from "./annotations/known-anomalies.ts";
export { LABEL } from "./annotations/label.ts";
export { LABEL_SET } from "./annotations/label-set.ts";
export type { LabelsFound } from "./annotations/labels-found.ts";
export { SPANS } from "./annotations/spans.ts";
export { TARGET, type TargetFound } from "./annotations/target.ts";
export { PAIR, REWRITTEN, SCORED_PAIR, TRIPLET } from "./annotations/text-pairs.ts";
export { type PackedSequences, type PackSequencesOptions, packSequences } from "./batches/pack-sequences.ts";
export { type Batch, type BatchPlanOptions, planBatches } from "./batches/plan-batches.ts";
export { TextFeeds, type TextReading, type TokenizedTexts, tokensRead } from "./batches/text-feeds.ts";
export { meanByText, type Windows } from "./batches/text-windows.ts";
export { pairReading, tokenizeItems } from "./batches/tokenize-items.ts";
export {
  type Check,
  type Finding,
  type FindingItem,
  SEVERITIES,
  type Severity,
} from "./checks/check.ts";
export type { OtherRows, ProfiledRows, TableToCheck } from "./checks/checked-table.ts";
export { CHECKS, type CheckFinding, type CheckName, checkTable } from "./checks/checks.ts";
export { normalizedText } from "./cleaning/normalized-text.ts";
export type { Continuation, FedRows } from "./continuation/continuation.ts";
export { RowDigests, textDigest } from "./continuation/row-digests.ts";
export { ASSISTANT, type Conversation, conversationText } from "./conversations/conversation.ts";
export {
  LAYOUTS as CONVERSATION_LAYOUTS,
  layoutOf as conversationLayout,
} from "./conversations/conversation-layouts.ts";
export {
  type ConversationReading,
  type ConversationTokens,
  conversationTokens,
  promptTokens,
} from "./conversations/conversation-tokens.ts";
export { type ReadConversations, readConversations } from "./conversations/read-conversations.ts";
export { readDocuments } from "./documents/read-documents.ts";
export { splitDocuments } from "./documents/split-documents.ts";
export { splitSentences } from "./documents/split-sentences.ts";
export type { TextDocument } from "./documents/text-document.ts";
export { charactersOf } from "./documents/text-document.ts";
export type { SketchComparison } from "./drift/compare-sketches.ts";
export {
  compareWindow,
  type DriftReport,
  type DriftWindow,
  driftReference,
  driftWindow,
  mergeWindows,
  readDriftReference,
  type WatchedDrift,
} from "./drift/drift-reference.ts";
export type { ColumnDrift, DriftVerdict } from "./drift/drift-verdict.ts";
export { observedColumns } from "./drift/observed-columns.ts";
export { type Observed, type ObservedColumn, type SketchOptions, sampledRows } from "./drift/sketches.ts";
export { type EvaluationEvents, readEvaluationEvents } from "./events/evaluation-events.ts";
export type { EventRow, EventRows, ItemTable } from "./events/event-rows.ts";
export { type EventSettings, type PreparedEvents, prepareEvents } from "./events/prepare-events.ts";
export { fitNgramTfidf, type NgramPool, NgramTfidf } from "./features/ngram-tfidf.ts";
export { ngramTokenizerJson } from "./features/ngram-tokenizer.ts";
export { fitTfidf, type SparseVector, type TfidfJson, type TfidfOptions, TfidfVectorizer } from "./features/tfidf.ts";
export type { DateSpelling } from "./frames/date-spellings.ts";
export { distinctTexts } from "./frames/distinct-texts.ts";
export type { ColumnOf } from "./frames/frame.ts";
export {
  type CategoryColumn,
  type Column,
  type ColumnKind,
  type DateColumn,
  type Frame,
  joinRows,
  type NumberColumn,
  type TextColumn,
  type TextVectors,
  takeRows,
} from "./frames/frame.ts";
export { isMissingWord } from "./frames/missing-words.ts";
export type { NumberSpelling } from "./frames/number-spellings.ts";
export { type ColumnLook, type FrameOptions, type ReadFrame, readFrame } from "./frames/read-frame.ts";
export { readWideFrame } from "./frames/read-wide-frame.ts";
export { isoDate, rowItem, rowTexts } from "./frames/row-item.ts";
export { wellFormed } from "./frames/well-formed.ts";
export { dominantScript, hasWordSpaces } from "./language/scripts.ts";
export { sampleOfTexts, type TextLanguage, textLanguage } from "./language/text-language.ts";
export { unknownShare } from "./language/unknown-share.ts";
export {
  type MaskedPair,
  type MaskedTokenIds,
  maskPair,
  PAIR_TOKENS,
  pairTensors,
} from "./language-modeling/masked-pairs.ts";
export { type SentencePair, type SentencePairOptions, sentencePairs } from "./language-modeling/sentence-pairs.ts";
export { CHUNK_TOKENS, maskChunk, type TextChunk, textChunks } from "./language-modeling/text-chunks.ts";
export { type TokenBlockOptions, tokenBlocks } from "./language-modeling/token-blocks.ts";
export { type DataSettings, type Prepared, type PrepareOptions, prepareData } from "./prepare-data.ts";
export type { DataReport, DataStep, Development, PreparedData, PreparedRows } from "./prepared-data.ts";
export { checkFeatureSettings } from "./preprocessing/column-readings.ts";
export { vectorsOf } from "./preprocessing/encoders/embedding.ts";
export { type Feature, type FeatureInput, feedOf, MISSING_DATE } from "./preprocessing/feature-input.ts";
export type { ColumnSettings, FeaturePreset, FeatureSettings } from "./preprocessing/feature-settings.ts";
export type { FeatureTarget } from "./preprocessing/feature-target.ts";
export { type Fences, fencesOf } from "./preprocessing/fences.ts";
export { fitFeatures } from "./preprocessing/fit-features.ts";
export { FittedFeatures, type FittedFeaturesJson } from "./preprocessing/fitted-features.ts";
export { toFloat32Text } from "./preprocessing/float32-text.ts";
export { frameFeeds, valueFeeds, vectorFeeds } from "./preprocessing/frame-feeds.ts";
export { readInputs } from "./preprocessing/read-inputs.ts";
export type { DenseEncoder } from "./preprocessing/reduction/dense.ts";
export { checkNumbers, fitReduction } from "./preprocessing/reduction/fit-reductions.ts";
export type { FeatureMatrix } from "./preprocessing/reduction/projections.ts";
export { chooseFeatures, mostRelevant } from "./preprocessing/reduction/relevance.ts";
export type { FittedReduction } from "./preprocessing/reduction/table.ts";
export { rowsFrame } from "./preprocessing/rows-frame.ts";
export { findPersonalData } from "./privacy/find-personal-data.ts";
export { maskPersonalData } from "./privacy/mask-values.ts";
export type { PersonalDataMatch } from "./privacy/recogniser.ts";
export { profileTable } from "./profile/profile-table.ts";
export type {
  ColumnProfile,
  Histogram,
  NumberSummary,
  Quantiles,
  TableProfile,
  TextSummary,
} from "./profile/table-profile.ts";
export { ReportBuilder } from "./report-builder.ts";
export {
  type DistanceSpace,
  planResampling,
  type ResampleSettings,
  type ResamplingPlan,
} from "./resampling/plan-resampling.ts";
export { resampledNumbers } from "./resampling/resampled-numbers.ts";
export { type ColumnSketch, sketchColumns, type TableSketch } from "./roles/column-sketches.ts";
export { guessColumn } from "./roles/guess-columns.ts";
export {
  type ReadOptions,
  type RoleRows,
  type RowAsRead,
  type RowOrigin,
  type RowWith,
  readRows,
} from "./roles/read-rows.ts";
export { findColumns, type RoleColumns, type RoleRequest } from "./roles/role-columns.ts";
export { type Role, type RoleValues, readCell } from "./roles/roles.ts";
export type { TextSpan } from "./roles/text-spans.ts";
export {
  evaluationWindows,
  namingColumns,
  type PreparedSeries,
  prepareSeries,
  readSeriesTable,
  type SeriesSettings,
  type SeriesShape,
  type SeriesSplit,
} from "./series/prepare-series.ts";
export { type ReadSeries, readSeries, type SeriesColumns } from "./series/read-series.ts";
export {
  buildPanel,
  endOf,
  gridOf,
  type PanelCleaning,
  type PanelRows,
  panelBefore,
  type Series,
  type SeriesPanel,
  seriesName,
} from "./series/series-panel.ts";
export {
  actualValues,
  requireFuture,
  type SeriesWindow,
  stepTimes,
  type WindowReading,
  type WindowTensors,
  windowTensors,
} from "./series/series-windows.ts";
export { isoTime, TimeGrid } from "./series/time-grid.ts";
export { readTime, timeSpelling } from "./series/time-spellings.ts";
export { HISTORY_FEED, isOfWindow, windowFeeds } from "./series/window-feeds.ts";
export { openTable } from "./sources/open-table.ts";
export { withoutSecrets } from "./sources/source-address.ts";
export type { TableOptions } from "./sources/table-options.ts";
export { divideRows } from "./splits/divide-rows.ts";
export type { Division, SplitSettings } from "./splits/division.ts";
export { type FoldPart, type FoldSettings, LEAVE_ONE_OUT, planFolds } from "./splits/fold-plan.ts";
export { foldRows } from "./splits/fold-rows.ts";
export { seededRandom, shuffle } from "./splits/seeded-random.ts";
export { splitRows } from "./splits/split-rows.ts";
export { type EvaluationTable, readEvaluationTable } from "./table-rows/evaluation-table.ts";
export { type PreparedTable, prepareTable, type TableSettings } from "./table-rows/prepare-table.ts";
export type { TableRows } from "./table-rows/table-rows.ts";
export { pipedText, type TextSource } from "./tables/file-text.ts";
export { pipedTable, tableOfText } from "./tables/piped-table.ts";
export {
  type Cell,
  type CellKind,
  cellAt,
  describeCell,
  type Outline,
  type Table,
  type TableRow,
} from "./tables/table.ts";
export { isTaggedFile } from "./tables/tagged-tokens.ts";
export { readTextLines, TEXT_COLUMN } from "./tables/text-lines.ts";
export {
  beginTag,
  insideTag,
  labelOfTag,
  placeOf,
  spansOffTokens,
  tagCount,
  tagNames,
  tagsOfSpans,
  type UnitSpan,
  unitSpans,
} from "./tagging/bio-tags.ts";
export {
  type TextUnits,
  textUnits,
  type UnitKind,
  type UnitWindow,
  unitIds,
  unitWindows,
} from "./tagging/text-units.ts";
export { type ReadUnits, readUnits, type UnitPart, type UnitReading } from "./tagging/unit-reading.ts";
export { unitTokenizerJson } from "./tagging/unit-tokenizer.ts";
export { itemOf, wholeText } from "./text-item.ts";
export type { TextLabelsRow, TextOnlyRow, TextRow, TextTargetRow } from "./text-row.ts";
export { type CharacterVocabulary, characterVocabulary } from "./tokenizers/character-vocabulary.ts";
export {
  applyChatTemplate,
  type ChatMessage,
  type ChatTemplateConfig,
  type ChatTemplateOptions,
  chatTemplateOf,
  PLAIN_CHAT_TEMPLATE,
} from "./tokenizers/chat-template.ts";
export type { EncodedPair } from "./tokenizers/encode-pair.ts";
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
export { type DiffOptions, diffTables, type ShownRow, type TableDiff } from "./versions/diff-tables.ts";
export { tableVersion } from "./versions/table-version.ts";
export type { SourceVersion } from "./versions/telling-version.ts";
