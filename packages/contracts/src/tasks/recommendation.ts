import { z } from "zod";
import { RECOMMENDATION_METRICS } from "../metrics/recommendations.ts";
import { computeFields } from "../recipe/sections/compute.ts";
import { dataSchemaFields } from "../recipe/sections/data-schema.ts";
import { evaluationFields, gatesField } from "../recipe/sections/evaluation.ts";
import { query, source } from "../recipe/sections/source.ts";
import { VALIDATION_SHARE } from "../recipe/sections/split.ts";
import { encoding, fraction, leavesTraining, path, report, seed } from "../recipe/sections/values.ts";
import { candidatesManifest } from "./encoder-manifest.ts";
import { columnKind } from "./table-columns.ts";
import type { TaskSchemas } from "./task-schemas.ts";
import { tensorsSchema } from "./tensors.ts";
import { userItem } from "./user-item.ts";

const columnName = z.string().min(1);

/** What can rank the items of a catalogue. */
export const RANKERS = ["item-to-item", "matrix-factorisation", "two-towers", "popularity"] as const;
export type RankerKind = (typeof RANKERS)[number];

/** What `kind: auto` tries where a recipe does not say. */
const CANDIDATES: RankerKind[] = ["item-to-item", "matrix-factorisation"];

/** Whether events say that something was chosen, or how it was liked. */
const feedback = z.enum(["implicit", "explicit"]);

/** What is known of the items beside their events. */
const items = z.strictObject({
  source: source("Table of what is known of the items, a row for each").optional(),
  id: columnName
    .optional()
    .describe("Its column with the names that the events have; default: as the column of the events is called"),
  title: columnName
    .optional()
    .describe("Its column with the title that answers show; default: title or name, where there is one"),
  kinds: z
    .record(columnName, columnKind)
    .default({})
    .describe("What a column is taken as where its look misleads, for example { year: category }"),
  ignore: z.array(columnName).default([]).describe("Columns that two-towers must not read"),
});

const data = z.strictObject({
  source: source("File, folder or pattern of tables with an event in each row: CSV, JSON, Parquet, Excel and others"),
  query,
  test: path.optional().describe("A table whose events are the test: then split.test does not apply"),
  encoding,
  ...dataSchemaFields,
  columns: z
    .strictObject({
      user: columnName.default("user").describe("Column that names who chose"),
      item: columnName.default("item").describe("Column that names what was chosen"),
      rating: columnName.optional().describe("Column with the number that says how it was liked"),
      time: columnName.optional().describe("Column with the date or number that says when"),
    })
    .prefault({}),
  items: items.prefault({}).describe("What is known of the items: titles for answers, and what two-towers reads"),
  feedback: feedback
    .optional()
    .describe(
      "implicit: an event says that something was chosen; explicit: how it was liked, so that answers carry a rating; default: explicit with columns.rating",
    ),
  relevant: z
    .number()
    .optional()
    .describe(
      "Of explicit feedback the rating from which on something counts as liked: it is learnt and found again; default: the median of the ratings",
    ),
  clean: z
    .strictObject({
      repeated: z
        .enum(["last", "first", "keep"])
        .optional()
        .describe(
          "Events of the same user and item: the last or first one stays, or all of them; default: last for explicit feedback, first for implicit",
        ),
      minPerUser: z.int().min(1).default(1).describe("Users with fewer events are left out"),
      minPerItem: z.int().min(1).default(1).describe("Items with fewer events are left out"),
      missing: z.enum(["drop", "error"]).default("drop").describe("Events without user, item, rating or time"),
    })
    .prefault({}),
  limit: z
    .int()
    .positive()
    .optional()
    .describe("Use at most so many events: users drawn by split.seed, each with all events"),
  split: z
    .strictObject({
      by: z
        .enum(["time", "last", "random"])
        .optional()
        .describe(
          "time: the last events of all are the test, those before them validate; last: of each user the last ones; random: events drawn by seed, so that a model may know what came later; default: time with columns.time, otherwise random",
        ),
      last: z
        .int()
        .min(1)
        .default(1)
        .describe(
          "With by: last, so many last events of each user are the test, and as many before them validate; a user with fewer than one more teaches only",
        ),
      test: fraction.default(0.2).describe("Share of the events evaluated once, at the end; not with by: last"),
      validation: fraction
        .default(VALIDATION_SHARE)
        .describe("Share of the events by which models and their settings are chosen; not with by: last"),
      seed,
    })
    .superRefine(leavesTraining("no events"))
    .prefault({}),
});

