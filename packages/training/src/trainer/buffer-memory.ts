import { type Tensor, TensorLayout } from "@modelwright/engine";
import type { BufferState } from "@modelwright/models";

/**
 * The buffers of a training session. A batch reads `values` and writes what they become beside them, since a
 * graph that wrote into the memory it reads could see the new values too early.
 */
export class BufferMemory {
  readonly layout: TensorLayout;
  readonly values: Float32Array;
  /** The values that belong to the best weights so far. */
  readonly best: Float32Array;
  readonly #buffers: readonly BufferState[];
  readonly #next: Float32Array;

  constructor(buffers: readonly BufferState[]) {
    this.#buffers = buffers;
    this.layout = new TensorLayout(buffers.map(({ name, tensor }) => [name, tensor.shape]));
    this.values = new Float32Array(this.layout.length);
    for (const { name, tensor } of buffers) this.layout.view(this.values, name).data.set(tensor.data);
    this.best = this.values.slice();
    this.#next = this.values.slice();
  }

  /** Views by graph input. */
  get inputs(): Record<string, Tensor<"float32">> {
    return Object.fromEntries(this.#buffers.map(({ name }) => [name, this.layout.view(this.values, name)]));
  }

  /** Views by graph output. */
  get outputs(): Record<string, Tensor<"float32">> {
    return Object.fromEntries(
      this.#buffers.flatMap(({ name, next }) =>
        next === undefined ? [] : [[next, this.layout.view(this.#next, name)]],
      ),
    );
  }

  /** Takes over what the last batch made of the buffers. */
  advance(): void {
    this.values.set(this.#next);
  }
}
