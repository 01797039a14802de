import type { DType } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";
import type { ExecutionProvider } from "./execution-provider.ts";

/** How idle threads wait for the next operator, see `SessionOptions.spinning`. */
export type Spinning = boolean | "briefly" | "between-runs";

/** How a session is made. Everything has a default. */
export interface SessionOptions {
  /**
   * The file that the model comes from, for errors; where there is such a file, initializers may have their data in others of its folder.
   * Default "the model".
   */
  readonly file?: string;
  /** The folder of initializers' external data; `defaultRuntime` finds it by `file`, after checking the model. Default: none. */
  readonly dataFolder?: string;
  /** Threads inside one operator, the caller's included. Default: the cores this process may use. */
  readonly threads?: number | undefined;
  /**
   * Where nodes run that have a kernel there; inputs and outputs stay in the caller's memory and are copied at each run. Sessions on WebGPU
   * take turns, and must all be of one thread. Default `cpu`.
   */
  readonly executionProvider?: ExecutionProvider | undefined;
  /** Graph rewriting when the session is made. Default `all`. */
  readonly optimization?: "disabled" | "basic" | "extended" | "all";
  /**
   * Whether idle threads wait for the next operator by spinning: faster for one busy session, wasteful for many idle
   * ones. `briefly`: for 0.2 ms, as long as the small operators between two big ones take. `between-runs`: for some
   * milliseconds they also wait for the next run, where runs take about one. Default true.
   */
  readonly spinning?: Spinning;
  /**
   * Whether a decoder's keys and values go into buffers, where its graph is of that kind: see `attendInPlace`. By `defaultRuntime`, on the
   * CPU. Default false.
   */
  readonly attendsInPlace?: boolean | undefined;
  /**
   * Whether the weights are moved to pages of 2 MiB once the session is made, see `moveToHugePages`: faster where a run reads all of them for a
   * row or two. On Linux, through the C API. Default false.
   */
  readonly hugePages?: boolean | undefined;
  /** Prefix of the file that ONNX Runtime's own profile is written to when the session is released. Default: none. */
  readonly profile?: string;
  /** Whether freed memory is kept for the next run. Default true. */
  readonly arena?: boolean;
}

/** A model's input or output. */
export interface ValueDescription {
  readonly name: string;
  /** `unsupported` for what a tensor cannot hold: sequences, maps, 4-bit, 8-bit and 16-bit brain floats. */
  readonly dtype: DType | "unsupported";
  /** Fixed sizes, names of sizes known only at a run, and −1 for sizes without a name. */
  readonly shape: Shape;
}

export type TensorMap = Readonly<Record<string, Tensor>>;
export type AnyTensorMap = Readonly<Record<string, AnyTensor>>;

export interface RunOptions {
  /** Stops the run between two operators; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * Lets the calling thread do the work, where the runtime can: it saves the way to another thread and back, and everything else on this thread
   * waits, a signal's listeners too. For threads that have nothing else to do. Default false.
   */
  readonly blocking?: boolean;
}

/** Options of a caller who is ready for texts among the results. */
export interface StringRunOptions extends RunOptions {
  readonly strings: true;
}

/** An operator of a model that an execution provider leaves to the CPU. */
export interface CpuOperator {
  /** With its domain before it where it has one. */
  readonly operator: string;
  /** What is wrong with it there; it follows the operator in a sentence. */
  readonly reason: string;
  readonly nodes: number;
}

/** One entry for each operator and reason, in the order of the operators' names; nodes are added. */
export function mergeCpuOperators(operators: readonly CpuOperator[]): CpuOperator[] {
  const merged = new Map<string, CpuOperator>();
  for (const { operator, reason, nodes } of operators) {
    const key = `${operator} ${reason}`;
    merged.set(key, { operator, reason, nodes: (merged.get(key)?.nodes ?? 0) + nodes });
  }
  return [...merged.values()].sort((a, b) => (a.operator < b.operator ? -1 : 1));
}

/** `Scan has no kernel (2 nodes), …`. */
export function describeCpuOperators(operators: readonly CpuOperator[]): string {
  return operators
    .map(({ operator, reason, nodes }) => `${operator} ${reason} (${nodes} ${nodes === 1 ? "node" : "nodes"})`)
    .join(", ");
}

/**
 * A tensor that stays where ONNX Runtime made it, so that it goes into further runs without a copy. Its memory lies outside the JavaScript
 * heap: release it. It outlives the session that made it.
 */
export interface HeldTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Frees the tensor; runs under way that read it finish first. A second call does nothing. */
  release(): void;
}