const model = z.strictObject({
  kind: z
    .enum(["auto", ...RANKERS])
    .default("auto")
    .describe(
      "item-to-item: items by the items that were chosen (EASE, or cosines); matrix-factorisation: vectors of users and items by alternating least squares; two-towers: networks over what a user chose and over what is known of an item; popularity: the same for all; auto: the candidate that ranks validation events best",
    ),
  candidates: z
    .array(z.enum(RANKERS))
    .min(1)
    .default(CANDIDATES)
    .describe("Of kind: auto: what is tried; two-towers takes longest and can rank items without events"),
  similarity: z
    .enum(["ease", "cosine"])
    .optional()
    .describe(
      "Of item-to-item: ease is a regression of each item on all others, whose memory is 6 bytes × items²; cosine compares two at a time; default: ease up to mostExact items",
    ),
  mostExact: z
    .int()
    .positive()
    .max(40_000)
    .default(10_000)
    .describe("Items up to which item-to-item uses ease where similarity is not given: 10,000 take 0.6 GB"),
  neighbours: z.int().positive().max(100_000).default(300).describe("Of item-to-item: neighbours that each item keeps"),
  shrinkage: z
    .number()
    .nonnegative()
    .default(10)
    .describe("Of cosine: common users from which on most of it counts, cos · n / (n + shrinkage)"),
  factors: z.int().min(1).max(1024).default(64).describe("Width of the vectors of matrix-factorisation and two-towers"),
  ratingFactors: z
    .int()
    .min(1)
    .max(256)
    .default(16)
    .describe("Of explicit feedback: width of the vectors by which ratings are predicted"),
  regularisation: z
    .number()
    .positive()
    .optional()
    .describe(
      "Of ease the number added to the events of each item, default: the best of 15, 50, 150 and 400 on the validation events; of matrix-factorisation that of its equations, default: the better of 10 and 30",
    ),
  confidence: z
    .number()
    .min(1)
    .optional()
    .describe(
      "Of matrix-factorisation: what an event weighs beside one that did not happen; default: the better of 1 and 4 on the validation events",
    ),
});

const train = z.strictObject({
  iterations: z
    .int()
    .positive()
    .default(15)
    .describe("Of matrix-factorisation: rounds of solving for users, then items"),
  epochs: z.int().positive().default(30).describe("Of two-towers: passes over the events at most"),
  patience: z.int().positive().default(3).describe("Of two-towers: passes without a smaller loss after which it stops"),
  batchSize: z
    .int()
    .min(2)
    .default(256)
    .describe("Of two-towers: events of an update, whose items are each other's alternatives"),
  learningRate: z.number().positive().default(2e-3).describe("Of two-towers: peak learning rate"),
  history: z.int().positive().default(50).describe("Of two-towers: events of a user before the one that is learnt"),
  seed,
  ...computeFields,
});

const BASELINES = ["popularity", "item-to-item"] as const;

const recipe = z.strictObject({
  data,
  model: model.prefault({}),
  train: train.prefault({}),
  evaluate: z
    .strictObject({
      baselines: z
        .array(z.enum(BASELINES))
        .default([...BASELINES])
        .describe(
          "popularity: what most users chose, for all alike; item-to-item: cosines of items, whose users are compared",
        ),
      ...evaluationFields,
      ...gatesField("recall10: { min: 0.1 }"),
    })
    .prefault({}),
});

type Sections = z.output<typeof recipe>;

const kindsOf = ({ kind, candidates }: Sections["model"]): readonly RankerKind[] =>
  kind === "auto" ? candidates : [kind];

/** Values that contradict others, or change nothing. */
const BROKEN: readonly {
  readonly at: string;
  readonly isBroken: (sections: Sections) => boolean;
  readonly rule: string;
  readonly instead: string;
}[] = [
  {
    at: "data.items",
    isBroken: ({ data: { items } }) =>
      items.source === undefined &&
      (items.id !== undefined ||
        items.title !== undefined ||
        items.ignore.length + Object.keys(items.kinds).length > 0),
    rule: "needs a source beside its other values",
    instead: "name the table of items under data.items.source",
  },
  {
    at: "data.feedback",
    isBroken: ({ data }) => data.feedback === "explicit" && data.columns.rating === undefined,
    rule: "explicit feedback is read from columns.rating",
    instead: "name the column of ratings under data.columns.rating, or write implicit",
  },
  {
    at: "data.relevant",
    isBroken: ({ data }) => data.relevant !== undefined && feedbackOf(data) === "implicit",
    rule: "it belongs to explicit feedback: every event of implicit feedback is relevant",
    instead: "leave it out",
  },
  {
    at: "data.split.by",
    isBroken: ({ data: { split, columns } }) =>
      (split.by === "time" || split.by === "last") && columns.time === undefined,
    rule: "needs columns.time beside it",
    instead: "name the column that says when an event was, or write random",
  },
  {
    at: "data.split.last",
    isBroken: ({ data: { split } }) => split.last !== 1 && split.by !== "last",
    rule: "is read with by: last",
    instead: "write by: last beside it, or leave it out",
  },
  {
    at: "model.candidates",
    isBroken: ({ model: { kind, candidates } }) => kind !== "auto" && candidates.join() !== CANDIDATES.join(),
    rule: "is for model.kind auto",
    instead: "write model.kind: auto, or leave it out",
  },
  {
    at: "model.candidates",
    isBroken: ({ model: { candidates } }) => new Set(candidates).size < candidates.length,
    rule: "names a model twice",
    instead: "name each model once",
  },
  {
    at: "model.similarity",
    isBroken: ({ model }) => model.similarity !== undefined && !kindsOf(model).includes("item-to-item"),
    rule: "belongs to item-to-item",
    instead: "leave it out",
  },
];

