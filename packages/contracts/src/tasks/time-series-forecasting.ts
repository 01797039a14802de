import { z } from "zod";
import { FORECAST_METRICS } from "../metrics/forecasts.ts";
import { dataSchemaFields } from "../recipe/sections/data-schema.ts";
import { evaluationFields, gatesField } from "../recipe/sections/evaluation.ts";
import {
  checkSeriesModel,
  SERIES_MODELS,
  seriesModelSection,
  seriesTrainFields,
} from "../recipe/sections/series-model.ts";
import { query, source } from "../recipe/sections/source.ts";
import { encoding, fraction, report } from "../recipe/sections/values.ts";
import { candidatesManifest } from "./encoder-manifest.ts";
import { frequency, frequencyOrAuto } from "./frequency.ts";
import { seriesItem } from "./series-item.ts";
import { columnKind, tableColumn } from "./table-columns.ts";
import type { TaskSchemas } from "./task-schemas.ts";
import { tensorsSchema } from "./tensors.ts";

const columnName = z.string().min(1);

const data = z
  .strictObject({
    source: source("File, folder or pattern of tables: CSV, JSON, Parquet, Excel and others"),
    query,
    encoding,
    ...dataSchemaFields,
    columns: z
      .strictObject({
        time: columnName.default("time").describe("Column that says when a row was: a date, a month, a year"),
        target: columnName.default("target").describe("Column that holds the number that is forecast"),
        series: z
          .union([columnName, z.array(columnName).min(1)])
          .optional()
          .describe(
            "Column or columns that say of which series a row is: store, or [store, article]; default: one series",
          ),
      })
      .prefault({}),
    known: z
      .array(columnName)
      .default([])
      .describe(
        "Columns whose values are known for the steps to be forecast, such as prices and holidays; all others are read up to the last row of the history",
      ),
    kinds: z
      .record(columnName, columnKind)
      .default({})
      .describe(
        "What a column is taken as where its look misleads, for example { holiday: category }; default: told from its values",
      ),
    ignore: z.array(columnName).default([]).describe("Columns that the model must not read"),
    frequency: frequencyOrAuto
      .default("auto")
      .describe('How far rows are apart: day, week, month, "15 minutes", business-day; auto: told from the times'),
    horizon: z
      .int()
      .min(1)
      .max(1000)
      .optional()
      .describe("Steps that are forecast; default: by the frequency, 14 of days, 12 of months, 48 of hours"),
    clean: z
      .strictObject({
        times: z
          .enum(["error", "sum", "mean", "last"])
          .default("error")
          .describe(
            "Several rows of a series for one step: an error, their sum, their mean, or the last of them; the other columns are those of the last",
          ),
        gaps: z
          .enum(["missing", "zero", "forward", "interpolate"])
          .default("missing")
          .describe(
            "Steps without a value between the first and the last: missing leaves them open, zero where no row means nothing happened, forward repeats the value before, interpolate draws a line",
          ),
      })
      .prefault({}),
    split: z
      .strictObject({
        test: z
          .int()
          .min(1)
          .max(1000)
          .optional()
          .describe(
            "Windows at the end of the times that are forecast once for the evaluation, each from what lies before it; default: as many as a fifth of the times holds, 30 at most",
          ),
        step: z
          .int()
          .min(1)
          .optional()
          .describe(
            "Steps from the begin of one test window to that of the next; default: the horizon, so that none overlap",
          ),
        validation: z
          .int()
          .min(1)
          .optional()
          .describe(
            "Steps before the test windows that choose among models and set the intervals; windows begin at each of them; default: as many as the test windows span",
          ),
      })
      .prefault({}),
  })
  .superRefine(({ columns, known, ignore, kinds }, context) => {
    const series = typeof columns.series === "string" ? [columns.series] : (columns.series ?? []);
    const roles = [
      ["time", columns.time],
      ["target", columns.target],
      ...series.map((name) => ["series", name] as const),
    ] as const;
    for (const [i, [role, name]] of roles.entries()) {
      const other = roles.slice(0, i).find(([, each]) => each === name);
      if (other === undefined) continue;
      report(context, `columns.${role}`, {
        rule: `must be another column than that of ${other[0]}, "${name}"`,
        instead: `name the column that holds the ${role}`,
      });
    }
    for (const [section, names] of Object.entries({ known, ignore, kinds: Object.keys(kinds) })) {
      const found = roles.find(([, name]) => names.includes(name));
      if (found === undefined) continue;
      report(context, section, {
        rule: `must hold other columns than that of ${found[0]}, "${found[1]}"`,
        instead: "leave it out: data.columns says what it is",
      });
    }
    const both = known.find((name) => ignore.includes(name));
    if (both !== undefined)
      report(context, "ignore", {
        rule: `holds "${both}", which known holds too`,
        instead: "leave it out of one of them",
      });
  });

