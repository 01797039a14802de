import type { ArenaTensor } from "./parameter-arena.ts";
import type { UpdateExecutor } from "./update-executor.ts";
import { type ElementwiseOptions, UPDATE_RULES } from "./update-rules.ts";
import { learningRateOf, type OptimizerSlot, stepOf, type UpdateFacts, type UpdateStep } from "./update-step.ts";

/** Runs a rule of `UPDATE_RULES`: one pass over the arena, and with a trust ratio a second one, tensor by tensor. */
export class ElementwiseStep implements UpdateStep {
  readonly slots: ReadonlyMap<string, OptimizerSlot>;
  readonly #options: ElementwiseOptions;
  readonly #executor: UpdateExecutor;
  readonly #tensors: readonly ArenaTensor[];

  constructor(fields: {
    readonly slots: ReadonlyMap<string, OptimizerSlot>;
    readonly options: ElementwiseOptions;
    readonly executor: UpdateExecutor;
    readonly tensors: readonly ArenaTensor[];
  }) {
    this.slots = fields.slots;
    this.#options = fields.options;
    this.#executor = fields.executor;
    this.#tensors = fields.tensors;
  }

  async run(facts: UpdateFacts): Promise<void> {
    const { optimizer, weightDecay = 0, l1 = 0, l2 = 0 } = this.#options;
    const { scalars, defaults, trustRatio = false } = UPDATE_RULES[optimizer];
    const { beta1, beta2, eps } = { beta1: 0.9, beta2: 0.999, eps: 1e-8, ...defaults, ...this.#options };
    for (const [segment, values] of this.#executor.scalars) {
      const step = stepOf(facts, segment);
      // What has not begun meets gradients of zero: its state stays as it was in the beginning.
      const begun = step < 1 ? 0 : 1;
      const learningRate = begun * learningRateOf(facts, segment);
      const shrink = 1 - learningRate * weightDecay;
      const gradientScale = begun * facts.gradientScale;
      const shared: Record<string, number> = { gradientScale, l1: begun * l1, l2: begun * l2, shrink, weightDecay };
      const ofRule = { learningRate, step: Math.max(1, step), beta1, beta2, eps };
      for (const [name, value] of values) value[0] = shared[name] ?? scalars[name]!(ofRule);
    }
    await this.#executor.update();
    if (trustRatio) await this.#moveTensors(facts);
  }

  /**
   * Biases and norms, which start where a norm says little, and tensors that are zero move by the learning rate alone, as in the LAMB of
   * TensorFlow Addons and in NVIDIA's FusedLAMB. The latter adapts no tensor where nothing decays; here, as in the former, all others are.
   */
  async #moveTensors(facts: UpdateFacts): Promise<void> {
    const norms = await this.#executor.tensorNorms();
    const rates = this.#tensors.map((tensor, i) => {
      const { weight, direction } = norms[i]!;
      const rate = stepOf(facts, tensor) < 1 ? 0 : learningRateOf(facts, tensor);
      return rate * (tensor.decay && weight > 0 && direction > 0 ? weight / direction : 1);
    });
    await this.#executor.move(rates);
  }
}
