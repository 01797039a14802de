import type { BrokenTogether } from "./recipe-cases.ts";
import { fractionOrZero, integerFrom, nonNegativeInteger, oneOf, text, tooLarge } from "./refusals.ts";
import type { RulesByPath } from "./sections.ts";

export const textEncoderRules: RulesByPath = {
  "model.base": text,
  "model.architecture": oneOf("text-cnn"),
  "model.units": oneOf("auto", "characters", "words"),
  "model.vocabularySize": integerFrom(3),
  "model.fineTune": oneOf("full", "frozen"),
  "model.maxLength": integerFrom(1),
  "model.truncation": oneOf("end", "middle"),
  "model.bagLength": [...nonNegativeInteger, tooLarge(4097, 4096)],
  "model.dropout": fractionOrZero,
};

export const textEncoderDefaults = {
  base: "use-lite-en",
  architecture: "text-cnn",
  units: "auto",
  vocabularySize: 20_000,
  fineTune: "full",
  maxLength: 128,
  truncation: "end",
  bagLength: 0,
  dropout: 0.1,
} as const;

/** Of the task that chooses among candidates. */
export const candidatesRules: RulesByPath = { ...textEncoderRules, "model.fineTune": oneOf("auto", "full", "frozen") };

export const candidatesDefaults = { ...textEncoderDefaults, fineTune: "auto" } as const;

export const encoderRules: readonly BrokenTogether[] = [
  {
    values: { "model.fineTune": "frozen", "model.base": "none" },
    at: "model.fineTune",
    rule: "base: none has learnt nothing that could be kept frozen",
    instead: "write fineTune: full, or name a pretrained base",
  },
  {
    values: { "model.bagLength": 512, "model.fineTune": "frozen" },
    at: "model.bagLength",
    rule: "a bag is trained together with the encoder, so it needs fineTune: full",
    instead: "write fineTune: full, or leave bagLength out",
  },
  {
    values: { "model.bagLength": 127 },
    at: "model.bagLength",
    rule: "a bag reads at least as much as the encoder",
    instead: "write at least maxLength, or 0 for no bag",
  },
];

/** What a network from scratch makes of the defaults. */
export const fromScratch = {
  given: { "model.base": "none" },
  defaults: {
    "model.maxLength": 256,
    "model.dropout": 0.3,
    "train.epochs": 10,
    "train.learningRate": 3e-3,
    "train.headLearningRate": 3e-3,
    "train.earlyStopping.patience": 3,
  },
} as const;

/** What a frozen encoder makes of the defaults. */
export const frozenEncoder = {
  given: { "model.fineTune": "frozen" },
  defaults: { "train.epochs": 60, "train.headLearningRate": 3e-2, "train.earlyStopping.patience": 15 },
} as const;
