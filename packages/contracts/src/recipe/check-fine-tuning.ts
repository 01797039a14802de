import type { z } from "zod";
import { NO_BASE } from "./sections/fine-tuning.ts";
import { report } from "./sections/values.ts";

/** What the rules read of a recipe; absent where a task trains no encoder. */
export interface FineTuning {
  readonly model: { readonly base?: string; readonly fineTune?: string };
  readonly train: { readonly layerDecay?: number; readonly unfreeze?: { readonly every: number } };
}

/** Values that say how layers are trained one after another. */
const BY_LAYER: Readonly<Record<string, (train: FineTuning["train"]) => boolean>> = {
  "train.layerDecay": ({ layerDecay = 1 }) => layerDecay !== 1,
  "train.unfreeze.every": ({ unfreeze }) => unfreeze !== undefined && unfreeze.every > 0,
};

/** Refuses values of `train` that would change nothing, since `model` leaves no layers to which they apply. */
export function checkFineTuning({ model, train }: FineTuning, context: z.RefinementCtx): void {
  const why =
    model.fineTune === "frozen"
      ? "nothing but the head is trained with fineTune: frozen"
      : model.base === NO_BASE
        ? `the layers of base: ${NO_BASE} are not told apart`
        : undefined;
  if (why === undefined) return;
  for (const [at, isSet] of Object.entries(BY_LAYER)) {
    if (isSet(train)) report(context, at, { rule: why, instead: "leave it out, or train a pretrained encoder" });
  }
}
