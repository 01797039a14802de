import { defineError } from "./error-definition.ts";

export const trainingErrors = {
  TRAINING_DIVERGED: defineError<{ step: number; loss: string; learningRate: number; gradientNorm: string }>({
    status: 422,
    meaning: "The loss or the gradient became NaN or infinite.",
    message: (d) =>
      `step ${d.step}: the loss became ${d.loss} at learning rate ${d.learningRate} (gradient norm ${d.gradientNorm})`,
    remedy: (d) => `Lower train.learningRate, for example to ${d.learningRate / 10}, or set train.clipNorm: 1.`,
  }),
};
