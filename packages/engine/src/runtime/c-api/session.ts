import type { AnyTensor, Tensor } from "../../tensor/tensor.ts";
import { checkBinding, checkFeeds, checkFetches, checkHeldFeeds, checkHeldOutputs } from "../check-tensors.ts";
import type {
  AnyTensorMap,
  BoundRun,
  CpuOperator,
  HeldFetches,
  HeldRun,
  HeldTensor,
  RunOptions,
  Session,
  StringRunOptions,
  TensorMap,
  ValueDescription,
} from "../runtime.ts";
import { releasedFailure } from "../runtime-failure.ts";
import { CApiBoundRun } from "./bound-run.ts";
import type { Call, Caller, NamedValue } from "./caller.ts";
import { describeValues } from "./descriptions.ts";
import { CApiHeldTensor, splitHeld } from "./held-tensor.ts";
import type { Move } from "./huge-pages.ts";
import { allocateString, allocateWords } from "./memory.ts";
import { check, checkAsync, type Native, query } from "./native.ts";
import { inTurn, type Turns } from "./turns.ts";
import { createValue, readValue } from "./values.ts";

export interface CApiSessionParts {
  /** What its calls take turns with. Default: nothing. */
  readonly turns: Turns | undefined;
  readonly onCpu: readonly CpuOperator[];
  /** Of its weights; ends with the session. */
  readonly move: Move;
}

/** A session of the C API. */
export class CApiSession implements Session, Caller {
  readonly inputs: readonly ValueDescription[];
  readonly outputs: readonly ValueDescription[];
  readonly onCpu: readonly CpuOperator[];
  readonly #native: Native;
  readonly #turns: Turns | undefined;
  readonly #move: Move;
  #handle: bigint;
  /** Names as C reads them. */
  readonly #names = new Map<string, { readonly bytes: Uint8Array; readonly address: bigint }>();
  #callsUnderWay = 0;
  #isReleased = false;

  /**
   * @param handle Released with this session, also when this throws.
   */
  constructor(native: Native, handle: bigint, { turns, onCpu, move }: CApiSessionParts) {
    this.#native = native;
    this.#handle = handle;
    this.#turns = turns;
    this.#move = move;
    this.onCpu = onCpu;
    try {
      this.inputs = describeValues(native, handle, "Input");
      this.outputs = describeValues(native, handle, "Output");
    } catch (error) {
      this.release();
      throw error;
    }
    for (const { name } of [...this.inputs, ...this.outputs]) {
      this.#names.set(name, allocateString(native.koffi, name));
    }
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
    const inputs = this.createValues(feeds);
    try {
      return await this.call({ inputs, outputs: fetches.map((name) => [name, 0n]), held: feeds }, options);
    } finally {
      this.releaseValues(inputs);
    }
  }

