import { z } from "zod";
import type { ColumnKind } from "../../tasks/table-columns.ts";
import { NO_BASE } from "./fine-tuning.ts";
import { outliersOfNumbers } from "./outliers.ts";
import { report } from "./values.ts";

/** What a date becomes: numbers, or for what begins anew each year or week the sine and cosine of its place in it. */
export const DATE_PARTS = [
  "year",
  "month",
  "day",
  "weekday",
  "hour",
  "minute",
  "month-cycle",
  "day-cycle",
  "weekday-cycle",
  "hour-cycle",
  "days-since",
] as const;
export type DatePart = (typeof DATE_PARTS)[number];

const MISSING = ["keep", "own", "mean", "median", "mode", "nearest", "predicted"] as const;
/** What may stand for missing values of plain numbers. */
const PLAIN_MISSING = ["keep", "mean", "median", "mode", "number"] as const;
/** The same of columns whose missing values others may tell. */
const TOLD_MISSING = [...PLAIN_MISSING, "nearest", "predicted"] as const;
/** What can be done with plain numbers, whatever they were. */
const PLAIN = ["missing", "indicator", "scale", "clip"] as const;
/** Which categories are told apart. */
const KEPT = ["missing", "rare", "most"] as const;

/** One way to make numbers of a column. */
interface Encoding {
  /** The columns that it is for. */
  readonly kind: ColumnKind;
  readonly words: string;
  /** The settings that it reads. */
  readonly settings: readonly SettingName[];
  /** What may stand for missing values. */
  readonly missing: readonly ((typeof MISSING)[number] | "number")[];
  /** The encodings whose numbers stand beside each other. Default: it is one of its own. */
  readonly parts?: readonly SingleEncoding[];
}

const TOPICS = ["units", "ngrams", "terms", "components", "scale", "clip"] as const;
const VECTOR = ["base", "maxLength", "truncation", "components", ...PLAIN] as const;

/** Ways to make numbers of columns. */
const SINGLE_ENCODINGS = {
  number: {
    kind: "number",
    words: "the number itself",
    settings: [...PLAIN, "outliers"],
    missing: TOLD_MISSING,
  },
  code: {
    kind: "category",
    words: "a code, which trees split as a set, networks read as a vector and linear models as one-hot",
    settings: KEPT,
    missing: ["keep", "own", "mode"],
  },
  "one-hot": {
    kind: "category",
    words: "a 0 or 1 for each category",
    settings: KEPT,
    missing: ["keep", "own", "mode"],
  },
  ordinal: {
    kind: "category",
    words: "one number, the place in an order",
    settings: ["order", ...PLAIN],
    missing: TOLD_MISSING,
  },
  hash: {
    kind: "category",
    words: "a code of few buckets, by a hash of its text",
    settings: ["buckets", "missing", "rare", "most"],
    missing: ["keep", "own"],
  },
  rarity: {
    kind: "category",
    words: "how rare it is, −ln of its share of the training rows; of one that none has most of all",
    settings: ["scale", "clip"],
    missing: ["own"],
  },
  target: {
    kind: "category",
    words: "what is predicted, on average over the training rows of the category, out of fold",
    settings: ["folds", "rare", "most", "scale", "clip"],
    missing: ["own"],
  },
  "date-parts": { kind: "date", words: "parts of the date", settings: ["parts", ...PLAIN], missing: TOLD_MISSING },
  tfidf: {
    kind: "text",
    words: "topics, the main directions of its TF-IDF vector",
    settings: TOPICS,
    missing: ["keep"],
  },
  embedding: {
    kind: "text",
    words: "the vector that a pretrained encoder gives it",
    settings: VECTOR,
    missing: PLAIN_MISSING,
  },
} as const satisfies Record<string, Encoding>;

export type SingleEncoding = keyof typeof SINGLE_ENCODINGS;

const singleNames = Object.keys(SINGLE_ENCODINGS) as SingleEncoding[];

