import type { GraphBuilder, Shape, Value } from "@modelwright/engine";
import type { Initializer } from "../parameters/initializers.ts";
import { PARAMETER_GROUPS, type Parameter, type Parameters } from "../parameters/parameter.ts";
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

/** What a layer builds into: the graph, the source of its parameters and the build options. */
export class LayerContext {
  readonly b: GraphBuilder;
  readonly build: BuildOptions;
  readonly #source: ParameterSource;
  readonly #parameters = new Map<string, Parameter>();
  readonly #values = new Map<string, Value>();
  readonly #dropouts: DropoutInput[] = [];

  constructor(b: GraphBuilder, source: ParameterSource, build: BuildOptions) {
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
    const group = PARAMETER_GROUPS.find((name) => fullName.startsWith(`${name}.`)) ?? "encoder";
    this.#parameters.set(fullName, { name: fullName, tensor, decay: options.decay, group });
    const value = this.build.trainable(fullName)
      ? this.b.input(fullName, "float32", shape)
      : this.b.initializer(fullName, tensor);
    this.#values.set(fullName, value);
    return value;
  }

  /** An input for the mask of a dropout site. */
  dropoutMask(site: string, shape: Shape, dropProbability: number): Value {
    const name = `dropout.${this.b.scoped(site)}`;
    this.#dropouts.push({ name, shape, dropProbability });
    return this.b.input(name, "uint8", shape);
  }

  /** Builds inside a name: `encoder`, then `layer0`, gives parameters named `encoder.layer0.…`. */
  scope<T>(name: string, body: () => T): T {
    return this.b.scope(name, body);
  }
}