  async runHeld(
    feeds: Readonly<Record<string, Tensor | HeldTensor>>,
    { fetches, hold, over = {} }: HeldFetches,
    options: RunOptions = {},
  ): Promise<HeldRun> {
    this.assertOpen();
    const { tensors, held } = splitHeld(feeds);
    checkHeldFeeds(held, this.inputs);
    checkFeeds(tensors, this.inputs, held);
    const { held: written } = splitHeld(over);
    checkFetches([...fetches, ...hold, ...Object.keys(over)], this.outputs);
    checkHeldOutputs(over, this.outputs);
    const outputs = [...[...fetches, ...hold].map((name) => [name, 0n] as const), ...valuesOf(written)];
    const used = valuesOf(held);
    const inputs = this.createValues(tensors);
    const kept = [...Object.values(held), ...Object.values(written)];
    for (const tensor of kept) tensor.use();
    try {
      const made = await this.#invoke({ inputs: [...inputs, ...used], outputs, held: feeds }, options);
      const read = this.#readValues(made.slice(0, fetches.length));
      const fresh = made.slice(fetches.length, fetches.length + hold.length);
      const handles = fresh.map(([name, value]) => [name, new CApiHeldTensor(this.#native, value)]);
      return { tensors: read as Record<string, Tensor>, held: Object.fromEntries(handles) };
    } finally {
      for (const tensor of kept) tensor.disuse();
      this.releaseValues(inputs);
    }
  }

  bind(binding: { readonly inputs: TensorMap; readonly outputs: TensorMap }): BoundRun {
    this.assertOpen();
    checkBinding(binding, this);
    return new CApiBoundRun(this, binding);
  }

  release(): void {
    this.#isReleased = true;
    this.#move.stop();
    if (this.#callsUnderWay > 0 || this.#handle === 0n) return;
    const handle = this.#handle;
    this.#handle = 0n;
    if (this.#turns === undefined) this.#native.functions.ReleaseSession(handle);
    else void inTurn(this.#turns, async () => this.#native.functions.ReleaseSession(handle));
  }

  assertOpen(): void {
    if (this.#isReleased) throw releasedFailure("session");
  }

  createValues(tensors: AnyTensorMap): NamedValue[] {
    const created: NamedValue[] = [];
    try {
      for (const [name, tensor] of Object.entries(tensors)) {
        created.push([name, createValue(this.#native, tensor, `tensor "${name}"`)]);
      }
      return created;
    } catch (error) {
      this.releaseValues(created);
      throw error;
    }
  }

  releaseValues(values: readonly NamedValue[]): void {
    for (const [, value] of values) this.#native.functions.ReleaseValue(value);
  }

  async call(call: Call, options: RunOptions): Promise<Record<string, AnyTensor>> {
    const made = await this.#invoke(call, options);
    return this.#readValues(made.filter((_, index) => call.outputs[index]![1] === 0n));
  }

  /** Runs the model: the value of each output. */
  async #invoke(call: Call, options: RunOptions): Promise<NamedValue[]> {
    options.signal?.throwIfAborted();
    const native = this.#native;
    const { inputs, outputs } = call;
    const frame = allocateWords(native.koffi, 2 * (inputs.length + outputs.length));
    const outputsAt = 2 * inputs.length;
    const valuesAt = outputsAt + outputs.length;
    for (const [index, [name, value]] of inputs.entries()) {
      frame.words[index] = this.#names.get(name)!.address;
      frame.words[inputs.length + index] = value;
    }
    for (const [index, [name, value]] of outputs.entries()) {
      frame.words[outputsAt + index] = this.#names.get(name)!.address;
      frame.words[valuesAt + index] = value;
    }
    const at = (word: number) => frame.address + BigInt(word * 8);

    this.#callsUnderWay++;
    const termination = options.signal === undefined ? undefined : terminateOn(native, options.signal);
    try {
      const run = {
        fn: native.functions.Run,
        args: [
          this.#handle,
          termination?.runOptions ?? 0,
          at(0),
          at(inputs.length),
          inputs.length,
          at(outputsAt),
          outputs.length,
          at(valuesAt),
        ],
        held: { session: this, call, frame },
        where: "run",
      };
      await inTurn(this.#turns, async () =>
        options.blocking ? check(native, run.fn(...run.args), run.where) : checkAsync(native, run),
      );
      return outputs.map(([name], index) => [name, frame.words[valuesAt + index]!]);
    } catch (error) {
      options.signal?.throwIfAborted();
      throw error;
    } finally {
      termination?.release();
      this.#callsUnderWay--;
      if (this.#isReleased) this.release();
    }
  }

  /** Copies values into arrays, and frees them. */
  #readValues(values: readonly NamedValue[]): Record<string, AnyTensor> {
    try {
      return Object.fromEntries(
        values.map(([name, value]) => [name, readValue(this.#native, value, `output "${name}"`)]),
      );
    } finally {
      this.releaseValues(values);
    }
  }
}

function valuesOf(held: Readonly<Record<string, CApiHeldTensor>>): readonly NamedValue[] {
  return Object.entries(held).map(([name, { value }]) => [name, value]);
}

/** Run options whose terminate flag follows a signal. */
function terminateOn(native: Native, signal: AbortSignal): { readonly runOptions: bigint; release(): void } {
  const { functions } = native;
  const runOptions = query(native, "run options", (out) => functions.CreateRunOptions(out));
  const terminate = () => check(native, functions.RunOptionsSetTerminate(runOptions), "run options");
  signal.addEventListener("abort", terminate);
  return {
    runOptions,
    release() {
      signal.removeEventListener("abort", terminate);
      functions.ReleaseRunOptions(runOptions);
    },
  };
}
