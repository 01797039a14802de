import type { ItemOf, ManifestOf, Measure, OwnManifestOf, Recipes, TaskName } from "@modelwright/contracts";
import type {
  Continuation,
  DataReport,
  Development,
  RoleColumns,
  SourceVersion,
  TextLanguage,
} from "@modelwright/data";
import type { ChosenProvider } from "@modelwright/engine";
import type { CardParts, LearningHistory, MetricComparison, MetricFamily, ReportBody } from "@modelwright/evaluation";
import type { GenerateOptions, LoadedModel } from "@modelwright/inference";
import type { JsonValue } from "@modelwright/registry";
import type { CheckpointStore, TrainingEvent, Validation, VectorsEvent } from "@modelwright/training";
import type { EvaluationTable, RunEvent } from "../pipeline/run-event.ts";
import type { AnswerQuality } from "./answer-quality.ts";
import type { AnswerReview } from "./answer-review.ts";
import type { HeldOut } from "./held-out.ts";
import type { Monitoring, Served, Unwatched } from "./monitoring/monitoring.ts";
import type { DataLook, RecipeDraft, Sample, UnclearColumn } from "./recipe-draft.ts";
import type { CandidateEvent } from "./text-encoder/candidates/candidate-event.ts";
import type { UnknownLabels } from "./unknown-labels.ts";
import type { VersionFiles } from "./version-files.ts";

/** How an item that was served, with what is right about it, becomes a row to learn from. */
export interface Labelled<T extends TaskName> {
  /** The columns of such rows by role. */
  columns(recipe: Recipes[T]): RoleColumns;
  /** @param truth As the task's `truth` has it. */
  row(item: ItemOf<T>, truth: JsonValue, recipe: Recipes[T]): Readonly<Record<string, JsonValue>>;
}

/** Where data is read, and who is told how far the work is. */
export interface DataContext {
  /** Relative paths start here. */
  readonly baseDir: string;
  /** Folders of versions that a recipe names as its base or its teacher, by reference: `gpt-brown:3`. Default: there are none. */
  readonly folders?: Readonly<Record<string, string>> | undefined;
  /** What the data go on from, where a version is trained anew. Default: nothing was tested before. */
  readonly continues?: Continuation | undefined;
  /** Told which rows each source has, when all have been read. */
  readonly onVersion?: ((version: SourceVersion) => void) | undefined;
  readonly onProgress: (progress: Omit<Extract<RunEvent, { type: "progress" }>, "type">) => void;
}

/** What a model may learn from. The type holds no test rows. */
export interface LearningPart<Split> {
  readonly train: Split;
  /** Steers early stopping and chooses between weights. */
  readonly validation: Split;
}

/** Data that was read, cleaned and split; nothing is learnt yet. */
export interface PreparedData<Split> {
  readonly learning: LearningPart<Split>;
  readonly test: HeldOut<Split>;
  /** The rows that are not for the test, to be divided in other ways. */
  readonly development: Development<Split>;
  /** SHA-256 (hexadecimal) of all rows by split. */
  readonly digest: string;
  readonly report: DataReport;
  /** In what the training texts are written; absent where they have no letters. */
  readonly language?: TextLanguage | undefined;
  /** Whether that is not what the pretrained encoder has read. Absent: there is none. */
  readonly isForeign?: boolean;
  /** The labels of a classifier, in the order of its outputs. */
  readonly labels?: readonly string[];
}

