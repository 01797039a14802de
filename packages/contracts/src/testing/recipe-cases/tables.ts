import type { TableModelKind } from "../../recipe/sections/table-model.ts";
import { featureRules, featuresBroken } from "./features.ts";
import type { BrokenTogether, RecipeCases } from "./recipe-cases.ts";
import {
  encoding,
  fraction,
  fractionOrOne,
  integerFrom,
  list,
  mapping,
  nonNegative,
  nonNegativeInteger,
  oneOf,
  path,
  positive,
  positiveInteger,
  tooLarge,
} from "./refusals.ts";
import { dataSchemaRules, evaluationRules, personalDataRules, type RulesByPath, splitRules } from "./sections.ts";
import { brokenSplits } from "./text-rows.ts";

/** What the rows of every table refuse. */
export const rowRules: RulesByPath = {
  "data.source": path,
  "data.test": path,
  "data.encoding": encoding,
  "data.query": path,
  ...dataSchemaRules,
  "data.columns.id": [[7, "must be a text"]],
  "data.columns.group": [[7, "must be a text"]],
  "data.kinds": mapping,
  "data.ignore": list,
  "data.ignore.0": path,
  "data.clean.duplicates": oneOf("keep", "exact"),
  ...personalDataRules,
  ...splitRules,
  "data.limit": positiveInteger,
  "train.seed": nonNegativeInteger,
  "train.threads": positiveInteger,
  "train.executionProvider": oneOf("cpu", "webgpu", "cuda", "auto"),
  "train.cpuFallback": oneOf("warn", "refuse"),
  "evaluate.baselines": list,
  ...evaluationRules,
};

const tableRules: RulesByPath = {
  ...rowRules,
  "data.clean.missing": oneOf("drop", "error"),
  "data.clean.text": [...list, [[], "must not be empty"]],
  "data.clean.text.0": oneOf("html", "nfkc", "emoji", "lower-case", "punctuation", "spaces"),
  "data.clean.outliers.by": oneOf("iqr", "z-score"),
  "data.clean.outliers.beyond": positive,
  "data.clean.outliers.columns": [...list, [[], "must not be empty"]],
  "data.clean.outliers.columns.0": path,
  ...featureRules,
  "model.kind": oneOf("auto", "boosted-trees", "random-forest", "linear", "network"),
  "model.candidates": list,
  "model.candidates.0": oneOf("boosted-trees", "random-forest", "linear", "network"),
  "model.unknown": oneOf("own", "refuse"),
  "model.monotone": mapping,
  "train.rounds": positiveInteger,
  "train.learningRate": fractionOrOne,
  "train.leaves": [...integerFrom(2), tooLarge(65_537, 65_536)],
  "train.maxDepth": positiveInteger,
  "train.minRowsPerLeaf": positiveInteger,
  "train.rowShare": fractionOrOne,
  "train.columnShare": fractionOrOne,
  "train.l1": nonNegative,
  "train.l2": nonNegative,
  "train.trees": positiveInteger,
  "train.bags": [...integerFrom(1), tooLarge(65, 64)],
  "train.epochs": positiveInteger,
  "train.epochPatience": positiveInteger,
  "train.patience": positiveInteger,
};

const tableDefaults = {
  clean: { duplicates: "keep", missing: "drop" },
  split: { by: "random", test: 0.2, validation: 0.1, stratify: true, seed: 7 },
  model: {
    kind: "auto",
    candidates: ["boosted-trees", "random-forest", "linear"] as TableModelKind[],
    unknown: "own",
    monotone: {},
  },
  train: {
    rounds: 2000,
    learningRate: 0.05,
    leaves: 31,
    minRowsPerLeaf: 10,
    rowShare: 0.8,
    columnShare: 0.75,
    l1: 0,
    l2: 0,
    trees: 300,
    epochs: 200,
    epochPatience: 40,
    patience: 50,
    seed: 7,
    executionProvider: "cpu",
    cpuFallback: "warn",
  },
  evaluate: { belowBaseline: "keep", bootstrap: 1000, gates: {} },
} as const;

