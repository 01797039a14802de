import { type Tensor, zeros } from "@modelwright/engine";
import type { BufferState } from "@modelwright/models";

/** The places of all buffers in one flat array, and the array. */
interface Layout {
  readonly name: string;
  readonly next: string | undefined;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/**
 * The buffers of a training session. A batch reads `values` and writes what they become beside them, since a graph that wrote into the
 * memory it reads could see the new values too early.
 */
export class BufferMemory {
  readonly values: Float32Array;
  /** The values that belong to the best weights so far. */
  readonly best: Float32Array;
  readonly #next: Float32Array;
  readonly #layout: readonly Layout[];

  constructor(buffers: readonly BufferState[]) {
    let end = 0;
    this.#layout = buffers.map(({ name, next, tensor: { shape, data } }) => {
      const start = end;
      end += data.length;
      return { name, next, shape, start, end };
    });
    this.values = zeros("float32", [end]).data;
    for (const [i, { tensor }] of buffers.entries()) this.values.set(tensor.data, this.#layout[i]!.start);
    this.best = this.values.slice();
    this.#next = this.values.slice();
  }

  get names(): readonly string[] {
    return this.#layout.map(({ name }) => name);
  }

  /** Views by graph input. */
  get inputs(): Record<string, Tensor<"float32">> {
    return Object.fromEntries(this.#layout.map((place) => [place.name, part(this.values, place)]));
  }

  /** Views by graph output. */
  get outputs(): Record<string, Tensor<"float32">> {
    return Object.fromEntries(
      this.#layout.flatMap((place) => (place.next === undefined ? [] : [[place.next, part(this.#next, place)]])),
    );
  }

  /** A buffer's part of `values` or `best`. */
  view(values: Float32Array, name: string): Tensor<"float32"> {
    const place = this.#layout.find((candidate) => candidate.name === name);
    if (place === undefined) throw new Error(`there is no buffer "${name}"`);
    return part(values, place);
  }

  /** Takes over what the last batch made of the buffers. */
  advance(): void {
    this.values.set(this.#next);
  }
}

function part(values: Float32Array, { shape, start, end }: Layout): Tensor<"float32"> {
  return { dtype: "float32", shape, data: values.subarray(start, end) };
}