const ENCODINGS = {
  ...SINGLE_ENCODINGS,
  "tfidf-and-embedding": {
    kind: "text",
    words: "both of these",
    settings: [...new Set([...TOPICS, ...VECTOR])],
    missing: PLAIN_MISSING,
    parts: singleNames.filter((name) => SINGLE_ENCODINGS[name].kind === "text"),
  },
} as const satisfies Readonly<Record<string, Encoding>>;

export type EncodingName = keyof typeof ENCODINGS;
const encodingNames = Object.keys(ENCODINGS) as [EncodingName, ...EncodingName[]];
const namesOf = (kind: ColumnKind) => encodingNames.filter((name) => ENCODINGS[name].kind === kind);

export function encodingOf(name: EncodingName): Encoding {
  return ENCODINGS[name];
}

const positiveInteger = z.int().positive();
const eachEncoding = (names: readonly EncodingName[]) =>
  names.map((name) => `${name}: ${ENCODINGS[name].words}`).join("; ");

/** Every setting of a column but how it is encoded. */
const SETTINGS = {
  missing: z
    .union([z.enum(MISSING), z.number()])
    .describe(
      "What a missing value becomes: keep (none), own (a category of its own), mean, median or mode of the training rows, nearest (the mean of the nearest training rows), predicted (by a linear model of the other columns), or a number",
    ),
  outliers: outliersOfNumbers,
  indicator: z.boolean().describe("Whether one more number says that the value was missing"),
  scale: z
    .enum(["none", "standard", "min-max", "robust", "quantile", "normal"])
    .describe(
      "standard: mean 0, deviation 1; min-max: 0 to 1; robust: median 0, quartiles 1 apart; quantile: the share of training rows below; normal: the normal quantile of that share",
    ),
  clip: z.number().positive().describe("Numbers stay within ± this, after scaling"),
  order: z
    .array(z.string())
    .min(2)
    .describe(
      "Of ordinal: every category, in the order of its number from 0; default: by the numbers in them, and alphabetically",
    ),
  rare: positiveInteger.describe("Categories of fewer training rows become one, other"),
  most: positiveInteger.describe("Categories beyond so many of the most frequent become one, other"),
  buckets: z.int().min(2).describe("Codes that hashed categories share; default: 32"),
  folds: z
    .int()
    .min(2)
    .max(100)
    .describe("Of target: parts of the training rows, each told from the others; default: 5"),
  parts: z
    .array(z.enum(DATE_PARTS))
    .min(1)
    .describe("What of a date; default: what suits the model. Parts that all rows share are left out"),
  units: z
    .enum(["both", "words", "characters"])
    .describe(
      "What tfidf counts: words, runs of characters, or both, the default. Chinese and Japanese words are told by a dictionary where words are asked for alone",
    ),
  ngrams: z
    .int()
    .min(1)
    .max(8)
    .describe(
      "Words, or characters, of a term at most; needs units: words or characters; default: 2 words, 4 characters",
    ),
  terms: positiveInteger.max(100_000).describe("Terms that tfidf counts, the most frequent; default: 3000"),
  components: positiveInteger
    .max(4096)
    .describe(
      "Numbers that a text becomes, by the main directions of the training rows; default of tfidf: 32, of embedding: 64, or as many as the vector has",
    ),
  base: z
    .string()
    .min(1)
    .describe(
      "Of embedding: a pretrained encoder, as model.base of recipes for texts names it; default: use-lite-en, which reads English",
    ),
  maxLength: positiveInteger.describe(
    "Of embedding: tokens that are read; default: 128, or as many as the encoder can",
  ),
  truncation: z.enum(["end", "middle"]).describe("Of embedding: which tokens of a longer text go; default: end"),
} as const;

type SettingName = keyof typeof SETTINGS;
const settingNames = Object.keys(SETTINGS) as SettingName[];

type OptionalSettings<Names extends SettingName> = { [N in Names]: z.ZodOptional<(typeof SETTINGS)[N]> };

function optional<Names extends SettingName>(names: readonly Names[]): OptionalSettings<Names> {
  return Object.fromEntries(names.map((name) => [name, SETTINGS[name].optional()])) as OptionalSettings<Names>;
}

