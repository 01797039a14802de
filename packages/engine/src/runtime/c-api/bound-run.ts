import type { Tensor } from "../../tensor/tensor.ts";
import { checkFeeds, checkFetches, checkLength } from "../check-tensors.ts";
import type { AnyTensorMap, BoundRun, RunOptions, TensorMap } from "../runtime.ts";
import { releasedFailure } from "../runtime-failure.ts";
import type { Caller, NamedValue } from "./caller.ts";

/** A repeated call over the same memory: its values are made once. */
export class CApiBoundRun implements BoundRun {
  readonly #session: Caller;
  readonly #inputs: TensorMap;
  readonly #outputs: TensorMap;
  readonly #inputValues: readonly NamedValue[];
  readonly #outputValues: readonly NamedValue[];
  /** Settles when the last run does; never rejects. */
  #previous: Promise<unknown> = Promise.resolve();
  #isReleased = false;

  constructor(session: Caller, binding: { readonly inputs: TensorMap; readonly outputs: TensorMap }) {
    this.#session = session;
    // Copied, so that what the caller does to the objects cannot take a tensor from under its value.
    this.#inputs = { ...binding.inputs };
    this.#outputs = { ...binding.outputs };
    this.#inputValues = session.createValues(this.#inputs);
    try {
      this.#outputValues = session.createValues(this.#outputs);
    } catch (error) {
      session.releaseValues(this.#inputValues);
      throw error;
    }
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
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#previous = this.#previous.then(() => {
      this.#session.releaseValues(this.#inputValues);
      this.#session.releaseValues(this.#outputValues);
    });
  }

  async #run(extra: AnyTensorMap, fetches: readonly string[], options: RunOptions): Promise<Record<string, Tensor>> {
    const session = this.#session;
    session.assertOpen();
    checkFeeds(extra, session.inputs, this.#inputs);
    checkFetches(fetches, session.outputs, { bound: this.#outputs });
    for (const [name, tensor] of Object.entries(this.#inputs)) checkLength(`input "${name}"`, tensor);
    for (const [name, tensor] of Object.entries(this.#outputs)) checkLength(`output "${name}"`, tensor);
    const extraValues = session.createValues(extra);
    try {
      const fresh = fetches.map((name): NamedValue => [name, 0n]);
      const results = await session.call(
        {
          inputs: [...this.#inputValues, ...extraValues],
          outputs: [...this.#outputValues, ...fresh],
          held: [this, extra],
        },
        options,
      );
      return results as Record<string, Tensor>; // Texts among the fetches were refused.
    } finally {
      session.releaseValues(extraValues);
    }
  }
}
