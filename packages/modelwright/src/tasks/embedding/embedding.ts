import { type EmbeddingOutcome, embeddingFamily } from "@modelwright/evaluation";
import { embeddingBody } from "@modelwright/evaluation/report";
import type { LoadedModelOf } from "@modelwright/inference";
import { learningHistory } from "../learning-history.ts";
import type { Task } from "../task.ts";
import type { FittedTextEncoder } from "../text-encoder/fit-text-encoder.ts";
import { predictRows } from "../text-encoder/predict-rows.ts";
import { encoderLine } from "../text-encoder/summary.ts";
import { answers } from "./answers.ts";
import { baselines } from "./baselines.ts";
import { cardOf } from "./card.ts";
import { describeEmbedder } from "./describe.ts";
import { draftEmbedder } from "./draft.ts";
import type { ExampleRows } from "./example-rows.ts";
import { familyOf } from "./family.ts";
import { fitEmbedder } from "./fit.ts";
import { monitoring } from "./monitoring.ts";
import { outcomeOf } from "./outcome.ts";
import { evaluationRows, prepareRows, textsOfRow, trialsOf } from "./rows.ts";
import { sampleQuestions } from "./sample-questions.ts";
import { planSearches } from "./searches.ts";
import { vectorNearness } from "./vector-nearness.ts";
import { versionOf } from "./version.ts";

/** Gives a text a vector. */
export const embedding: Task<
  "embedding",
  ExampleRows,
  FittedTextEncoder,
  EmbeddingOutcome,
  LoadedModelOf<"embedding">
> = {
  family: embeddingFamily,
  familyOf: ({ data }) => familyOf(data.examples),
  prepare: prepareRows,
  size: ({ rows }) => rows.length,
  subset: ({ examples, rows }, chosen) => ({ examples, rows: Array.from(chosen, (row) => rows[row]!) }),
  fit: fitEmbedder,
  version: versionOf,
  outcome: async (model, split, { onProgress }) => {
    const texts = [...new Set(split.rows.flatMap(textsOfRow))];
    const vectors = new Map<string, Float32Array>();
    await predictRows(
      model,
      texts.map((text) => ({ text })),
      {
        onAnswer: (row, { vector }) => {
          vectors.set(texts[row]!, vector);
        },
        onProgress,
      },
    );
    return outcomeOf(
      split,
      vectorNearness((text) => vectors.get(text)!),
    );
  },
  baseline: (name, context) => baselines[name as keyof typeof baselines](context),
  incomparable: ({ manifest }, champion) =>
    (manifest.examples === "scores") === (champion.examples === "scores")
      ? undefined
      : "searches are measured for one, similarities for the test rows of",
  tables: () => [],
  details: (outcome) =>
    outcome.kind === "retrieval"
      ? { queries: outcome.queries.length, documents: outcome.documents }
      : { pairs: outcome.actual.length },
  trials: trialsOf,
  learning: ({ fit }) => learningHistory(fit.state),
  report: ({ model: { outcome, measures }, test }) =>
    embeddingBody({ outcome, measures, rows: shownRows(test), documents: shownDocuments(test) }),
  card: cardOf,
  describe: describeEmbedder,
  summary: ({ embedding: { width, normalized }, examples, model }) => [
    ["vectors", `${width} numbers${normalized ? ", of length 1" : ""}; learnt from ${examples}`],
    encoderLine(model),
  ],
  texts: ({ rows }) => rows.map((row) => textsOfRow(row).join("\n")),
  evaluationRows: ({ examples }, source) => evaluationRows(examples, source),
  draft: draftEmbedder,
  sample: { file: "questions.csv", content: sampleQuestions },
  answers,
  monitoring,
};

/** The rows as the report shows them: what is searched with, or both texts of a pair. */
function shownRows(split: ExampleRows) {
  return split.examples === "scores"
    ? split.rows.map((row) => ({ id: row.id, text: textsOfRow(row).join(" | ") }))
    : planSearches(split).queries.map(({ id, text }) => ({ id, text }));
}

function shownDocuments(split: ExampleRows) {
  if (split.examples === "scores") return [];
  return planSearches(split).documents.map((text, i) => ({ id: String(i), text }));
}