function encodeOf(names: readonly EncodingName[]) {
  return z.enum([...names, "drop"] as [EncodingName, "drop"]);
}

const columnFeatures = z.strictObject({
  encode: encodeOf(encodingNames).optional().describe("How its values become numbers; drop: the column is not read"),
  ...optional(settingNames),
});

/** What a recipe says of a column that a model reads. */
export type ColumnFeatures = ReadonlyLists<z.output<typeof columnFeatures>>;
type ReadonlyLists<T> = {
  readonly [K in keyof T]: T[K] extends (infer E)[] | undefined ? readonly E[] | undefined : T[K];
};

/** What a recipe may say of all columns of a kind: what their encodings read. An order is one column's. */
function ofKind(kind: ColumnKind, words: string) {
  const encodings = namesOf(kind) as [EncodingName, ...EncodingName[]];
  const read = new Set(encodings.flatMap((name) => encodingOf(name).settings));
  const section = z.strictObject({
    encode: encodeOf(encodings)
      .optional()
      .describe(`${eachEncoding(encodings)}; drop: they are not read`),
    ...optional(settingNames.filter((name) => read.has(name) && name !== "order")),
  });
  return (section as unknown as typeof columnFeatures).optional().describe(words);
}

const SELECTIONS = ["variance", "mutual-information", "chi-square", "f-score", "model", "recursive"] as const;
const REDUCTIONS = ["pca", "truncated-svd", "lda", "autoencoder"] as const;

const select = z
  .strictObject({
    by: z
      .enum(SELECTIONS)
      .default("mutual-information")
      .describe(
        "variance; mutual-information with what is predicted, in nats; chi-square and f-score: as in scikit-learn; model: the share of what boosted trees gain by it; recursive: the same, and the least of them leave round by round",
      ),
    most: positiveInteger.optional().describe("Numbers that are kept at most, the most telling; default: all"),
    above: z.number().nonnegative().optional().describe("Numbers that tell more than this are kept; default: 0"),
  })
  .describe("Which of the numbers made of the columns a model reads");

const reduce = z
  .strictObject({
    by: z
      .enum(REDUCTIONS)
      .default("pca")
      .describe(
        "pca: the directions in which rows differ most; truncated-svd: the same of what is not centred; lda: those in which labels differ most; autoencoder: the middle of a network that learns to write the numbers again",
      ),
    components: positiveInteger.max(4096).default(16).describe("Numbers that are made of all, at most"),
  })
  .describe("Makes fewer numbers of all that are kept: every model then reads scaled numbers and one-hot categories");

/** How columns become the numbers that models read: a section that all tasks on tables share. */
export const featuresSection = z
  .strictObject({
    kinds: z
      .strictObject({
        number: ofKind("number", "Every column of numbers"),
        category: ofKind("category", "Every column of categories"),
        date: ofKind("date", "Every column of dates"),
        text: ofKind("text", "Every column of texts"),
      })
      .prefault({}),
    columns: z
      .record(z.string().min(1), columnFeatures)
      .default({})
      .describe(
        `By column, beside what its kind gets, for example { plan: { encode: ordinal, order: [basic, plus, pro] } }; settings: ${settingNames.join(", ")}`,
      ),
    select: select.optional(),
    reduce: reduce.optional(),
  })
  .superRefine(({ kinds, columns, select: selected }, context) => {
    for (const [kind, settings] of Object.entries(kinds))
      if (settings !== undefined)
        checkSettings(settings, { at: `kinds.${kind}`, own: namesOf(kind as ColumnKind), context });
    for (const [name, settings] of Object.entries(columns))
      checkSettings(settings, { at: `columns.${name}`, own: encodingNames, context });
    if (selected?.by === "recursive" && selected.most === undefined)
      report(context, "select.by", {
        rule: "needs most: how many are left in the end",
        instead: "write most beside it",
      });
  });

export type FeaturesSection = z.output<typeof featuresSection>;