const ROLES = ["user", "item", "rating", "time"] as const;

/** Refuses columns with two parts, and values that contradict others or change nothing. */
function check(sections: Sections, context: z.RefinementCtx): void {
  const { columns } = sections.data;
  for (const [i, role] of ROLES.entries()) {
    const other = ROLES.slice(0, i).find((each) => columns[each] !== undefined && columns[each] === columns[role]);
    if (other === undefined) continue;
    const rule = `must be another column than that of ${other}, "${columns[role]}"`;
    report(context, `data.columns.${role}`, { rule, instead: `write the column that holds the ${role}` });
  }
  for (const { at, isBroken, rule, instead } of BROKEN) {
    if (isBroken(sections)) report(context, at, { rule, instead });
  }
}

function feedbackOf({ feedback, columns }: Sections["data"]): "implicit" | "explicit" {
  return feedback ?? (columns.rating === undefined ? "implicit" : "explicit");
}

/** Fills in what the columns decide. */
function resolve(sections: Sections) {
  const { data } = sections;
  const feedback = feedbackOf(data);
  const repeated = data.clean.repeated ?? (feedback === "explicit" ? "last" : "first");
  const by = data.split.by ?? (data.columns.time === undefined ? "random" : "time");
  return {
    ...sections,
    data: { ...data, feedback, clean: { ...data.clean, repeated }, split: { ...data.split, by } },
  };
}

const count = z.int().nonnegative();

/** Recommends items to a user: by what the user chose before, and by what others chose with it. */
export const recommendation = {
  recipe,
  check,
  resolve,
  manifest: z.strictObject({
    signature: z.strictObject({ input: z.literal("user"), output: z.literal("items"), tensors: tensorsSchema }),
    preprocessing: z.strictObject({
      /** What the columns of users and items were called. */
      columns: z.strictObject({ user: z.string(), item: z.string(), rating: z.string().optional() }),
    }),
    feedback,
    /** Of explicit feedback: the rating from which on something counts as liked. */
    relevant: z.number().optional(),
    /** Of explicit feedback: the ratings of the events. */
    ratings: z.strictObject({ minimum: z.number(), maximum: z.number(), mean: z.number() }).optional(),
    /** What the graph knows. */
    catalogue: z.strictObject({
      items: z.int().positive(),
      users: z.int().positive(),
      events: z.int().positive(),
      /** Items that no event has, which are ranked by what is known of them. */
      withoutEvents: count,
      /** Whether answers have titles. */
      titles: z.boolean(),
      /** Columns of the table of items that the model reads. */
      columns: z.array(z.strictObject({ name: z.string(), kind: columnKind })),
    }),
    model: z.strictObject({
      ranker: z.enum(RANKERS),
      /** In a few words: `ease, 300 neighbours, regularisation 200`. */
      settings: z.string(),
      parameters: z.int().positive(),
    }),
    candidates: candidatesManifest.optional(),
  }),
  item: userItem,
  options: z.strictObject({
    top: z.int().min(1).max(10_000).optional().describe("Items of an answer at most; default: 10"),
    seen: z
      .boolean()
      .optional()
      .describe("Whether what the user chose before may be recommended again; default: false"),
    exclude: z.array(z.string()).optional().describe("Items that must not be recommended; default: none"),
    among: z
      .array(z.string())
      .optional()
      .describe("The only items that may be recommended; default: all of the catalogue"),
  }),
  answer: z.strictObject({
    items: z
      .array(
        z.strictObject({
          item: z.string(),
          score: z.number().describe("Larger is better; scores are compared within an answer only"),
          rating: z.number().optional().describe("Of explicit feedback: the rating that the user is expected to give"),
          title: z.string().optional().describe("Where the table of items has one"),
        }),
      )
      .describe("The best first"),
    known: z
      .boolean()
      .describe("Whether anything is known of the user: false means that the items are those that most users chose"),
  }),
  metrics: RECOMMENDATION_METRICS,
  words: {
    summary: "recommends items to a user",
    unit: "event",
    item: "user",
    sample: "u1",
    pipelineTag: "other",
  },
  example: {
    model: "film-club",
    items: ["u1", { items: ["i1", "i7"] }],
    answer: {
      items: [
        { item: "i7", score: 0.81, title: "The Third Man" },
        { item: "i2", score: 0.64, title: "Vertigo" },
      ],
      known: true,
    },
    options: { top: 5 },
  },
} satisfies TaskSchemas;
