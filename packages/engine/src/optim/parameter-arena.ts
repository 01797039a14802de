import type { Tensor } from "../tensor/tensor.ts";
import { TensorLayout } from "../tensor/tensor-layout.ts";
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

/** One parameter's run, with the zeros that fill its last cache line. */
export interface ArenaTensor extends ArenaSegment {
  readonly name: string;
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
  /** Of each buffer. */
  readonly layout: TensorLayout;
  readonly weights: Float32Array;
  readonly gradients: Float32Array;
  readonly segments: readonly ArenaSegment[];
  /** The parameters one by one. */
  readonly tensors: readonly ArenaTensor[];
  /** Where the buffers lie; `undefined` when each has a memory of its own. */
  readonly memory: KernelMemory | undefined;

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
    this.layout = new TensorLayout(
      sorted.map(({ name, tensor }) => [name, tensor.shape]),
      { alignment: ALIGNMENT },
    );
    const segments: { group: string; decay: boolean; offset: number; length: number }[] = [];
    const tensors: ArenaTensor[] = [];
    for (const { name, decay, group } of sorted) {
      const { offset, length } = this.layout.place(name);
      tensors.push({ name, group, decay, offset, length });
      const last = segments.at(-1);
      if (last !== undefined && last.group === group && last.decay === decay) last.length += length;
      else segments.push({ group, decay, offset, length });
    }
    this.segments = segments;
    this.tensors = tensors;
    this.memory = options.shared === false ? undefined : KernelMemory.create(this.length, options.buffers ?? 6);
    this.weights = this.allocate();
    this.gradients = this.allocate();
    for (const { name, tensor } of sorted) this.weight(name).data.set(tensor.data);
  }

  /** Elements of each buffer. */
  get length(): number {
    return this.layout.length;
  }

  get names(): readonly string[] {
    return this.layout.names;
  }

  /** One more buffer laid out like the arena, of zeros. */
  allocate(): Float32Array {
    const { length } = this;
    return this.memory?.allocate(Float32Array, length) ?? new Float32Array(length);
  }

  /** A live view of a parameter's weights. */
  weight(name: string): Tensor<"float32"> {
    return this.layout.view(this.weights, name);
  }

  /** A live view of a parameter's gradient. */
  gradient(name: string): Tensor<"float32"> {
    return this.layout.view(this.gradients, name);
  }
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