/** The encodings of a kind where a recipe names none: their settings need no encode beside them. */
const USUAL: readonly EncodingName[] = ["number", "code", "one-hot", "date-parts", "tfidf-and-embedding"];

/** Refuses settings that the encoding of a column does not read. */
function checkSettings(
  { encode, ...settings }: ColumnFeatures,
  {
    at,
    own,
    context,
  }: { readonly at: string; readonly own: readonly EncodingName[]; readonly context: z.RefinementCtx },
): void {
  const names = settingNames.filter((name) => settings[name] !== undefined);
  const refuse = (name: string, rule: string, instead: string) => report(context, `${at}.${name}`, { rule, instead });
  if (encode === "drop") {
    const [first] = names;
    if (first !== undefined) refuse(first, "is of columns that are read", "leave it out, or encode: drop");
    return;
  }
  const encodings = encode === undefined ? own.filter((name) => USUAL.includes(name)) : [encode];
  const stray = names.find((name) => !encodings.some((each) => encodingOf(each).settings.includes(name)));
  if (stray !== undefined) {
    const readers = own.filter((name) => encodingOf(name).settings.includes(stray));
    const which = readers.map((name) => `encode: ${name}`).join(" or ");
    refuse(
      stray,
      `is for ${which}${encode === undefined ? "" : `, not for encode: ${encode}`}`,
      encode === undefined ? `write ${which} beside it` : `leave it out, or write ${which}`,
    );
    return;
  }
  if (settings.missing !== undefined) {
    const choice = typeof settings.missing === "number" ? "number" : settings.missing;
    const known = [...new Set(encodings.flatMap((each) => [...encodingOf(each).missing]))];
    if (!known.includes(choice)) {
      const words = known.map((each) => (each === "number" ? "a number" : each));
      refuse(
        "missing",
        `must be ${words.join(", ").replace(/, ([^,]+)$/, " or $1")}${encode === undefined ? "" : ` with encode: ${encode}`}`,
        "write one of these, or leave it out",
      );
    }
  }
  if (settings.ngrams !== undefined && (settings.units === undefined || settings.units === "both"))
    refuse("ngrams", "is of words or of characters, not of both", "write units: words or units: characters beside it");
  if (settings.base === NO_BASE)
    refuse("base", "must name a pretrained encoder", "name one, or write encode: tfidf, which learns from the rows");
}

/** What of a recipe says which columns there are and what is predicted. */
interface FeatureRecipe {
  readonly data: { readonly ignore: readonly string[] };
  readonly model: { readonly monotone: Readonly<Record<string, string>> };
  readonly features: FeaturesSection;
}

/**
 * Refuses what features cannot be beside other sections.
 *
 * @param predicted The column that is predicted, and whether it holds classes.
 */
export function checkFeatures(
  { data, model, features }: FeatureRecipe,
  predicted: { readonly role: string; readonly column: string; readonly isClass: boolean },
  context: z.RefinementCtx,
): void {
  const { columns, select: selected, reduce: reduced } = features;
  if (Object.hasOwn(columns, predicted.column))
    report(context, `features.columns.${predicted.column}`, {
      rule: `is of columns that the model reads, not of the ${predicted.role}'s`,
      instead: "leave it out: the task says what is predicted",
    });
  const ignored = data.ignore.find((name) => Object.hasOwn(columns, name));
  if (ignored !== undefined)
    report(context, `features.columns.${ignored}`, {
      rule: "is of columns that the model reads, and data.ignore names this one",
      instead: "leave one of the two out",
    });
  const classes = { rule: "needs labels, and a number is predicted" };
  if (!predicted.isClass && selected?.by === "chi-square")
    report(context, "features.select.by", { ...classes, instead: "write f-score or mutual-information" });
  if (!predicted.isClass && reduced?.by === "lda")
    report(context, "features.reduce.by", { ...classes, instead: "write pca" });
  const [constrained] = Object.keys(model.monotone);
  if (reduced !== undefined && constrained !== undefined)
    report(context, `model.monotone.${constrained}`, {
      rule: "is of a column, and features.reduce makes other numbers of all",
      instead: "leave one of the two out",
    });
}