/** What fitting is given beside its recipe and its data. */
export interface FitContext extends DataContext {
  /** What the recipe's `train.executionProvider` came to. */
  readonly provider: ChosenProvider;
  /** Where training saves, and goes on from. Default: nothing is saved. */
  readonly checkpoints?: CheckpointStore | undefined;
  /** A folder that runs share, for what can be made again. Default: there is none. */
  readonly cacheFolder?: string | undefined;
  /** Told where the vectors of a frozen encoder come from. Default: nothing is. */
  readonly onVectors?: ((vectors: VectorsEvent) => void) | undefined;
  /** Told what the head reached on the validation rows before more is trained, where it was fitted first. */
  readonly onHead?: ((reached: Validation) => void) | undefined;
  /** Told the number of updates by which pairs of rows have tuned an encoder, before its head is fitted. */
  readonly onPairs?: ((updates: number) => void) | undefined;
  /** Told what of the rows is not learnt as it stands there. */
  readonly onWarning?: ((warning: string) => void) | undefined;
  /** What a choice among candidates keeps between the parts of a run. Default: nothing is kept. */
  readonly memory?: RunMemory | undefined;
  /** Told of the candidates of a run that chooses among some. */
  readonly onCandidates?: ((event: CandidateEvent) => void) | undefined;
  /** Told which model is trained, before its first update. */
  readonly onModel: (model: Omit<Extract<RunEvent, { type: "model" }>, "type">) => void;
  /** @param candidate Which of several is trained. */
  readonly onTraining: (event: TrainingEvent, candidate?: string) => void;
  /** True asks training to finish its step, save and return. */
  readonly shouldStop: () => boolean;
  /** True asks training to end with the best weights so far. Default: it ends as planned. */
  readonly shouldFinish?: (() => boolean) | undefined;
}

/** A run's own notes. */
export interface RunMemory {
  /** What was written last, by an earlier part of the run; undefined at its first. */
  read(): Promise<unknown>;
  write(notes: object): Promise<void>;
  /** Where a candidate's training is saved. */
  checkpoints(candidate: string): CheckpointStore;
}

/** The files of a version that do not depend on its number, and what its manifest says beside what all manifests do. */
export interface VersionParts<T extends TaskName> {
  /** By path; `onnx/model.onnx`, `tokenizer.json` and `config.json` lie where transformers.js and Optimum look. */
  readonly files: VersionFiles;
  readonly manifest: OwnManifestOf<T>;
}

/** A version that its task has adjusted by validation rows, and what a reader is told of it. */
export interface Calibrated<T extends TaskName> {
  readonly version: VersionParts<T>;
  readonly lines: Lines;
  readonly warnings: readonly string[];
}

/** A baseline: learns what it can, then answers for the test split. */
export interface BaselineContext<T extends TaskName, Split, Model, Outcome> extends Pick<DataContext, "onProgress"> {
  readonly recipe: Recipes[T];
  readonly learning: LearningPart<Split>;
  readonly test: Split;
  /** What fitting left, of which a baseline may be a part. */
  readonly fitted?: unknown;
  /** The model beside which it stands, and its outcome on the same rows. */
  readonly model: Model;
  readonly outcome: Outcome;
}

/** A model or a baseline on the test split. */
export interface Evaluated<Outcome> {
  readonly name: string;
  readonly outcome: Outcome;
  readonly measures: Readonly<Record<string, Measure>>;
}

/** A baseline on the test split, with what the rows say about the model beside it. */
export interface EvaluatedBaseline<Outcome> extends Evaluated<Outcome> {
  /** The model's metrics minus the baseline's, paired. */
  readonly comparisons: readonly MetricComparison[];
}

/** A line of what a run will do: `["data", "tickets.csv; near duplicates dropped"]`. */
export type Lines = (readonly [name: string, text: string])[];

/** A row of a test split that the stored version is tried on. */
export interface Trial {
  readonly item: ItemOf<TaskName>;
  /** What is right, as the answer says it. */
  readonly actual?: string;
}

/** Rows on which a stored version can be evaluated, and those on which it cannot. */
export interface EvaluationRows<Split> {
  readonly split: Split;
  /** Rows that are left out, by reason. */
  readonly skipped: readonly { readonly rows: number; readonly reason: string }[];
  /** What a careful reader should know of the source: a guessed encoding. */
  readonly warnings: readonly string[];
  /** Rows that are not in the split, since the model does not know their labels. Default: there are none. */
  readonly unknown?: UnknownLabels;
}

/** How a stored version read its training data, as far as its recipe says. */
export interface TrainedReading {
  readonly columns: RoleColumns;
  readonly labelSeparator?: string;
  /** What became of the lines of running text. */
  readonly lineEnds?: "join" | "keep";
}

export interface EvaluationSource {
  /** A file or folder. */
  readonly source: string;
  /** By role, as the user names them. */
  readonly columns: Readonly<Record<string, string>>;
  /** Default: told from the bytes. */
  readonly encoding?: string | undefined;
  readonly trained: TrainedReading;
}

