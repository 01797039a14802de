import type { BrokenTogether } from "./recipe-cases.ts";
import {
  boolean,
  fractionOrZero,
  integerFrom,
  list,
  nonNegativeInteger,
  oneOf,
  path,
  positive,
  type Refusals,
  text,
  tooLarge,
} from "./refusals.ts";
import type { RulesByPath } from "./sections.ts";

/** Words, or a number of layers behind the last one. */
export function fineTunings(...words: readonly string[]): Refusals {
  const [first] = words as [string];
  const quoted = words.map((word) => `"${word}"`).join(", ");
  const rule = `must be one of ${quoted}, or of the form last:N`;
  return [
    ["quite-another-word", rule],
    [first.toUpperCase(), rule, `did you mean "${first}"?`],
    ["last:two", rule],
    ["last", rule],
    ["last:0", "must be last:N with an N above 0"],
    [7, `must be one of ${quoted}, or a text`],
  ];
}

const WAYS = ["full", "frozen", "lora", "bitfit"] as const;

/** Of adapters. */
export const loraRules: RulesByPath = {
  "model.lora.rank": [...integerFrom(1), tooLarge(1025, 1024)],
  "model.lora.alpha": positive,
  "model.lora.rsLora": boolean,
  "model.lora.dropout": fractionOrZero,
  "model.lora.targets": [
    ["all", 'must be "all-linear", or a list'],
    [[], "must not be empty"],
  ],
  "model.lora.modulesToSave": list,
  "model.lora.modulesToSave.0": path,
  "model.lora.dora": boolean,
  "model.adapter": path,
};

const GRAPH_FILE = "must be a path inside the base that ends in .onnx";

