import { ModelwrightError } from "@modelwright/contracts";

/** The loss that trees lower: of numbers the squared error, a quantile's, the absolute one or Huber's; of two or more classes cross-entropy. */
export type ObjectiveName = "squared" | "logistic" | "softmax" | "quantile" | "absolute" | "huber";

/**
 * How trees are grown. Defaults are LightGBM's, those of a forest the usual ones of Breiman's random forest: 100 trees on bootstrap samples, grown to
 * the end with √columns looked at per split.
 */
export interface TreeOptions {
  readonly objective: ObjectiveName;
  /** Classes of `softmax`. */
  readonly classes?: number | undefined;
  /** The quantile that `quantile` predicts, in (0, 1). Default: 0.5. */
  readonly quantile?: number | undefined;
  /** The error from which `huber` counts linearly, in the unit of the target. Default: 1. */
  readonly delta?: number | undefined;
  /** `boosting`: each tree corrects those before it. `forest`: trees on samples of the rows, averaged. Default: `boosting`. */
  readonly method?: "boosting" | "forest" | undefined;
  /** Trees, for each class of `softmax`. Default: 100. */
  readonly rounds?: number | undefined;
  /** Leaves of a tree at most. Default: 31; a forest's: no limit. */
  readonly leaves?: number | undefined;
  /** Splits on the way to a leaf at most. Default: no limit. */
  readonly maxDepth?: number | undefined;
  /** The share of a tree's correction that is made. Default: 0.1; a forest's: 1. */
  readonly learningRate?: number | undefined;
  /** Rows of a leaf at least. Default: 20; a forest's: 1 with classes, 5 with numbers. */
  readonly minRowsInLeaf?: number | undefined;
  /** Sum of a leaf's second derivatives at least. Default: 0.001. */
  readonly minHessianInLeaf?: number | undefined;
  /** What a split gains at least. Default: 0. */
  readonly minGain?: number | undefined;
  /** Penalty on |leaf|. Default: 0. */
  readonly l1?: number | undefined;
  /** Penalty on leaf². Default: 0. */
  readonly l2?: number | undefined;
  /** Bins of a column of numbers at most, 2 to 255. Default: 255. */
  readonly bins?: number | undefined;
  /** Share of rows that a tree is grown on, in (0, 1]. Default: 1; a forest's: as many as there are, each may come twice. */
  readonly rowsPerTree?: number | undefined;
  /** Share of columns that a tree looks at, in (0, 1]. Default: 1. */
  readonly columnsPerTree?: number | undefined;
  /** Share of the tree's columns that a split looks at, in (0, 1]. Default: 1; a forest's: √columns of them. */
  readonly columnsPerSplit?: number | undefined;
  /** Added to a category's sum of second derivatives when categories are ordered; rarer ones are left out. Default: 10. */
  readonly categorySmoothing?: number | undefined;
  /** Penalty on leaf² of a split by several categories, beside `l2`. Default: 10. */
  readonly categoryL2?: number | undefined;
  /** Categories on the smaller side of a split at most. Default: 32. */
  readonly categoriesPerSplit?: number | undefined;
  /** Columns with so few categories are split one against the rest. Default: 4. */
  readonly fewCategories?: number | undefined;
  /** Rows of a group of categories at least. Default: 100. */
  readonly minRowsPerGroup?: number | undefined;
  /** Rounds without a lower validation loss after which training ends; the best round's trees are kept. Default: it does not end. */
  readonly patience?: number | undefined;
  /** Default: 0. */
  readonly seed?: number | undefined;
  /** The same trees come out of any number. Default: 1. */
  readonly threads?: number | undefined;
}

type Chosen = "patience" | "rowsPerTree";
/** Options with every default filled in. */
export type TreeSettings = Readonly<
  { [Key in Exclude<keyof TreeOptions, Chosen>]-?: NonNullable<TreeOptions[Key]> } & {
    patience: number | undefined;
    /** `undefined`: as many as there are, drawn with replacement. */
    rowsPerTree: number | undefined;
  }
>;

type NumberOption = {
  [K in keyof TreeSettings]: TreeSettings[K] extends number | undefined ? K : never;
}[keyof TreeSettings];
type Rule = readonly [rule: string, holds: (value: number) => boolean];