/**
 * The stages of a task. One orchestration in `pipeline/` runs them for every task; search, folds, quantisation and retraining step between them.
 *
 * `Split` is what a part of the data is, `Fitted` what fitting leaves, `Outcome` what evaluation measures.
 */
export interface Task<
  T extends TaskName,
  Split = unknown,
  Fitted = unknown,
  Outcome = unknown,
  Model extends LoadedModel<T> = LoadedModel<T>,
> {
  /** What the task is measured by. */
  readonly family: MetricFamily<Outcome>;
  /** The family for a recipe, where another metric decides for some of them. Default: `family` for all. */
  familyOf?(recipe: Recipes[T]): MetricFamily<Outcome>;

  /** Reads, cleans and splits. */
  prepare(recipe: Recipes[T], context: DataContext): Promise<PreparedData<Split>>;
  /**
   * Computes of each row, once for all folds and models, what a pretrained model says of it. Nothing is learnt. Absent: there is nothing.
   */
  enrich?(
    recipe: Recipes[T],
    data: PreparedData<Split>,
    context: Pick<FitContext, "baseDir" | "folders" | "cacheFolder" | "provider" | "onProgress" | "onVectors">,
  ): Promise<PreparedData<Split>>;
  /** Rows (documents) of a split. */
  size(split: Split): number;
  /** Some rows of a split, as a split: folds and retraining are made of them. */
  subset(split: Split, rows: Int32Array): Split;

  /** Learns everything that is learnt: vocabularies, scales, weights. Undefined when training was stopped before its end. */
  fit(recipe: Recipes[T], learning: LearningPart<Split>, context: FitContext): Promise<Fitted | undefined>;
  /** What is kept and served of it. */
  version(fitted: Fitted, recipe: Recipes[T]): VersionParts<T>;
  /**
   * Adjusts a version by its outcome on the validation rows: what its probabilities mean, and from which on it answers. Absent: versions
   * of the task are served as they were fitted.
   */
  calibrate?(version: VersionParts<T>, validation: Outcome, recipe: Recipes[T]): Calibrated<T>;

  /**
   * What was predicted of the validation rows before the models that are kept learnt from them. Absent: they never do, and the version is
   * calibrated by what it says of them itself.
   */
  validated?(fitted: Fitted, validation: Split): Outcome;

  /** A loaded version on a split. */
  outcome(
    model: Model,
    split: Split,
    context: { readonly seed: number; readonly onProgress?: (done: number, total: number) => void },
  ): Promise<Outcome>;
  /** A baseline on the test split, by a name that recipes of the task list. Undefined when the model is what the name says. */
  baseline(name: string, context: BaselineContext<T, Split, Model, Outcome>): Promise<Outcome | undefined>;
  /** Why two versions cannot be compared on the same rows, as it goes on before "version 3"; undefined when they can. */
  incomparable(candidate: VersionParts<T>, champion: ManifestOf<T>): string | undefined;

  /** What a reader looks at beside the measures, in monospaced text: test rows by label. */
  tables(outcome: Outcome): readonly EvaluationTable[];
  /** The same as plain data, for programs. */
  details(outcome: Outcome): Readonly<Record<string, unknown>>;
  /** Rows to try the stored version on. */
  trials(test: Split): readonly Trial[];
  /** How training went, for the report. */
  learning(fitted: Fitted): LearningHistory;
  /** What the report shows that only outcomes of this task can. */
  report(evaluated: DocumentContext<T, Split, Fitted, Outcome>): ReportBody;
  /** What the model card says beside what all cards do. */
  card(evaluated: DocumentContext<T, Split, Fitted, Outcome>): CardParts;
  /** What a recipe decides, defaults included, in the few lines that a run prints first. */
  describe(recipe: Recipes[T]): Lines;
  /** What sets a stored version apart from others, in a few lines. */
  summary(manifest: ManifestOf<T>): Lines;
  /** Texts of a split, in the order of its rows, by which rows are known again. */
  texts(split: Split): readonly string[];
  /** What clients send of the rows of a split, as texts by which rows that come back are known again. Default: `texts`. */
  askedTexts?(split: Split, manifest: OwnManifestOf<T>): readonly string[];
  /** How many of some texts a version refuses to answer; undefined for one that always answers. Absent: all versions of the task do. */
  rejected?(model: Model, texts: readonly string[]): Promise<number | undefined>;
  /** Absent: nothing is learnt from what was served. */
  readonly labelled?: Labelled<T>;
  /** Rows of a file or folder for a stored version. */
  evaluationRows(model: ManifestOf<T>, source: EvaluationSource): Promise<EvaluationRows<Split>>;
  /** How good one served answer is, by which versions are compared in traffic. Absent: that cannot be said of one alone. */
  readonly quality?: AnswerQuality<T>;
  /** What people who label its answers are asked. Absent: the task knows no truth. */
  readonly review?: AnswerReview<T>;
  /** A recipe for data that looks like the task's. Undefined when it does not. */
  draft?(look: DataLook): RecipeDraft | UnclearColumn | undefined;
  /** Data to try the task with. */
  readonly sample?: Sample;
  /** How its answers stand on the command line. */
  readonly answers: Answers<T, Model>;
  /** What is compared of its traffic, or why nothing is. */
  readonly monitoring: Monitoring<T, Split> | Unwatched;
  /**
   * What was predicted and, in the form of the task's `truth`, what was right: measured by the task's own family. Absent: a right answer says
   * nothing that its metrics measure.
   */
  served?(predictions: readonly Served<T>[], truths: readonly unknown[], manifest: ManifestOf<T>): Outcome;
}

