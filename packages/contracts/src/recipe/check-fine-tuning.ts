import type { z } from "zod";
import { FROZEN_LEARNING_RATE, NO_BASE } from "./sections/fine-tuning.ts";
import { report } from "./sections/values.ts";

/** What the rules read of a recipe; absent where a task trains no encoder. */
export interface FineTuning {
  readonly data?: { readonly columns?: { readonly second?: string | undefined } };
  readonly model: {
    readonly base?: string;
    readonly fineTune?: string;
    readonly bagLength?: number;
    readonly windows?: unknown;
    readonly adapter?: string | undefined;
  };
  readonly train: {
    readonly learningRate?: number | undefined;
    readonly layerDecay?: number;
    readonly unfreeze?: { readonly every: number };
    readonly headStart?: string;
  };
}

type Train = FineTuning["train"];

const TRAINED_ENCODER = "leave it out, or train a pretrained encoder";
const LAYERS_UNTOLD = `the layers of base: ${NO_BASE} are not told apart`;

/** Values that say something of a pretrained encoder that is trained beside its head. */
const OF_THE_ENCODER: Readonly<
  Record<
    string,
    {
      readonly isSet: (train: Train) => boolean;
      /** Why it goes with no network from scratch; absent: it does. */
      readonly fromScratch?: string;
      readonly instead?: string;
    }
  >
> = {
  "train.learningRate": {
    // The default stands in recipes that runs keep.
    isSet: ({ learningRate = FROZEN_LEARNING_RATE }) => learningRate !== FROZEN_LEARNING_RATE,
    instead: "write train.headLearningRate, or train a pretrained encoder",
  },
  "train.layerDecay": { isSet: ({ layerDecay = 1 }) => layerDecay !== 1, fromScratch: LAYERS_UNTOLD },
  "train.unfreeze.every": { isSet: ({ unfreeze }) => (unfreeze?.every ?? 0) > 0, fromScratch: LAYERS_UNTOLD },
  "train.headStart": {
    isSet: ({ headStart }) => headStart === "vectors",
    fromScratch: `base: ${NO_BASE} has no vectors before it is trained`,
  },
};

/** Values of `model` that decide where the head starts. */
const WITH_A_HEAD: readonly {
  readonly isSet: (model: FineTuning["model"]) => boolean;
  readonly rule: string;
  readonly instead: string;
}[] = [
  {
    isSet: ({ bagLength = 0 }) => bagLength > 0,
    rule: "a head that reads a bag beside the encoder starts anew",
    instead: "leave it out, or leave model.bagLength out",
  },
  {
    isSet: ({ adapter }) => adapter !== undefined,
    rule: "an adapter brings its own head",
    instead: "leave it out, or leave model.adapter out",
  },
];

/** Refuses values of `train` that would change nothing or cannot go with `model`. */
export function checkFineTuning({ data, model, train }: FineTuning, context: z.RefinementCtx): void {
  if (model.windows !== undefined && model.fineTune === "contrastive") {
    const rule = "contrastive reads long texts cut, not in windows";
    report(context, "model.windows", { rule, instead: "leave it out, or write fineTune: full" });
  }
  if (data?.columns?.second !== undefined && model.fineTune === "contrastive") {
    const rule = "contrastive brings rows of one text each near to each other";
    report(context, "model.fineTune", {
      rule,
      instead: "write full or frozen, or read one text: without columns.second",
    });
  }
  if (data?.columns?.second !== undefined && (model.bagLength ?? 0) > 0) {
    const rule = "a bag of tokens does not tell the texts of a pair apart";
    report(context, "model.bagLength", { rule, instead: "leave it out, or read one text: without columns.second" });
  }
  if (data?.columns?.second !== undefined && model.windows !== undefined) {
    const rule = "the texts of a pair are not read in windows";
    report(context, "model.windows", { rule, instead: "leave it out, or read one text: without columns.second" });
  }
  const isFrozen = model.fineTune === "frozen";
  if (model.fineTune === "contrastive" && train.headStart === "vectors") {
    const rule = "fineTune: contrastive trains the encoder before it has a head";
    report(context, "train.headStart", { rule, instead: "leave it out, or write fineTune: full" });
  }
  for (const [at, { isSet, fromScratch, instead = TRAINED_ENCODER }] of Object.entries(OF_THE_ENCODER)) {
    const scratch = model.base === NO_BASE ? fromScratch : undefined;
    const rule = isFrozen ? "nothing but the head is trained with fineTune: frozen" : scratch;
    if (rule !== undefined && isSet(train)) report(context, at, { rule, instead });
  }
  for (const { isSet, rule, instead } of WITH_A_HEAD) {
    if (train.headStart === "vectors" && isSet(model)) report(context, "train.headStart", { rule, instead });
  }
}
