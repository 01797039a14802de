import { type SpanOutcome, spanFamily } from "@modelwright/evaluation";
import { spanBody, spanLabelRows } from "@modelwright/evaluation/report";
import type { LoadedModelOf, MarkedText } from "@modelwright/inference";
import { plainText, shorten } from "../../wording/plain-text.ts";
import { magnitude } from "../../wording/quantities.ts";
import { spansQuality } from "../answer-quality.ts";
import { spansReview } from "../answer-review.ts";
import { learningHistory } from "../learning-history.ts";
import type { Task } from "../task.ts";
import { labelledText } from "../text-encoder/labelled-text.ts";
import { predictRows } from "../text-encoder/predict-rows.ts";
import { encoderLine, labelsLine } from "../text-encoder/summary.ts";
import { textsOf } from "../text-encoder/text-rows.ts";
import { answers } from "./answers.ts";
import { cardOf } from "./card.ts";
import { describeTagger } from "./describe.ts";
import { dictionaryBaseline } from "./dictionary.ts";
import { draftTagger } from "./draft.ts";
import { fitTagger } from "./fit.ts";
import type { FittedTagger } from "./fitted-tagger.ts";
import { monitoring, served } from "./monitoring.ts";
import { evaluationRows, prepareRows, type SpanRows, trialsOf } from "./rows.ts";
import { sampleNames } from "./sample-names.ts";
import { versionOf } from "./version.ts";

/** The report has all labels. */
const LABELS_SHOWN = 20;

/** Marks labelled spans in a text. */
export const tokenClassification: Task<
  "token-classification",
  SpanRows,
  FittedTagger,
  SpanOutcome,
  LoadedModelOf<"token-classification">
> = {
  family: spanFamily,
  prepare: prepareRows,
  size: ({ rows }) => rows.length,
  subset: ({ labels, rows }, chosen) => ({ labels, rows: Array.from(chosen, (row) => rows[row]!) }),
  fit: fitTagger,
  version: versionOf,
  outcome: async (model, { labels, rows }, { onProgress }) => {
    const predicted: MarkedText["entities"][] = [];
    await predictRows(model, rows, {
      onAnswer: (row, { entities }) => {
        predicted[row] = entities;
      },
      onProgress,
    });
    return {
      labels,
      rows: rows.map(({ spans }, row) => ({
        actual: spans,
        predicted: predicted[row]!.map(({ start, end, label }) => ({ start, end, label })),
      })),
    };
  },
  baseline: async (_, { learning, test, model }) =>
    dictionaryBaseline(learning.train, test, model.manifest.preprocessing.units),
  incomparable: ({ manifest }, champion) =>
    manifest.labels.join("\0") === champion.labels.join("\0") ? undefined : "the labels differ from those of",
  tables: (outcome) => [{ title: "Test spans by label", rows: labelRows(outcome) }],
  details: ({ labels }) => ({ labels }),
  trials: trialsOf,
  learning: ({ state }) => learningHistory(state),
  report: ({ model: { outcome, measures }, test }) =>
    spanBody({ outcome, measures, rows: test.rows.map(({ id, text }) => ({ id, text })) }),
  card: cardOf,
  describe: describeTagger,
  summary: ({ labels, model: { architecture, base, fineTune, parameters, trained }, preprocessing }) => [
    labelsLine(labels),
    fineTune === undefined
      ? ["model", `${architecture} from scratch on ${preprocessing.units}, ${magnitude(parameters)} parameters`]
      : encoderLine({ base, fineTune, parameters, trained }),
  ],
  texts: ({ rows }) => textsOf(rows),
  labelled: labelledText("spans"),
  evaluationRows,
  draft: draftTagger,
  sample: { file: "names.jsonl", content: sampleNames },
  answers,
  monitoring,
  served,
  quality: spansQuality,
  review: spansReview,
};

/** Precision, recall and F1 of the most frequent labels. */
function labelRows(outcome: SpanOutcome): string[][] {
  const labels = spanLabelRows(outcome).sort((a, b) => b.support - a.support);
  const rest = labels.length - LABELS_SHOWN;
  return [
    ["label", "spans", "precision", "recall", "f1"],
    ...labels
      .slice(0, LABELS_SHOWN)
      .map(({ label, support, precision, recall, f1 }) => [
        shorten(plainText(label), 40),
        String(support),
        ...[precision, recall, f1].map((value) => value.toFixed(3)),
      ]),
    ...(rest > 0 ? [[`and ${rest} more, in the report`]] : []),
  ];
}