/** What the documents of a version are written from. */
export interface DocumentContext<T extends TaskName, Split, Fitted, Outcome> {
  /** Complete but for its files. */
  readonly manifest: ManifestOf<T>;
  readonly recipe: Recipes[T];
  readonly data: Pick<PreparedData<Split>, "report" | "labels">;
  readonly test: Split;
  readonly fitted: Fitted;
  readonly model: Evaluated<Outcome>;
  readonly baselines: readonly EvaluatedBaseline<Outcome>[];
  readonly environment: Readonly<Record<string, string>>;
}

/** An answer as the command line shows and writes it. */
export interface ShownAnswer {
  /** In an output file, in the order of `columns`. */
  readonly cells: readonly (string | number)[];
  /** Present where an answer is several rows of such a file: of each its cells. */
  readonly rows?: readonly (readonly (string | number)[])[];
  /** In a JSON document, beside the item. */
  readonly json: Readonly<Record<string, unknown>>;
  /** On the screen, the item included. */
  readonly lines: readonly string[];
  /** The answer itself, to be compared with what is right, and what stands behind it: `spam`, `99.6 %`. */
  readonly short: readonly [answer: string, ...details: string[]];
}

/** Options of `predict` that only some tasks know. */
export interface AnswerOptions extends GenerateOptions {
  readonly top?: number | undefined;
  readonly horizon?: number | undefined;
  readonly seen?: boolean | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly among?: readonly string[] | undefined;
}

/** What an answer is asked for with. */
export interface AnswerRequest extends AnswerOptions {
  /** Ends the work early, where an answer may take long. */
  readonly signal?: AbortSignal | undefined;
}

/** How the models of a task answer on the command line. */
export interface Answers<T extends TaskName, Model extends LoadedModel<T> = LoadedModel<T>> {
  /** Options that the task knows. */
  readonly options: readonly (keyof AnswerOptions)[];
  /** What the command line asks for when a fresh version is tried. */
  readonly trial: AnswerOptions;
  /** What an output file holds: "labels". */
  readonly what: string;
  /** Items that are answered, shown and written together. */
  readonly rowsAtOnce: number;
  /** Columns that an output file gets behind those of the input. */
  columns(model: Model, options: AnswerOptions): readonly string[];
  answer(model: Model, items: readonly ItemOf<T>[], options: AnswerRequest): Promise<readonly ShownAnswer[]>;
  /** Present where an answer is a text, which may be shown as it comes: the item first, as far as it is shown, then the parts of the answer. */
  stream?(model: Model, item: ItemOf<T>, options: AnswerRequest): AsyncIterable<string>;
}

/** A task of which nothing is known but that it is one: what the pipeline runs. */
export type AnyTask = Task<TaskName>;