const atLeast = (least: number): Rule => [
  `a whole number of at least ${least}`,
  (v) => Number.isInteger(v) && v >= least,
];
const UNLIMITED: Rule = ["at least 1", (v) => v >= 1 && (Number.isInteger(v) || v === Number.POSITIVE_INFINITY)];
const SHARE: Rule = ["above 0 and at most 1", (v) => v > 0 && v <= 1];
const PENALTY: Rule = ["finite and not below 0", (v) => v >= 0 && v < Number.POSITIVE_INFINITY];
const ABOVE_ZERO: Rule = ["finite and above 0", (v) => v > 0 && v < Number.POSITIVE_INFINITY];

const RULES: Readonly<Record<NumberOption, Rule>> = {
  classes: atLeast(1),
  quantile: ["above 0 and below 1", (v) => v > 0 && v < 1],
  delta: ABOVE_ZERO,
  rounds: atLeast(1),
  leaves: ["at least 2", (v) => v >= 2 && (Number.isInteger(v) || v === Number.POSITIVE_INFINITY)],
  maxDepth: UNLIMITED,
  learningRate: ABOVE_ZERO,
  minRowsInLeaf: atLeast(1),
  minHessianInLeaf: PENALTY,
  minGain: PENALTY,
  l1: PENALTY,
  l2: PENALTY,
  bins: ["a whole number from 2 to 255", (v) => Number.isInteger(v) && v >= 2 && v <= 255],
  rowsPerTree: SHARE,
  columnsPerTree: SHARE,
  columnsPerSplit: SHARE,
  categorySmoothing: PENALTY,
  categoryL2: PENALTY,
  categoriesPerSplit: atLeast(1),
  fewCategories: atLeast(0),
  minRowsPerGroup: atLeast(1),
  patience: atLeast(1),
  seed: ["a whole number of at least 0", (v) => Number.isSafeInteger(v) && v >= 0],
  threads: atLeast(1),
};

/**
 * @param columns How many there are.
 * @throws {ModelwrightError} `TRAINING_OPTION_INVALID`.
 */
export function treeSettings(options: TreeOptions, columns: number): TreeSettings {
  const isForest = options.method === "forest";
  const hasClasses = options.objective === "logistic" || options.objective === "softmax";
  const settings: TreeSettings = {
    objective: options.objective,
    classes: options.classes ?? 1,
    quantile: options.quantile ?? 0.5,
    delta: options.delta ?? 1,
    method: options.method ?? "boosting",
    rounds: options.rounds ?? 100,
    leaves: options.leaves ?? (isForest ? Number.POSITIVE_INFINITY : 31),
    maxDepth: options.maxDepth ?? Number.POSITIVE_INFINITY,
    learningRate: options.learningRate ?? (isForest ? 1 : 0.1),
    minRowsInLeaf: options.minRowsInLeaf ?? (isForest ? (hasClasses ? 1 : 5) : 20),
    minHessianInLeaf: options.minHessianInLeaf ?? 1e-3,
    minGain: options.minGain ?? 0,
    l1: options.l1 ?? 0,
    l2: options.l2 ?? 0,
    bins: options.bins ?? 255,
    rowsPerTree: options.rowsPerTree ?? (isForest ? undefined : 1),
    columnsPerTree: options.columnsPerTree ?? 1,
    columnsPerSplit: options.columnsPerSplit ?? (isForest ? 1 / Math.sqrt(columns) : 1),
    categorySmoothing: options.categorySmoothing ?? 10,
    categoryL2: options.categoryL2 ?? (isForest ? 0 : 10),
    categoriesPerSplit: options.categoriesPerSplit ?? 32,
    fewCategories: options.fewCategories ?? 4,
    minRowsPerGroup: options.minRowsPerGroup ?? (isForest ? 1 : 100),
    patience: options.patience,
    seed: options.seed ?? 0,
    threads: options.threads ?? 1,
  };
  for (const [option, [rule, holds]] of Object.entries(RULES)) {
    const value = settings[option as NumberOption];
    if (value !== undefined && !holds(value))
      throw new ModelwrightError("TRAINING_OPTION_INVALID", { option, rule, value });
  }
  if (settings.objective === "softmax" && settings.classes < 2) {
    const details = { option: "classes", rule: "at least 2 with softmax", value: settings.classes };
    throw new ModelwrightError("TRAINING_OPTION_INVALID", details);
  }
  return settings;
}
