import { elementCount, type Tensor } from "../tensor/tensor.ts";
import { KernelMemory } from "./kernels/kernel-memory.ts";

/** What the arena must know of one trained parameter. */
export interface ArenaParameter {
  readonly name: string;
  readonly tensor: Tensor<"float32">;
  /** False for biases, norms and scalars: weight decay, L1 and L2 spare them. */
  readonly decay: boolean;
  /** Parameters of one group share a learning rate. */
  readonly group: string;
}

/** A run of the arena whose elements are updated alike; of a single parameter, where a rule looks at each tensor. */
export interface ArenaSegment {
  readonly group: string;
  readonly decay: boolean;
  /** In elements. */
  readonly offset: number;
  readonly length: number;
}

/** Each parameter starts on a cache line: 16 floats. */
const ALIGNMENT = 16;

/**
 * All trained parameters in one flat float32 buffer, sorted by group and decay, with gradients laid out alike.
 *
 * The training session reads weights and writes gradients through the views below; the optimiser walks the same memory flat, in
 * cache-sized chunks. Nothing is copied between them.
 */
export class ParameterArena {
  /** Elements of each buffer. */
  readonly length: number;
  readonly weights: Float32Array;
  readonly gradients: Float32Array;
  readonly segments: readonly ArenaSegment[];
  /** The parameters one by one, each with the zeros that fill its last cache line. */
  readonly tensors: readonly ArenaSegment[];
  /** Where the buffers lie; `undefined` when each has a memory of its own. */
  readonly memory: KernelMemory | undefined;
  readonly #places = new Map<string, { readonly offset: number; readonly shape: readonly number[] }>();

  /**
   * Copies the parameters' values in; the given tensors are not used afterwards.
   *
   * @param options.shared Whether the buffers lie in one shared WebAssembly memory, which an optimiser needs to run its kernels.
   * Default: true; what is too large for 32-bit addresses never does: with four buffers, as AdamW needs, beyond 268 million parameters.
   * @param options.buffers How many buffers of the arena's size the memory must have room for, weights and gradients included, as
   * `Optimizer.buffers` counts them. Default 6, which is enough for every rule.
   */
  constructor(
    parameters: readonly ArenaParameter[],
    options: { readonly shared?: boolean; readonly buffers?: number } = {},
  ) {
    const sorted = parameters.toSorted(
      (a, b) =>
        a.group.localeCompare(b.group, "en") || Number(b.decay) - Number(a.decay) || compareNames(a.name, b.name),
    );
    const segments: { group: string; decay: boolean; offset: number; length: number }[] = [];
    const tensors: ArenaSegment[] = [];
    let end = 0;
    for (const { name, tensor, decay, group } of sorted) {
      const length = Math.ceil(elementCount(tensor.shape) / ALIGNMENT) * ALIGNMENT;
      this.#places.set(name, { offset: end, shape: tensor.shape });
      tensors.push({ group, decay, offset: end, length });
      const last = segments.at(-1);
      if (last !== undefined && last.group === group && last.decay === decay) last.length += length;
      else segments.push({ group, decay, offset: end, length });
      end += length;
    }
    this.segments = segments;
    this.tensors = tensors;
    this.length = end;
    this.memory = options.shared === false ? undefined : KernelMemory.create(end, options.buffers ?? 6);
    this.weights = this.allocate();
    this.gradients = this.allocate();
    for (const { name, tensor } of sorted) this.weights.set(tensor.data, this.#places.get(name)!.offset);
  }

  get names(): readonly string[] {
    return [...this.#places.keys()];
  }

  /** One more buffer laid out like the arena, of zeros. */
  allocate(): Float32Array {
    const { length } = this;
    return this.memory?.allocate(Float32Array, length) ?? new Float32Array(length);
  }

  /** A live view of a parameter's weights. */
  weight(name: string): Tensor<"float32"> {
    return this.view(this.weights, name);
  }

  /** A live view of a parameter's gradient. */
  gradient(name: string): Tensor<"float32"> {
    return this.view(this.gradients, name);
  }

  /** A parameter's part of any buffer laid out like the arena. */
  view(buffer: Float32Array, name: string): Tensor<"float32"> {
    const place = this.#places.get(name);
    if (place === undefined) throw new Error(`the arena holds no parameter "${name}"`);
    return {
      dtype: "float32",
      shape: place.shape,
      data: buffer.subarray(place.offset, place.offset + elementCount(place.shape)),
    };
  }
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