/** What a run gives that leaves some of its outputs where they are. */
export interface HeldRun {
  /** The fetched outputs in fresh arrays. */
  readonly tensors: Record<string, Tensor>;
  readonly held: Record<string, HeldTensor>;
}

/** The outputs that a run is to give, each named once. */
export interface HeldFetches {
  /** Given in fresh arrays. */
  readonly fetches: readonly string[];
  /** Stay where they are made; each is to be released. */
  readonly hold: readonly string[];
  /**
   * Written over held tensors of their shape, which may be among the feeds: an update in place, as `Session.bind` describes it. A run that
   * fails may have written a part. Default: none.
   */
  readonly over?: Readonly<Record<string, HeldTensor>> | undefined;
}

/** A model, ready to run. Release it: its memory lies outside the JavaScript heap. */
export interface Session {
  readonly inputs: readonly ValueDescription[];
  readonly outputs: readonly ValueDescription[];
  /** By operator. Empty on the CPU itself; on CUDA ONNX Runtime says it, through its C API alone. */
  readonly onCpu: readonly CpuOperator[];
  /**
   * Runs the model once. Numbers are read in place: do not write to them until the promise settles. Texts are copied.
   *
   * @param feeds One tensor for each input.
   * @param fetches Names of the outputs wanted. Default: all. Outputs of texts are given only where `options.strings` is true.
   * @returns The fetched outputs in fresh arrays.
   * @throws {ModelwrightError} `ENGINE_SHAPE_MISMATCH` if a feed or a fetch does not fit the model;
   * `ENGINE_RUNTIME_FAILED` if an operator fails or the session was released.
   */
  run(
    feeds: AnyTensorMap,
    fetches: readonly string[] | undefined,
    options: StringRunOptions,
  ): Promise<Record<string, AnyTensor>>;
  run(feeds: AnyTensorMap, fetches?: readonly string[], options?: RunOptions): Promise<Record<string, Tensor>>;
  /**
   * Runs the model once, from tensors and from what earlier runs held, and holds some of its outputs.
   *
   * @param feeds One tensor for each input; held ones may come from another session of the same runtime.
   * @throws {ModelwrightError} As `run`; `ENGINE_RUNTIME_FAILED` too if a held tensor was released.
   */
  runHeld(
    feeds: Readonly<Record<string, Tensor | HeldTensor>>,
    wanted: HeldFetches,
    options?: RunOptions,
  ): Promise<HeldRun>;
  /**
   * Prepares a call that is repeated with the same buffers.
   *
   * One buffer may stand under an input and under an output: an update in place. That is right only if every node that
   * reads the input also takes part in making that output, and none reads it after the output is written; an
   * optimizer's graph is like that, a forward and backward pass with its update is not.
   *
   * @param binding.inputs Read in place at each run. Inputs left out are given to `BoundRun.run`.
   * @param binding.outputs Written in place at each run; a run that fails or is stopped may have written a part of them.
   * @throws {ModelwrightError} `ENGINE_SHAPE_MISMATCH` if a tensor does not fit the model, two buffers overlap in part, or one is of texts.
   */
  bind(binding: { readonly inputs: TensorMap; readonly outputs: TensorMap }): BoundRun;
  /** Frees the model; runs under way finish first. A second call does nothing. */
  release(): void;
}

/** A call whose buffers are bound. Runs of one binding follow one another, also when they are not awaited. */
export interface BoundRun {
  /**
   * @param extra The inputs that were not bound.
   * @param fetches Further outputs, returned in fresh arrays. Default: none.
   */
  run(extra?: AnyTensorMap, fetches?: readonly string[], options?: RunOptions): Promise<Record<string, Tensor>>;
  /** Lets go of the buffers; a run under way finishes first. A second call does nothing. */
  release(): void;
}

/** A way to ONNX Runtime. */
export interface Runtime {
  readonly name: "onnxruntime-c" | "onnxruntime-node";
  /**
   * Makes a session off the event loop. The bytes may be dropped or changed once the promise has settled.
   *
   * @throws {ModelwrightError} `ENGINE_RUNTIME_FAILED` if ONNX Runtime refuses the model; `ENGINE_PROVIDER_UNAVAILABLE` if this machine has no
   * such execution provider; what `guardModel` throws if that refuses the model.
   */
  createSession(model: Uint8Array, options?: SessionOptions): Promise<Session>;
  /** ONNX Runtime's version, such as `1.30.0`. */
  version(): string;
}
