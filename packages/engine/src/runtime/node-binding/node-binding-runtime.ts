import { ModelwrightError } from "@modelwright/contracts";
import type * as Ort from "onnxruntime-node";
import { DTYPES, type DType } from "../../tensor/dtype.ts";
import { type AnyTensor, isNumeric, type Tensor } from "../../tensor/tensor.ts";
import { configEntries, threadCount } from "../c-api/session-options.ts";
import { checkBinding, checkFeeds, checkFetches, checkHeldOutputs, checkOutputShape } from "../check-tensors.ts";
import { BINDING_PACKAGE, installedLibrary } from "../installed-library.ts";
import { placeModel } from "../place-model.ts";
import { checkProviderFiles, providerFailure } from "../provider-failure.ts";
import type {
  AnyTensorMap,
  BoundRun,
  CpuOperator,
  HeldFetches,
  HeldRun,
  HeldTensor,
  RunOptions,
  Runtime,
  Session,
  SessionOptions,
  StringRunOptions,
  TensorMap,
  ValueDescription,
} from "../runtime.ts";
import { releasedFailure, runtimeFailure } from "../runtime-failure.ts";

/**
 * ONNX Runtime through the onnxruntime-node package: the way to go where koffi does not load. The package is installed by
 * name where it is wanted; the product does not bring it.
 *
 * It gives the same numbers at a price: a run blocks the event loop, every output is copied, bound buffers too, tensors
 * in a SharedArrayBuffer are copied on their way in, a run cannot be stopped once it has begun, and texts with a NUL, which the
 * package would cut there, are refused.
 */
export async function createNodeBindingRuntime(): Promise<Runtime> {
  const ort = await importBinding();
  return {
    name: "onnxruntime-node",
    version: () => ort.env.versions.node ?? ort.env.versions.common,
    createSession: (model, options = {}) => createSession(ort, model, options),
  };
}

async function importBinding(): Promise<typeof Ort> {
  try {
    return await import("onnxruntime-node");
  } catch (cause) {
    // The loader's own words name the file that asked, which says nothing to a reader.
    if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new Error(`${BINDING_PACKAGE} is not installed`, { cause });
  }
}

async function createSession(ort: typeof Ort, model: Uint8Array, options: SessionOptions): Promise<Session> {
  const { executionProvider = "cpu" } = options;
  checkProviderFiles(executionProvider, installedLibrary());
  const { onCpu, cpuNodes, ...placed } = placeModel(model, options);
  // The package keeps reading the bytes while it loads, so ours must not change under it.
  const bytes = new Uint8Array(placed.model);
  try {
    const session = await ort.InferenceSession.create(bytes, {
      executionProviders: [
        { name: executionProvider, ...(cpuNodes.length === 0 ? {} : { forceCpuNodeNames: cpuNodes }) },
      ],
      intraOpNumThreads: threadCount(options),
      graphOptimizationLevel: options.optimization ?? "all",
      enableCpuMemArena: options.arena ?? true,
      enableMemPattern: false,
      logSeverityLevel: 4,
      extra: configEntries(options),
      ...(options.profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profile }),
    });
    return new NodeBindingSession(ort, session, onCpu);
  } catch (error) {
    throw providerFailure(executionProvider, runtimeFailure("session", messageOf(error), { cause: error }));
  }
}

class NodeBindingSession implements Session {
  readonly inputs: readonly ValueDescription[];
  readonly outputs: readonly ValueDescription[];
  readonly onCpu: readonly CpuOperator[];
  readonly #ort: typeof Ort;
  readonly #session: Ort.InferenceSession;
  /** The package frees a session under a run, so runs and the release follow one another. */
  #previous: Promise<unknown> = Promise.resolve();
  #isReleased = false;

  constructor(ort: typeof Ort, session: Ort.InferenceSession, onCpu: readonly CpuOperator[]) {
    this.onCpu = onCpu;
    this.#ort = ort;
    this.#session = session;
    this.inputs = session.inputMetadata.map(describe);
    this.outputs = session.outputMetadata.map(describe);
  }

  run(
    feeds: AnyTensorMap,
    fetches: readonly string[] | undefined,
    options: StringRunOptions,
  ): Promise<Record<string, AnyTensor>>;
  run(feeds: AnyTensorMap, fetches?: readonly string[], options?: RunOptions): Promise<Record<string, Tensor>>;
  async run(
    feeds: AnyTensorMap,
    fetches: readonly string[] = this.outputs.map(({ name }) => name),
    options: RunOptions & Partial<StringRunOptions> = {},
  ): Promise<Record<string, AnyTensor>> {
    this.assertOpen();
    checkFeeds(feeds, this.inputs);
    checkFetches(fetches, this.outputs, options);
    options.signal?.throwIfAborted();
    const ortFeeds = Object.fromEntries(
      Object.entries(feeds).map(([name, tensor]) => [name, this.#toOrt(name, tensor)]),
    );
    const result = this.#previous.then(async () => {
      try {
        return await this.#session.run(ortFeeds, [...fetches]);
      } catch (error) {
        throw runtimeFailure("run", messageOf(error), { cause: error });
      }
    });
    this.#previous = result.catch(() => undefined);
    const values = await result;
    return Object.fromEntries(fetches.map((name) => [name, fromOrt(name, values[name]!)]));
  }

