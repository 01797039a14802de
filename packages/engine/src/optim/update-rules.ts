import type { Emitter } from "../graph/emitter.ts";
import type { Value } from "../graph/graph.ts";

/** Hyperparameters of an optimiser. */
export interface OptimizerOptions {
  readonly optimizer: OptimizerName;
  /** First-moment decay of Adam, LAMB and Lion, momentum of the momentum methods. Default 0.9. */
  readonly beta1?: number;
  /** Second-moment decay: default 0.999, of RMSprop 0.99. Lion's decay of the momentum that it keeps: default 0.99. */
  readonly beta2?: number;
  /** Default 1e-8, of Adagrad 1e-10, of LAMB 1e-6, of Adafactor 2⁻²³. */
  readonly eps?: number;
  /** Decoupled: weights shrink by learningRate × weightDecay a step, of LAMB times the trust ratio. Default 0. */
  readonly weightDecay?: number;
  /** λ of λ·Σ|w| added to the loss. Default 0. */
  readonly l1?: number;
  /** λ of λ/2·Σw² added to the loss. Default 0. */
  readonly l2?: number;
  /** Greatest global gradient norm; 0: no clipping. Default 0. */
  readonly clipNorm?: number;
}

export type OptimizerName =
  | "sgd"
  | "momentum"
  | "nesterov"
  | "adam"
  | "adamw"
  | "rmsprop"
  | "adagrad"
  | "lion"
  | "lamb"
  | "adafactor";

/** Options of an optimiser that is a row of `UPDATE_RULES`: arithmetic on single elements, once norms are known. */
export interface ElementwiseOptions extends OptimizerOptions {
  readonly optimizer: Exclude<OptimizerName, "adafactor">;
}

export function isElementwise(options: OptimizerOptions): options is ElementwiseOptions {
  return options.optimizer !== "adafactor";
}

/** Numbers that a rule reads each step: name → value from the step's facts. */
interface StepFacts {
  readonly learningRate: number;
  /** 1-based number of this update. */
  readonly step: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
}

/** One optimiser: its state buffers, its per-step scalars and its arithmetic on a flat chunk. */
export interface UpdateRule {
  /** Names of the state buffers, each as large as the weights. */
  readonly slots: readonly string[];
  readonly scalars: Readonly<Record<string, (facts: StepFacts) => number>>;
  /** Of hyperparameters that are usual elsewhere but not here. */
  readonly defaults?: Partial<Pick<StepFacts, "beta1" | "beta2" | "eps">>;
  /**
   * True where a tensor moves by the share of its own norm that the learning rate says: `delta` is then a direction without the learning
   * rate, to which the decay is added. Default false.
   */
  readonly trustRatio?: boolean;
  /** New slots and the amount to subtract from the weights. `g` is clipped and regularised. */
  build(
    b: Emitter,
    g: Value,
    slots: readonly Value[],
    scalar: (name: string) => Value,
  ): { readonly slots: readonly Value[]; readonly delta: Value };
}

const momentumScalars = { momentum: (f: StepFacts) => f.beta1, rate: (f: StepFacts) => f.learningRate };

/**
 * Adam with its bias corrections folded into two scalars, so that the element-wise chain is as short as it can be:
 * lr·(m/c₁)/(√(v/c₂)+ε) = (lr·√c₂/c₁) · m/(√v + ε·√c₂), c₁ = 1−β₁ᵗ, c₂ = 1−β₂ᵗ.
 */
const adam: UpdateRule = {
  slots: ["m", "v"],
  scalars: {
    beta1: (f) => f.beta1,
    oneMinusBeta1: (f) => 1 - f.beta1,
    beta2: (f) => f.beta2,
    oneMinusBeta2: (f) => 1 - f.beta2,
    rate: (f) => (f.learningRate * Math.sqrt(1 - f.beta2 ** f.step)) / (1 - f.beta1 ** f.step),
    eps: (f) => f.eps * Math.sqrt(1 - f.beta2 ** f.step),
  },
  build: (b, g, [m, v], scalar) => {
    const mul = (x: Value, y: Value) => b.op("Mul", [x, y]);
    const m1 = b.op("Add", [mul(m!, scalar("beta1")), mul(g, scalar("oneMinusBeta1"))]);
    const v1 = b.op("Add", [mul(v!, scalar("beta2")), mul(mul(g, g), scalar("oneMinusBeta2"))]);
    const delta = mul(b.op("Div", [m1, b.op("Add", [b.op("Sqrt", [v1]), scalar("eps")])]), scalar("rate"));
    return { slots: [m1, v1], delta };
  },
};