/** Rules between the values of a table's rows, whatever is predicted. */
export function brokenTableRows(role: string): readonly BrokenTogether[] {
  const column = `data.columns.${role}`;
  return [
    ...brokenSplits(role),
    {
      values: { "data.split.validation": 0.8 },
      at: "data.split.validation",
      rule: "must leave rows to train on, beside the share for the test",
      instead: "write less than 0.8",
    },
    {
      values: { "data.ignore": ["other", "churn"], [column]: "churn" },
      at: "data.ignore",
      rule: `must hold other columns than the ${role}'s, "churn"`,
      instead: "leave it out: the model never reads what it predicts",
    },
    {
      values: { "data.kinds.churn": "number", [column]: "churn" },
      at: "data.kinds.churn",
      rule: `is of columns that the model reads, not of the ${role}'s`,
      instead: "leave it out: the task says what is predicted",
    },
  ];
}

/** The same with those of a model of tables. */
function brokenTables(role: string): readonly BrokenTogether[] {
  return [
    ...brokenTableRows(role),
    {
      values: { "model.monotone.income": "increasing", "model.kind": "linear" },
      at: "model.monotone.income",
      rule: 'is for boosted trees, not for model.kind "linear"',
      instead: "write model.kind: boosted-trees",
    },
    {
      values: { "model.candidates": ["linear", "network"], "model.kind": "linear" },
      at: "model.candidates",
      rule: 'is for model.kind "auto", not for "linear"',
      instead: "write model.kind: auto, or leave it out",
    },
    {
      values: { "model.candidates": ["linear", "linear"] },
      at: "model.candidates",
      rule: "names linear twice",
      instead: "name each model once",
    },
    ...featuresBroken(`data.columns.${role}`, role),
  ];
}

const slips = {
  "data.ignored": "ignore",
  "data.kind": "kinds",
  "features.column": "columns",
  "features.kinds.category.encoded": "encode",
  "features.columns.plan.orders": "order",
  "features.reduce.component": "components",
  "model.monoton": "monotone",
  "train.round": "rounds",
  "train.learningrate": "learningRate",
  "evaluate.baseline": "baselines",
};

export const tabularClassificationRecipes: RecipeCases<"tabular-classification"> = {
  smallest: { data: { source: "customers.csv" } },
  defaults: {
    data: {
      source: "customers.csv",
      columns: { label: "label" },
      kinds: {},
      ignore: [],
      clean: { ...tableDefaults.clean, minRowsPerLabel: 2 },
      split: tableDefaults.split,
    },
    features: { kinds: {}, columns: {} },
    model: tableDefaults.model,
    train: { ...tableDefaults.train, classWeights: "none", resample: "none", smoteNeighbours: 5 },
    evaluate: { ...tableDefaults.evaluate, baselines: ["majority", "linear"] },
  },
  rules: {
    ...tableRules,
    "data.columns.label": path,
    "data.clean.minRowsPerLabel": integerFrom(1),
    "train.classWeights": oneOf("none", "balanced"),
    "train.resample": oneOf("none", "over", "under", "smote"),
    "train.smoteNeighbours": [...integerFrom(1), tooLarge(101, 100)],
    "evaluate.baselines.0": oneOf("majority", "linear"),
  },
  brokenTogether: [
    ...brokenTables("label"),
    {
      values: { "train.classWeights": "balanced", "train.resample": "over" },
      at: "train.classWeights",
      rule: "balances labels that train.resample: over has balanced",
      instead: "leave one of the two out",
    },
    {
      values: { "train.smoteNeighbours": 3 },
      at: "train.smoteNeighbours",
      rule: "is for train.resample: smote",
      instead: "write resample: smote beside it, or leave it out",
    },
  ],
  dependent: [],
  slips: { ...slips, "data.columns.labels": "label" },
  gateSlips: { rocauc: "rocAuc" },
};

export const tabularRegressionRecipes: RecipeCases<"tabular-regression"> = {
  smallest: { data: { source: "houses.csv" } },
  defaults: {
    data: {
      source: "houses.csv",
      columns: { target: "target" },
      kinds: {},
      ignore: [],
      clean: tableDefaults.clean,
      split: tableDefaults.split,
    },
    features: { kinds: {}, columns: {} },
    model: tableDefaults.model,
    train: { ...tableDefaults.train, interval: 0.9 },
    evaluate: { ...tableDefaults.evaluate, baselines: ["mean", "linear"] },
  },
  rules: {
    ...tableRules,
    "data.columns.target": path,
    "train.interval": fraction,
    "evaluate.baselines.0": oneOf("mean", "linear"),
  },
  brokenTogether: brokenTables("target"),
  dependent: [],
  slips: { ...slips, "train.intervall": "interval" },
  gateSlips: { rmes: "rmse" },
};
