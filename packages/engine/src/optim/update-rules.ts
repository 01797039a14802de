import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";

/** Hyperparameters of an optimiser. */
export interface OptimizerOptions {
  readonly optimizer: OptimizerName;
  /** First-moment decay of Adam, momentum of the momentum methods. Default 0.9. */
  readonly beta1?: number;
  /** Second-moment decay of Adam. Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-8. */
  readonly eps?: number;
  /** Decoupled: weights shrink by learningRate × weightDecay a step. Default 0. */
  readonly weightDecay?: number;
  /** λ of λ·Σ|w| added to the loss. Default 0. */
  readonly l1?: number;
  /** λ of λ/2·Σw² added to the loss. Default 0. */
  readonly l2?: number;
  /** Greatest global gradient norm; 0: no clipping. Default 0. */
  readonly clipNorm?: number;
}

export type OptimizerName = "sgd" | "momentum" | "nesterov" | "adam" | "adamw";

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
  /** New slots and the amount to subtract from the weights. `g` is clipped and regularised. */
  build(
    b: GraphBuilder,
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

/** The optimisers by recipe name. Momentum follows Sutskever et al. 2013 as PyTorch writes it: u ← μu + g, w ← w − lr·u. */
export const UPDATE_RULES: Readonly<Record<OptimizerName, UpdateRule>> = {
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
};
