import {
  boolean,
  encoding,
  fraction,
  fractionOrOne,
  fractionOrZero,
  integerFrom,
  list,
  mapping,
  nonNegative,
  nonNegativeInteger,
  oneOf,
  path,
  positive,
  positiveInteger,
  type Refusals,
  text,
  tooLarge,
} from "./refusals.ts";

/** What each value of a section refuses, by the value's path. */
export type RulesByPath = Readonly<Record<string, Refusals>>;

/** How weights are moved and where a run computes: of every task. */
export const optimisationRules: RulesByPath = {
  "train.epochs": positive,
  "train.batchSize": positiveInteger,
  "train.accumulate": positiveInteger,
  "train.optimizer": oneOf(
    "sgd",
    "momentum",
    "nesterov",
    "adam",
    "adamw",
    "rmsprop",
    "adagrad",
    "lion",
    "lamb",
    "adafactor",
  ),
  "train.learningRate": positive,
  "train.schedule": oneOf(
    "constant",
    "linear",
    "cosine",
    "polynomial",
    "inverseSquareRoot",
    "step",
    "warmupStableDecay",
    "oneCycle",
    "plateau",
  ),
  "train.scheduleOptions.minimum": fractionOrZero,
  "train.scheduleOptions.cycles": positiveInteger,
  "train.scheduleOptions.power": positive,
  "train.scheduleOptions.factor": fraction,
  "train.scheduleOptions.every": positive,
  "train.scheduleOptions.decay": fractionOrOne,
  "train.scheduleOptions.patience": nonNegativeInteger,
  "train.warmup": nonNegative,
  "train.weightDecay": nonNegative,
  "train.clipNorm": nonNegative,
  "train.evaluationsPerEpoch": positiveInteger,
  "train.checkpointSeconds": positive,
  "train.seed": nonNegativeInteger,
  "train.threads": positiveInteger,
  "train.executionProvider": oneOf("cpu", "webgpu", "cuda", "auto"),
  "train.cpuFallback": oneOf("warn", "refuse"),
};

export const fineTuningRules: RulesByPath = {
  ...optimisationRules,
  "train.layerDecay": fractionOrOne,
  "train.unfreeze.every": nonNegative,
  "train.vectorCache": boolean,
  "train.headLearningRate": positive,
  "train.headStart": oneOf("random", "vectors"),
  "train.bagLearningRate": positive,
  "train.l1": nonNegative,
  "train.l2": nonNegative,
  "train.maxNorm": nonNegative,
  "train.gradientNoise": nonNegative,
  "train.lookAhead.every": nonNegativeInteger,
  "train.lookAhead.rate": fractionOrOne,
  "train.averageDecay": fractionOrZero,
  "train.earlyStopping.patience": positiveInteger,
};

const personalDataKind = oneOf(
  "email",
  "phone",
  "card",
  "iban",
  "ip",
  "mac",
  "url",
  "resident-id",
  "passport",
  "ssn",
  "name",
  "address",
);

export const personalDataRules: RulesByPath = {
  "data.clean.pii.treatment": oneOf("mask", "replace", "hash", "surrogate", "drop"),
  "data.clean.pii.kinds": [...list, [[], "must not be empty"]],
  "data.clean.pii.kinds.0": personalDataKind,
  "data.clean.pii.keep": list,
  "data.clean.pii.keep.0": personalDataKind,
  "data.clean.pii.replacement": text,
  "data.clean.pii.salt": [
    [7, "must be a text of a variable of the environment that holds the secret salt of hash and surrogate"],
    ["a salt", "must be a variable of the environment that holds the secret salt of hash and surrogate"],
  ],
};

export const splitRules: RulesByPath = {
  "data.split.by": oneOf("random", "time", "hash", "column"),
  "data.split.column": path,
  "data.split.test": fraction,
  "data.split.validation": fraction,
  "data.split.stratify": boolean,
  "data.split.seed": nonNegativeInteger,
};

/** Of the rules for rows: what a rule of a column must be is told in the tests of drafts. */
export const dataSchemaRules: RulesByPath = {
  "data.schema": mapping,
  "data.rules": [...list, [[], "must not be empty"]],
  "data.rules.0": path,
  "data.breaches": oneOf("refuse", "warn"),
};

export const textRowRules: RulesByPath = {
  "data.source": path,
  "data.test": path,
  "data.encoding": encoding,
  "data.query": path,
  ...dataSchemaRules,
  "data.columns.text": text,
  "data.columns.id": text,
  "data.columns.group": text,
  "data.clean.duplicates": oneOf("keep", "exact", "near"),
  "data.clean.missing": oneOf("drop", "error"),
  ...personalDataRules,
  ...splitRules,
  "data.limit": positiveInteger,
};

/** Of the tasks that may say something of two texts together. */
export const pairRules: RulesByPath = { "data.columns.second": text };

export const evaluationRules: RulesByPath = {
  "evaluate.belowBaseline": oneOf("keep", "promote"),
  "evaluate.folds": [
    [1, "must be at least 2"],
    [2.5, 'must be a whole number, or "leave-one-out"'],
    ["leave-one", 'must be a number, or "leave-one-out"'],
  ],
  "evaluate.repeats": [...integerFrom(1), tooLarge(101, 100)],
  "evaluate.parallel": [...integerFrom(1), tooLarge(257, 256)],
  "evaluate.bootstrap": integerFrom(100),
  "evaluate.gates": [
    [7, "must be a mapping (key: value)"],
    [null, "must be a mapping (key: value)"],
    [[], "must be a mapping (key: value)"],
  ],
};

/** Optimisation as every recipe begins with it. */
export const optimisationDefaults = {
  batchSize: 32,
  accumulate: 1,
  optimizer: "adamw",
  schedule: "linear",
  scheduleOptions: { minimum: 0, cycles: 1, power: 1, factor: 0.1, every: 0.3, decay: 0.2, patience: 2 },
  warmup: 0.1,
  weightDecay: 0.01,
  clipNorm: 1,
  evaluationsPerEpoch: 1,
  checkpointSeconds: 30,
  seed: 7,
  executionProvider: "cpu",
  cpuFallback: "warn",
} as const;

export const fineTuningDefaults = {
  ...optimisationDefaults,
  epochs: 4,
  learningRate: 3e-4,
  layerDecay: 1,
  unfreeze: { every: 0 },
  vectorCache: true,
  headLearningRate: 2e-3,
  headStart: "random",
  bagLearningRate: 3e-2,
  l1: 0,
  l2: 0,
  maxNorm: 0,
  gradientNoise: 0,
  lookAhead: { every: 0, rate: 0.5 },
  averageDecay: 0,
} as const;