/** The element-wise optimisers by recipe name. Momentum follows Sutskever et al. 2013 as PyTorch writes it: u ← μu + g, w ← w − lr·u. */
export const UPDATE_RULES: Readonly<Record<ElementwiseOptions["optimizer"], UpdateRule>> = {
  sgd: {
    slots: [],
    scalars: { rate: (f) => f.learningRate },
    build: (b, g, _slots, scalar) => ({ slots: [], delta: b.op("Mul", [g, scalar("rate")]) }),
  },
  momentum: {
    slots: ["u"],
    scalars: momentumScalars,
    build: (b, g, [u], scalar) => {
      const u1 = b.op("Add", [b.op("Mul", [u!, scalar("momentum")]), g]);
      return { slots: [u1], delta: b.op("Mul", [u1, scalar("rate")]) };
    },
  },
  nesterov: {
    slots: ["u"],
    scalars: momentumScalars,
    build: (b, g, [u], scalar) => {
      const u1 = b.op("Add", [b.op("Mul", [u!, scalar("momentum")]), g]);
      const ahead = b.op("Add", [b.op("Mul", [u1, scalar("momentum")]), g]);
      return { slots: [u1], delta: b.op("Mul", [ahead, scalar("rate")]) };
    },
  },
  // Kingma & Ba 2015 (arXiv:1412.6980)
  adam,
  // Loshchilov & Hutter 2019 (arXiv:1711.05101): the same step; the decoupled decay is applied to every rule alike.
  adamw: adam,
  // Hinton, Srivastava & Swersky 2012, lecture 6e of "Neural networks for machine learning"; as PyTorch writes it, ε beside the root.
  rmsprop: {
    slots: ["v"],
    defaults: { beta2: 0.99 },
    scalars: {
      beta2: (f) => f.beta2,
      oneMinusBeta2: (f) => 1 - f.beta2,
      rate: (f) => f.learningRate,
      eps: (f) => f.eps,
    },
    build: (b, g, [v], scalar) => {
      const mul = (x: Value, y: Value) => b.op("Mul", [x, y]);
      const v1 = b.op("Add", [mul(v!, scalar("beta2")), mul(mul(g, g), scalar("oneMinusBeta2"))]);
      return { slots: [v1], delta: scaledByRoot(b, g, v1, scalar) };
    },
  },
  // Duchi, Hazan & Singer 2011, JMLR 12
  adagrad: {
    slots: ["v"],
    defaults: { eps: 1e-10 },
    scalars: { rate: (f) => f.learningRate, eps: (f) => f.eps },
    build: (b, g, [v], scalar) => {
      const v1 = b.op("Add", [v!, b.op("Mul", [g, g])]);
      return { slots: [v1], delta: scaledByRoot(b, g, v1, scalar) };
    },
  },
  // Chen et al. 2023 (arXiv:2302.06675): only the sign of the smoothed gradient counts.
  lion: {
    slots: ["m"],
    defaults: { beta2: 0.99 },
    scalars: {
      beta1: (f) => f.beta1,
      oneMinusBeta1: (f) => 1 - f.beta1,
      beta2: (f) => f.beta2,
      oneMinusBeta2: (f) => 1 - f.beta2,
      rate: (f) => f.learningRate,
    },
    build: (b, g, [m], scalar) => {
      const mix = (kept: string, added: string) =>
        b.op("Add", [b.op("Mul", [m!, scalar(kept)]), b.op("Mul", [g, scalar(added)])]);
      const direction = b.op("Sign", [mix("beta1", "oneMinusBeta1")]);
      return { slots: [mix("beta2", "oneMinusBeta2")], delta: b.op("Mul", [direction, scalar("rate")]) };
    },
  },
  // You et al. 2020 (arXiv:1904.00962), algorithm 2 with φ the identity: Adam's direction, made as long as the tensor is.
  lamb: {
    ...adam,
    defaults: { eps: 1e-6 },
    scalars: { ...adam.scalars, rate: (f) => Math.sqrt(1 - f.beta2 ** f.step) / (1 - f.beta1 ** f.step) },
    trustRatio: true,
  },
};

/** rate · g / (√v + ε) */
function scaledByRoot(b: Emitter, g: Value, v: Value, scalar: (name: string) => Value): Value {
  const root = b.op("Add", [b.op("Sqrt", [v]), scalar("eps")]);
  return b.op("Mul", [b.op("Div", [g, root]), scalar("rate")]);
}
