import type { DType } from "../../tensor/dtype.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { HeldTensor } from "../runtime.ts";
import { releasedFailure } from "../runtime-failure.ts";
import type { Native } from "./native.ts";
import { describeValue } from "./values.ts";

/** A value that ONNX Runtime made, kept for further runs. */
export class CApiHeldTensor implements HeldTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly #native: Native;
  readonly #value: bigint;
  #runsUnderWay = 0;
  #isReleased = false;
  #isFreed = false;

  /** @param value Belongs to this from now on. */
  constructor(native: Native, value: bigint) {
    this.#native = native;
    this.#value = value;
    const { dtype, shape } = describeValue(native, value, "held tensor");
    this.dtype = dtype;
    this.shape = shape;
  }

  get value(): bigint {
    if (this.#isReleased) throw releasedFailure("held tensor");
    return this.#value;
  }

  /** Keeps the value for a run, until `disuse`. */
  use(): void {
    this.#runsUnderWay++;
  }

  disuse(): void {
    this.#runsUnderWay--;
    if (this.#isReleased) this.release();
  }

  release(): void {
    this.#isReleased = true;
    if (this.#runsUnderWay > 0 || this.#isFreed) return;
    this.#isFreed = true;
    this.#native.functions.ReleaseValue(this.#value);
  }
}

/** Feeds by where their data lies. */
export function splitHeld(feeds: Readonly<Record<string, Tensor | HeldTensor>>): {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly held: Readonly<Record<string, CApiHeldTensor>>;
} {
  const tensors: Record<string, Tensor> = {};
  const held: Record<string, CApiHeldTensor> = {};
  for (const [name, feed] of Object.entries(feeds)) {
    if (feed instanceof CApiHeldTensor) held[name] = feed;
    else tensors[name] = feed as Tensor;
  }
  return { tensors, held };
}
