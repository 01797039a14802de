import type { GraphEmitter, Shape, Tensor, Value } from "@modelwright/engine";
import type { AdaptableLayer, LowRankAdapters } from "../adapters/low-rank-adapters.ts";
import type { Initializer } from "../parameters/initializers.ts";
import type { Parameter, Parameters } from "../parameters/parameter.ts";
import type { ParameterSource } from "../parameters/parameter-source.ts";

/** How a graph is built from the same architecture: to be trained or to be served. */
export interface BuildOptions {
  /**
   * Whether a parameter enters the graph as an input (trained: fed at each run) or as an initializer (frozen or served).
   */
  readonly trainable: (name: string) => boolean;
  /** Present when the graph will be differentiated: layers keep what their gradients need. */
  readonly training?: {
    /** Probability that an activation is dropped; rounded to 1/256. */
    readonly dropout: number;
  };
  /** Low-rank matrices beside weights. Default: none. */
  readonly adapters?: LowRankAdapters | undefined;
}

/** Everything is served: no inputs but data, no dropout. */
export const INFERENCE: BuildOptions = { trainable: () => false };

/** A mask that training feeds at each step: uint8, 1 where an activation is kept, 0 where it is dropped. */
export interface DropoutInput {
  readonly name: string;
  /** Symbolic: `batch`, `sequence`. */
  readonly shape: Shape;
  /** A multiple of 1/256, so that one random byte decides. */
  readonly dropProbability: number;
}

/** Standard normal numbers that training feeds at each step: float32. */
export interface NoiseInput {
  readonly name: string;
  /** Symbolic: `batch`, `sequence`. */
  readonly shape: Shape;
}

/** State of a model that training changes without a gradient, as running statistics are. */
export interface BufferState {
  /** Its name in the graph and in checkpoints. */
  readonly name: string;
  readonly tensor: Tensor<"float32">;
  /** The output that holds its value after the step; `undefined` where the graph leaves it as it is. */
  readonly next: string | undefined;
}

/** What a layer builds into: the graph, the source of its parameters and the build options. */
export class LayerContext {
  readonly b: GraphEmitter;
  readonly build: BuildOptions;
  readonly #source: ParameterSource;
  readonly #parameters = new Map<string, Parameter>();
  readonly #values = new Map<string, Value>();
  readonly #dropouts: DropoutInput[] = [];
  readonly #noises: NoiseInput[] = [];
  readonly #buffers = new Map<string, BufferState>();
  readonly #segments: string[] = [];
  readonly #detached: string[] = [];
  readonly #adapted = new Set<string>();

  constructor(b: GraphEmitter, source: ParameterSource, build: BuildOptions) {
    this.b = b;
    this.#source = source;
    this.build = build;
  }

  /** The parameters asked for so far. */
  get parameters(): Parameters {
    return this.#parameters;
  }

  get dropouts(): readonly DropoutInput[] {
    return this.#dropouts;
  }

  get noises(): readonly NoiseInput[] {
    return this.#noises;
  }

  /** The buffers asked for so far. */
  get buffers(): ReadonlyMap<string, BufferState> {
    return this.#buffers;
  }

  /** Beginnings of the node names of each segment. */
  get segments(): readonly string[] {
    return this.#segments;
  }

  /** Names of the values that count as constants in the backward pass. */
  get detachedValues(): readonly string[] {
    return this.#detached;
  }

  /** Scopes of the layers that have an adapter. */
  get adapted(): ReadonlySet<string> {
    return this.#adapted;
  }

  /** The build's adapters, where the layer whose scope this is has one. */
  adapters(kind: AdaptableLayer): LowRankAdapters | undefined {
    const { adapters } = this.build;
    const layer = this.b.scoped("").slice(0, -1);
    if (adapters === undefined || !adapters.targets(layer, kind)) return undefined;
    this.#adapted.add(layer);
    return adapters;
  }

  /** The same value, which counts as a constant in the backward pass: no gradient goes through it. */
  detached(value: Value): Value {
    this.#detached.push(value.name);
    return value;
  }