const recipe = z.strictObject({
  data,
  model: seriesModelSection.prefault({}),
  train: z
    .strictObject({
      ...seriesTrainFields,
      interval: fraction
        .default(0.9)
        .describe("Share of values that lie between low and high of their step, held to it on the validation windows"),
    })
    .prefault({}),
  evaluate: z
    .strictObject({
      baselines: z
        .array(z.enum(["seasonal-naive", "ets"]))
        .default(["seasonal-naive", "ets"])
        .describe(
          "seasonal-naive: the value of one season before; ets: exponential smoothing of level, trend and season",
        ),
      ...evaluationFields,
      ...gatesField("mase: { max: 1 }"),
    })
    .prefault({}),
});

const preprocessing = z.strictObject({
  time: z.strictObject({
    column: z.string(),
    /** How texts write it (`31/01/2026`). ISO 8601 is read too. */
    spelling: z.string(),
    /** The graph's input of the times of steps, `[batch, horizon]`. Absent: it reads none. */
    feed: z.string().min(1).optional(),
  }),
  target: z.strictObject({
    column: z.string(),
    /** How texts write its numbers. Absent: with a decimal point. */
    spelling: z.string().optional(),
    /** What may stand beside them: `€`. */
    unit: z.string().optional(),
  }),
  /** Columns that name the series. */
  naming: z.array(z.string()),
  /** Those of them that the graph reads: categories. */
  series: z.array(tableColumn),
  /** Columns that a row of each forecast step has; the last row of the history need not. */
  known: z.array(tableColumn),
  /** Columns of the last row of the history. */
  past: z.array(tableColumn),
  frequency,
  /** Values of the history that the graph takes, in `history` `[batch, context]`; NaN where one is missing or before the first. */
  context: z.int().min(2),
  /** What becomes of several rows of one step, and of steps without a value. */
  times: z.enum(["error", "sum", "mean", "last"]),
  gaps: z.enum(["missing", "zero", "forward", "interpolate"]),
  /** Values that a history has at least. */
  leastValues: z.int().positive(),
});

/** How a history becomes what the graph of a forecaster reads. */
export type SeriesPreprocessing = z.infer<typeof preprocessing>;

/** Forecasts the next values of series, each with the two numbers between which it lies. */
export const timeSeriesForecasting = {
  recipe,
  check: (sections: z.output<typeof recipe>, context: z.RefinementCtx) => checkSeriesModel(sections, context),
  manifest: z.strictObject({
    signature: z.strictObject({ input: z.literal("series"), output: z.literal("forecast"), tensors: tensorsSchema }),
    preprocessing,
    /** Steps that it forecasts. */
    horizon: z.int().positive(),
    /** Steps after which series repeat themselves; 1: they do not. */
    season: z.int().positive(),
    /** The values of the training steps. */
    target: z.strictObject({ minimum: z.number(), maximum: z.number(), mean: z.number() }),
    /** Series it learnt from, and the time of the last value. */
    learnt: z.strictObject({ series: z.int().positive(), until: z.string() }),
    /** Windows by which a version is evaluated. */
    windows: z.strictObject({ count: z.int().positive(), step: z.int().positive() }),
    model: z.strictObject({
      /** The model is their weighted mean. */
      parts: z
        .array(
          z.strictObject({
            kind: z.enum(SERIES_MODELS),
            weight: z.number().gt(0).max(1),
            /** Of trees, leaves in all; of a network, weights; of smoothing, settings that are weighed per series. */
            parameters: z.int().nonnegative(),
            trees: z.int().positive().optional(),
          }),
        )
        .min(1),
    }),
    interval: z.strictObject({
      /** Share of values that it is to hold. */
      coverage: fraction,
      /** Validation windows that it was held to. */
      windows: z.int().positive(),
    }),
    candidates: candidatesManifest.optional(),
  }),
  item: seriesItem,
  options: z.strictObject({
    horizon: z
      .int()
      .min(1)
      .max(1000)
      .optional()
      .describe("Steps to forecast, at most as many as the model was trained for; default: all of them"),
  }),
  answer: z.strictObject({
    steps: z
      .array(
        z.strictObject({
          time: z.string().describe("When the step is, as ISO 8601"),
          value: z.number().describe("In the unit of the training values"),
          low: z.number().describe("Where the interval around it begins, whose coverage the manifest says"),
          high: z.number().describe("Where it ends"),
        }),
      )
      .describe("The steps after the last value of the history, in their order"),
  }),
  metrics: FORECAST_METRICS,
  words: {
    summary: "forecasts the next values of series",
    unit: "window",
    item: "timeline",
    sample: '{ "history": [{ "time": "2026-01-31", "target": 12 }] }',
    pipelineTag: "time-series-forecasting",
  },
  example: {
    model: "store-sales",
    items: [
      {
        history: [
          { date: "2026-03-02", sold: 41, price: 2.5 },
          { date: "2026-03-03", sold: 38, price: 2.5 },
        ],
        future: [{ price: 2.5 }, { price: 1.99 }],
        series: "Harbour",
      },
      { history: [{ date: "2026-03-03", sold: 12 }], series: { store: "North" } },
    ],
    answer: {
      steps: [
        { time: "2026-03-04", value: 39.2, low: 31.5, high: 47.1 },
        { time: "2026-03-05", value: 58.7, low: 46.3, high: 70.9 },
      ],
    },
    options: { horizon: 2 },
  },
} satisfies TaskSchemas;
