import type {
  AnswerOf,
  InputTensor,
  ItemOf,
  ManifestOf,
  OptionsOf,
  OutputDatatype,
  RequestLimits,
  TaskName,
  TensorMetadata,
} from "@modelwright/contracts";
import type { LoadedModel } from "./loaded-model.ts";
import type { LoadOptions } from "./open-version.ts";
import type { TinyVersion } from "./testing/tiny-version.ts";

/**
 * All that predicting needs to know of a task: how a version is loaded, and what a server has to know of it that does not load it itself.
 *
 * `Raw` is what crosses from the thread of the model to that of the server.
 */
export interface InferenceRow<Task extends TaskName, Raw = unknown> {
  readonly task: Task;
  /**
   * @param directory A version folder.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file; `ENGINE_MODEL_REFUSED` for an unsafe graph;
   * `ENGINE_PROVIDER_UNAVAILABLE`.
   */
  load(directory: string, options?: LoadOptions): Promise<LoadedModel<Task, Raw>>;
  /** How large an item is, so that batches are of like size; 1 where all are alike. */
  sizeOf(item: ItemOf<Task>): number;
  /** About how many rows the model runs for an item. Absent: one. */
  rowsOf?(item: ItemOf<Task>, manifest: ManifestOf<Task>): number;
  /** What an item must be for a version, as a rule; undefined where it is that. Absent: every item of the task goes to every version. */
  unfit?(item: ItemOf<Task>, manifest: ManifestOf<Task>): string | undefined;
  /** Items of one batch at most, where the task must not have as many as the server's `maxBatch`. */
  readonly maxBatch?: number;
  /** Whether models of the task write texts: `LoadedModel.writer` is there. Default false. */
  readonly writes?: boolean;
  /** The options that change what the model computes. Items go through the model together where these are equal. */
  computed(options: OptionsOf<Task>): OptionsOf<Task>;
  /** The options with which an answer is shown where it is kept: those that leave nothing out. Absent: the client's. */
  readonly recorded?: OptionsOf<Task>;
  /** Whether chance decides what is answered with these options, so that an answer is not kept for the next time. Absent: it never does. */
  draws?(options: OptionsOf<Task>): boolean;
  /** What a client gets to see. */
  show(raw: Raw, context: AnswerContext<Task>): AnswerOf<Task>;
  /** What answers are counted by in the metrics; absent: they are counted as one. */
  metricLabel?(raw: Raw, manifest: ManifestOf<Task>): string;
  /** What the model chooses among, where that is a closed list. */
  labels?(manifest: ManifestOf<Task>): readonly string[];
  /** Its vector as numbers, of the first dimensions or all, and the tokens that were read. Absent: the task has no vectors of items. */
  vector?(raw: Raw, dimensions?: number): { readonly vector: Float32Array; readonly tokens: number };
  /** What the model was made of, in a word: a pretrained model or an architecture. */
  base(manifest: ManifestOf<Task>): string;
  readonly tensors: ProtocolTensors<Task, Raw>;
  /** The smallest version of the task, for tests and for pages that show a server; nothing else loads its code. */
  tinyVersion(): Promise<TinyVersion<Task>>;
}

export interface AnswerContext<Task extends TaskName> {
  readonly manifest: ManifestOf<Task>;
  readonly options: OptionsOf<Task>;
}

/** The task in the words of the Open Inference Protocol v2. */
export interface ProtocolTensors<Task extends TaskName, Raw> {
  inputs(manifest: ManifestOf<Task>): readonly TensorMetadata[];
  /** @throws {ModelwrightError} `SERVER_REQUEST_INVALID` naming the path. */
  items(inputs: readonly InputTensor[], limits: RequestLimits): readonly ItemOf<Task>[];
  /** By name, in the order in which they are given by default. */
  readonly outputs: Readonly<Record<string, OutputTensor<Task, Raw>>>;
}

/** A tensor of which each item has one row. */
export interface OutputTensor<Task extends TaskName, Raw> {
  readonly datatype: OutputDatatype;
  /** Of one row; the tensor has the items in front. */
  rowShape(manifest: ManifestOf<Task>): readonly number[];
  /** One row, flat. */
  row(raw: Raw, context: AnswerContext<Task>): readonly (string | number)[];
}