  /** The first values of a parameter of the current scope that was asked for. */
  initialValues(name: string): Float32Array {
    return this.#parameters.get(this.b.scoped(name))!.tensor.data;
  }

  /** The parameter `name` of the current scope. Asked for twice, it is shared. */
  parameter(
    name: string,
    shape: readonly number[],
    options: { readonly initializer: Initializer; readonly decay: boolean },
  ): Value {
    const fullName = this.b.scoped(name);
    const known = this.#values.get(fullName);
    if (known !== undefined) return known;
    const tensor = this.#source.take({ name: fullName, shape, initializer: options.initializer });
    this.#parameters.set(fullName, { name: fullName, tensor, decay: options.decay });
    const value = this.build.trainable(fullName)
      ? this.b.input(fullName, "float32", shape)
      : this.b.initializer(fullName, tensor);
    this.#values.set(fullName, value);
    return value;
  }

  /** A tensor of the current scope that is never trained, such as a table of positions. Asked for twice, it is shared. */
  fixed(name: string, make: () => Tensor): Value {
    const fullName = this.b.scoped(name);
    return this.b.has(fullName) ? this.b.value(fullName) : this.b.initializer(fullName, make());
  }

  /** An input for the mask of a dropout site. A layer that is applied again has a mask of its own each time. */
  dropoutMask(site: string, shape: Shape, dropProbability: number): Value {
    const name = this.#again(`dropout.${this.b.scoped(site)}`, this.#dropouts);
    this.#dropouts.push({ name, shape, dropProbability });
    return this.b.input(name, "uint8", shape);
  }

  /** An input for standard normal numbers, drawn anew at each training step from the run's seed. */
  noise(site: string, shape: Shape): Value {
    const name = this.#again(`noise.${this.b.scoped(site)}`, this.#noises);
    this.#noises.push({ name, shape });
    return this.b.input(name, "float32", shape);
  }

  /** A name that none of these inputs has: with a number behind it from the second time on. */
  #again(name: string, inputs: readonly { readonly name: string }[]): string {
    let time = 1;
    const numbered = () => (time === 1 ? name : `${name}.${time}`);
    while (inputs.some((input) => input.name === numbered())) time++;
    return numbered();
  }

  /**
   * The buffer `name` of the current scope: like a parameter an input where it is trained and an initializer where it is served, but
   * without a gradient. Asked for twice, it is shared.
   */
  buffer(name: string, shape: readonly number[], initializer: Initializer): Value {
    const fullName = this.b.scoped(name);
    const known = this.#values.get(fullName);
    if (known !== undefined) return known;
    const tensor = this.#source.take({ name: fullName, shape, initializer });
    this.#buffers.set(fullName, { name: fullName, tensor, next: undefined });
    const value = this.build.trainable(fullName)
      ? this.b.input(fullName, "float32", shape)
      : this.b.initializer(fullName, tensor);
    this.#values.set(fullName, value);
    return value;
  }

  /** Whether the buffer `name` of the current scope changes in training: what is served or frozen keeps it. */
  updatesBuffer(name: string): boolean {
    return this.build.training !== undefined && this.build.trainable(this.b.scoped(name));
  }

  /** Says what a buffer of the current scope becomes when the step is done. */
  updateBuffer(name: string, value: Value): void {
    const fullName = this.b.scoped(name);
    const buffer = this.#buffers.get(fullName);
    if (buffer === undefined) throw new Error(`buffer "${fullName}" is updated before it is asked for`);
    const next = `${fullName}.next`;
    this.b.output(value, next);
    this.#buffers.set(fullName, { ...buffer, next });
  }

  /** Builds inside a name: `encoder`, then `layer0`, gives parameters named `encoder.layer0.…`. */
  scope<T>(name: string, body: () => T): T {
    return this.b.scope(name, body);
  }

  /**
   * As `scope`, for a layer among several: training may compute what is inside again in the backward pass instead of keeping it.
   */
  segment<T>(name: string, body: () => T): T {
    this.#segments.push(this.b.scoped(`${name}.`));
    return this.scope(name, body);
  }
}
