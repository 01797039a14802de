import { defineError } from "./error-definition.ts";

export const trainingErrors = {
  TRAINING_DIVERGED: defineError<{ step: number; loss: string; learningRate: number; gradientNorm: string }>({
    status: 422,
    meaning: "The loss or the gradient became NaN or infinite.",
    message: (d) =>
      `step ${d.step}: the loss became ${d.loss} at learning rate ${d.learningRate} (gradient norm ${d.gradientNorm})`,
    remedy: (d) =>
      `Lower train.learningRate, for example to ${Number((d.learningRate / 10).toPrecision(2))}, and keep train.clipNorm at 1 or below.`,
  }),
  TRAINING_CHECKPOINT_MISMATCH: defineError<{ path: string }>({
    status: 409,
    meaning:
      "A checkpoint belongs to another recipe, other data or other weights than the run that wants to resume from it.",
    message: (d) => `${d.path}: the checkpoint was written for another recipe or other data`,
    remedy: "Resume with the recipe and the data files as they were, or train anew without --resume.",
  }),
};
