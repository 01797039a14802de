import { elementCount, type Tensor } from "./tensor.ts";

/** Where one tensor lies, in elements. */
interface Place {
  readonly offset: number;
  /** What lies up to the next tensor included. */
  readonly length: number;
  readonly shape: readonly number[];
}

/** Where named float32 tensors lie in flat arrays, one after another. */
export class TensorLayout {
  /** Elements of such an array. */
  readonly length: number;
  readonly #places = new Map<string, Place>();

  /** @param options.alignment Elements of which each tensor starts at a multiple. Default 1. */
  constructor(
    shapes: Iterable<readonly [name: string, shape: readonly number[]]>,
    { alignment = 1 }: { readonly alignment?: number } = {},
  ) {
    let end = 0;
    for (const [name, shape] of shapes) {
      const length = Math.ceil(elementCount(shape) / alignment) * alignment;
      this.#places.set(name, { offset: end, length, shape });
      end += length;
    }
    this.length = end;
  }

  get names(): readonly string[] {
    return [...this.#places.keys()];
  }

  place(name: string): Place {
    const place = this.#places.get(name);
    if (place === undefined) throw new Error(`the layout has no tensor "${name}"`);
    return place;
  }

  /** A tensor's part of an array, live. */
  view(values: Float32Array, name: string): Tensor<"float32"> {
    const { offset, shape } = this.place(name);
    return { dtype: "float32", shape, data: values.subarray(offset, offset + elementCount(shape)) };
  }
}