  async runHeld(
    feeds: Readonly<Record<string, Tensor | HeldTensor>>,
    { fetches, hold, over = {} }: HeldFetches,
    options: RunOptions = {},
  ): Promise<HeldRun> {
    const given = Object.entries(feeds).map(([name, feed]) => [
      name,
      feed instanceof CopiedTensor ? feed.tensor() : (feed as Tensor),
    ]);
    checkHeldOutputs(over, this.outputs);
    const results = await this.run(Object.fromEntries(given), [...fetches, ...hold, ...Object.keys(over)], options);
    for (const [name, tensor] of Object.entries(over)) (tensor as CopiedTensor).write(results[name]!);
    return {
      tensors: Object.fromEntries(fetches.map((name) => [name, results[name]!])),
      held: Object.fromEntries(hold.map((name) => [name, new CopiedTensor(results[name]!)])),
    };
  }

  bind(binding: { readonly inputs: TensorMap; readonly outputs: TensorMap }): BoundRun {
    this.assertOpen();
    checkBinding(binding, this);
    return new NodeBindingBoundRun(this, binding);
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#previous = this.#previous.then(() => this.#session.release());
  }

  assertOpen(): void {
    if (this.#isReleased) throw releasedFailure("session");
  }

  #toOrt(name: string, tensor: AnyTensor): Ort.Tensor {
    const { dtype, shape } = tensor;
    if (!isNumeric(tensor)) {
      refuseNul(name, tensor.data);
      return new this.#ort.Tensor("string", [...tensor.data], shape);
    }
    const { data } = tensor;
    const own = data.buffer instanceof SharedArrayBuffer ? data.slice() : data;
    return new this.#ort.Tensor(dtype, own as Ort.Tensor.DataType, shape);
  }
}

/** What the package gives of an output: a copy, which goes into the next run as any tensor does. */
class CopiedTensor implements HeldTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  #tensor: Tensor | undefined;

  constructor(tensor: Tensor) {
    this.dtype = tensor.dtype;
    this.shape = tensor.shape;
    this.#tensor = tensor;
  }

  tensor(): Tensor {
    if (this.#tensor === undefined) throw releasedFailure("held tensor");
    return this.#tensor;
  }

  write(tensor: Tensor): void {
    if (this.#tensor !== undefined) this.#tensor = tensor;
  }

  release(): void {
    this.#tensor = undefined;
  }
}

class NodeBindingBoundRun implements BoundRun {
  readonly #session: NodeBindingSession;
  readonly #inputs: TensorMap;
  readonly #outputs: TensorMap;
  #previous: Promise<unknown> = Promise.resolve();
  #isReleased = false;

  constructor(session: NodeBindingSession, binding: { readonly inputs: TensorMap; readonly outputs: TensorMap }) {
    this.#session = session;
    this.#inputs = { ...binding.inputs };
    this.#outputs = { ...binding.outputs };
  }

  run(
    extra: AnyTensorMap = {},
    fetches: readonly string[] = [],
    options: RunOptions = {},
  ): Promise<Record<string, Tensor>> {
    if (this.#isReleased) return Promise.reject(releasedFailure("binding"));
    const result = this.#previous.then(() => this.#run(extra, fetches, options));
    this.#previous = result.catch(() => undefined);
    return result;
  }

  release(): void {
    this.#isReleased = true;
  }

  async #run(extra: AnyTensorMap, fetches: readonly string[], options: RunOptions): Promise<Record<string, Tensor>> {
    checkFeeds(extra, this.#session.inputs, this.#inputs);
    checkFetches(fetches, this.#session.outputs, { bound: this.#outputs });
    const bound = Object.entries(this.#outputs);
    const results = await this.#session.run(
      { ...this.#inputs, ...extra },
      [...bound.map(([name]) => name), ...fetches],
      options,
    );
    // All sizes first: a run that does not fit must leave every buffer as it was.
    for (const [name, tensor] of bound) checkOutputShape(name, tensor, results[name]!);
    for (const [name, tensor] of bound) copy(tensor, results[name]!);
    return Object.fromEntries(fetches.map((name) => [name, results[name]!]));
  }
}

function refuseNul(name: string, texts: readonly string[]): void {
  const at = texts.findIndex((text) => text.includes("\0"));
  if (at < 0) return;
  const rule = "texts for the onnxruntime-node package hold no NUL; the C API takes them";
  throw new ModelwrightError("ENGINE_SHAPE_MISMATCH", { where: `input "${name}"`, rule, got: `one at ${at}` });
}

function copy(target: Tensor, source: Tensor): void {
  const bytes = ({ data }: Tensor) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  bytes(target).set(bytes(source));
}

function describe(metadata: Ort.InferenceSession.ValueMetadata): ValueDescription {
  if (!metadata.isTensor) return { name: metadata.name, dtype: "unsupported", shape: [] };
  return {
    name: metadata.name,
    dtype: Object.hasOwn(DTYPES, metadata.type) ? (metadata.type as DType) : "unsupported",
    shape: metadata.shape.map((size) => (size === "" ? -1 : size)),
  };
}

function fromOrt(name: string, value: Ort.OnnxValue): AnyTensor {
  if (!Object.hasOwn(DTYPES, value.type))
    throw runtimeFailure(`output "${name}"`, `element type ${value.type} is not one we hold`);
  return { dtype: value.type, shape: value.dims, data: value.data } as AnyTensor;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
