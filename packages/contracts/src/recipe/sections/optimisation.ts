import { z } from "zod";
import { fraction, seed } from "./values.ts";

const scheduleOptionsSchema = z.strictObject({
  minimum: z.number().min(0).lt(1).default(0).describe("Share of the peak below which the learning rate does not fall"),
  cycles: z
    .int()
    .positive()
    .default(1)
    .describe("cosine: times that it starts again from the peak, the first included"),
  power: z.number().positive().default(1).describe("polynomial: exponent of what is left of the way"),
  factor: fraction.default(0.1).describe("step and plateau: what the learning rate is multiplied by"),
  every: z
    .number()
    .positive()
    .default(0.3)
    .describe("step: below 1, share of the steps after the warm-up; otherwise steps"),
  decay: z.number().gt(0).max(1).default(0.2).describe("warmupStableDecay: share of the steps in which it falls"),
  patience: z.int().nonnegative().default(2).describe("plateau: evaluations without a smaller validation loss"),
});

const lookAheadSchema = z.strictObject({
  every: z.int().nonnegative().default(0).describe("Updates between two steps of slow weights; 0: there are none"),
  rate: z.number().gt(0).max(1).default(0.5).describe("Share of the way to the weights that the slow ones go"),
});

/** How weights are moved: what any training by gradients has. A task spreads the groups that apply to it. */
export const batchFields = {
  batchSize: z.int().positive().default(32),
  accumulate: z.int().positive().default(1).describe("Batches whose gradients are added before one update"),
  optimizer: z
    .enum(["sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop", "adagrad", "lion", "lamb", "adafactor"])
    .default("adamw")
    .describe("adafactor needs hardly any memory; its learning rate is relative to the weights: 1e-2 is usual"),
};

export const scheduleFields = {
  schedule: z
    .enum([
      "constant",
      "linear",
      "cosine",
      "polynomial",
      "inverseSquareRoot",
      "step",
      "warmupStableDecay",
      "oneCycle",
      "plateau",
    ])
    .default("linear"),
  scheduleOptions: scheduleOptionsSchema.prefault({}),
  warmup: z.number().min(0).default(0.1).describe("Below 1: share of all steps; otherwise steps"),
};

export const weightDecayField = {
  weightDecay: z.number().nonnegative().default(0.01).describe("Decoupled; biases and norms are spared"),
};

export const penaltyFields = {
  l1: z.number().nonnegative().default(0),
  l2: z.number().nonnegative().default(0),
};

export const clipNormField = {
  clipNorm: z.number().nonnegative().default(1).describe("Greatest global gradient norm; 0: no clipping"),
};

export const regularisationFields = {
  maxNorm: z.number().nonnegative().default(0).describe("Greatest norm of what goes into one unit; 0: none"),
  gradientNoise: z
    .number()
    .nonnegative()
    .default(0)
    .describe("Variance of noise on the first update's gradients, which falls as training goes on; 0: none"),
  lookAhead: lookAheadSchema.prefault({}),
  averageDecay: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe("Decay of a moving average of the weights, which is evaluated and kept instead of them; 0: none"),
};

export const progressFields = {
  evaluationsPerEpoch: z.int().positive().default(1),
  checkpointSeconds: z.number().positive().default(30).describe("Least time between two checkpoints"),
  seed,
};