export const textEncoderRules: RulesByPath = {
  "model.base": text,
  "model.file": [...text, ...["", "model.bin", "../m.onnx", "/m.onnx"].map((value) => [value, GRAPH_FILE] as const)],
  "model.head.at": path,
  "model.head.pooling": oneOf("mean", "cls", "max", "mean_sqrt_len_tokens", "none"),
  "model.tokenizer": path,
  "model.architecture": oneOf("text-cnn", "lstm", "bilstm", "dense", "bert"),
  "model.width": [...integerFrom(1), tooLarge(4097, 4096)],
  "model.layers": [...integerFrom(1), tooLarge(49, 48)],
  "model.units": oneOf("auto", "characters", "words", "subwords"),
  "model.vocabularySize": integerFrom(3),
  "model.fineTune": fineTunings(...WAYS),
  "model.maxLength": integerFrom(1),
  "model.truncation": oneOf("end", "middle"),
  "model.windows.overlap": nonNegativeInteger,
  "model.windows.most": [...integerFrom(2), tooLarge(1025, 1024)],
  "model.bagLength": [...nonNegativeInteger, tooLarge(4097, 4096)],
  "model.dropout": fractionOrZero,
  ...loraRules,
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
export const candidatesRules: RulesByPath = {
  ...textEncoderRules,
  "model.fineTune": fineTunings("auto", "full", "frozen", "contrastive", "lora", "bitfit"),
};

/** What encoders that are tuned by pairs of rows do not go with. */
export const contrastiveRules: readonly BrokenTogether[] = [
  {
    values: { "model.fineTune": "contrastive", "model.base": "none" },
    at: "model.fineTune",
    rule: "contrastive tunes an encoder that has read other texts before, and base: none has not",
    instead: "write fineTune: full, or name a pretrained base",
  },
  {
    values: { "train.headStart": "vectors", "model.fineTune": "contrastive" },
    at: "train.headStart",
    rule: "fineTune: contrastive trains the encoder before it has a head",
    instead: "leave it out, or write fineTune: full",
  },
  {
    values: { "model.fineTune": "contrastive", "data.columns.second": "answer" },
    at: "model.fineTune",
    rule: "contrastive brings rows of one text each near to each other",
    instead: "write full or frozen, or read one text: without columns.second",
  },
  {
    values: { "model.windows": {}, "model.fineTune": "contrastive" },
    at: "model.windows",
    rule: "contrastive reads long texts cut, not in windows",
    instead: "leave it out, or write fineTune: full",
  },
  {
    values: { "data.split.validation": 0, "model.fineTune": "frozen" },
    at: "data.split.validation",
    rule: "early stopping needs validation rows, except with fineTune: contrastive",
    instead: "write 0.1",
  },
  {
    values: { "data.split.validation": 0, "model.fineTune": "contrastive", "train.budget": "5m" },
    at: "data.split.validation",
    rule: "train.budget compares what is reached on validation rows",
    instead: "write 0.1",
  },
  {
    values: { "data.split.validation": 0, "model.fineTune": "contrastive", "reject.below": 0.5 },
    at: "data.split.validation",
    rule: "reject is measured on validation rows",
    instead: "write 0.1",
  },
];

export const candidatesDefaults = { ...textEncoderDefaults, fineTune: "auto" } as const;

/** What adapters and the way to train a base make of each other. */
export function loraBrokenTogether(base: string): readonly BrokenTogether[] {
  return [
    {
      values: { "model.lora": { rank: 4 }, "model.fineTune": "full", "model.base": base },
      at: "model.lora",
      rule: "it says how adapters are trained, so it needs fineTune: lora",
      instead: "write fineTune: lora, or leave lora out",
    },
    {
      values: { "model.adapter": "adapter", "model.fineTune": "full", "model.base": base },
      at: "model.adapter",
      rule: "it is an adapter to go on from, so it needs fineTune: lora",
      instead: "write fineTune: lora, or leave adapter out",
    },
    {
      values: { "model.adapter": "adapter", "model.lora": {}, "model.fineTune": "lora", "model.base": base },
      at: "model.adapter",
      rule: "an adapter brings its own values of lora",
      instead: "leave either adapter or lora out",
    },
  ];
}

export const encoderRules: readonly BrokenTogether[] = [
  {
    values: { "model.bagLength": 512, "data.columns.second": "hypothesis" },
    at: "model.bagLength",
    rule: "a bag of tokens does not tell the texts of a pair apart",
    instead: "leave it out, or read one text: without columns.second",
  },
  {
    values: { "model.windows": {}, "data.columns.second": "hypothesis" },
    at: "model.windows",
    rule: "the texts of a pair are not read in windows",
    instead: "leave it out, or read one text: without columns.second",
  },
  {
    values: { "model.windows": {}, "model.bagLength": 512 },
    at: "model.windows",
    rule: "a bag reads what is beyond maxLength, and so do windows",
    instead: "leave either windows or bagLength out",
  },
  {
    values: { "model.windows.overlap": 65 },
    at: "model.windows.overlap",
    rule: "must be at most half of maxLength",
    instead: "write a smaller one, or leave it out for a quarter",
  },
  ...Object.entries({ architecture: "lstm", width: 32, layers: 2 }).map(([name, value]) => ({
    values: { [`model.${name}`]: value, "model.fineTune": "full" },
    at: `model.${name}`,
    rule: "a pretrained encoder has its own layers",
    instead: "leave it out, or write base: none",
  })),
  {
    values: { "model.width": 100, "model.base": "none", "model.architecture": "bert" },
    at: "model.width",
    rule: "must be a multiple of 32, the width of a head of attention, with architecture: bert",
    instead: "write 64, 128 or another one",
  },
  {
    values: { "model.layers": 2, "model.base": "none" },
    at: "model.layers",
    rule: "architecture: text-cnn has one layer, of filters side by side",
    instead: "leave it out, or write another architecture",
  },
  ...(["units", "vocabularySize"] as const).map((name) => ({
    values: { [`model.${name}`]: name === "units" ? "words" : 100, "model.fineTune": "full" },
    at: `model.${name}`,
    rule: "a pretrained encoder has its own tokenizer",
    instead: "leave it out, or write base: none",
  })),
  ...(["train.layerDecay", "train.unfreeze.every"] as const).flatMap((at) => [
    {
      values: { [at]: 0.5, "model.fineTune": "frozen" },
      at,
      rule: "nothing but the head is trained with fineTune: frozen",
      instead: "leave it out, or train a pretrained encoder",
    },
    {
      values: { [at]: 0.5, "model.base": "none" },
      at,
      rule: "the layers of base: none are not told apart",
      instead: "leave it out, or train a pretrained encoder",
    },
  ]),
  ...(["head", "tokenizer"] as const).map((field) => ({
    values: { [`model.${field}`]: field === "head" ? { pooling: "cls" } : "tokenizer.json", "model.base": "none" },
    at: `model.${field}`,
    rule: "it belongs to a base that is an ONNX file",
    instead: "leave it out, or name such a base",
  })),
  {
    values: { "train.learningRate": 1e-3, "model.fineTune": "frozen" },
    at: "train.learningRate",
    rule: "nothing but the head is trained with fineTune: frozen",
    instead: "write train.headLearningRate, or train a pretrained encoder",
  },
  {
    values: { "train.headStart": "vectors", "model.fineTune": "frozen" },
    at: "train.headStart",
    rule: "nothing but the head is trained with fineTune: frozen",
    instead: "leave it out, or train a pretrained encoder",
  },
  {
    values: { "train.headStart": "vectors", "model.base": "none" },
    at: "train.headStart",
    rule: "base: none has no vectors before it is trained",
    instead: "leave it out, or train a pretrained encoder",
  },
  {
    values: { "train.headStart": "vectors", "model.adapter": "adapter", "model.fineTune": "lora" },
    at: "train.headStart",
    rule: "an adapter brings its own head",
    instead: "leave it out, or leave model.adapter out",
  },
  {
    values: { "train.headStart": "vectors", "model.bagLength": 512 },
    at: "train.headStart",
    rule: "a head that reads a bag beside the encoder starts anew",
    instead: "leave it out, or leave model.bagLength out",
  },
  {
    values: { "model.fineTune": "frozen", "model.base": "none" },
    at: "model.fineTune",
    rule: "base: none has learnt nothing that could be kept frozen",
    instead: "write fineTune: full, or name a pretrained base",
  },
  ...loraBrokenTogether("use-lite-en"),
  {
    values: { "model.bagLength": 512, "model.fineTune": "last:2" },
    at: "model.bagLength",
    rule: "a bag is trained together with the encoder, so it needs fineTune: full",
    instead: "write fineTune: full, or leave bagLength out",
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

/** What tuning by pairs of rows makes of the defaults. */
export const contrastiveEncoder = {
  given: { "model.fineTune": "contrastive" },
  defaults: {
    "data.split.validation": 0,
    "train.epochs": 5,
    "train.learningRate": 5e-5,
    "train.headLearningRate": 3e-2,
    "train.earlyStopping.patience": 15,
  },
} as const;

/** What needs validation rows has some. */
export const contrastiveInTime = {
  given: { "model.fineTune": "contrastive", "train.budget": "5m" },
  defaults: { "data.split.validation": 0.1 },
} as const;

export const loraDefaults = {
  rank: 8,
  alpha: 16,
  rsLora: false,
  dropout: 0,
  targets: "all-linear",
  modulesToSave: [],
  dora: false,
} as const;

/** What the other ways to train an encoder make of the defaults. */
export const trainedParts = [
  {
    given: { "model.fineTune": "lora" },
    defaults: { "model.lora": loraDefaults, "train.learningRate": 1e-3, "train.epochs": 4 },
  },
  {
    given: { "model.fineTune": "lora", "model.lora": { rank: 4, targets: ["query"] }, "train.learningRate": 1e-2 },
    defaults: { "model.lora": { ...loraDefaults, rank: 4, targets: ["query"] }, "train.learningRate": 1e-2 },
  },
  { given: { "model.fineTune": "lora", "model.adapter": "./adapter" }, defaults: { "model.lora": undefined } },
  { given: { "model.fineTune": "bitfit" }, defaults: { "train.learningRate": 1e-3, "model.lora": undefined } },
  { given: { "model.fineTune": "last:2" }, defaults: { "train.learningRate": 3e-4, "train.epochs": 4 } },
] as const;
