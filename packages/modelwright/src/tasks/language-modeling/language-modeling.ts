import { createHash } from "node:crypto";
import type { ManifestOf } from "@modelwright/contracts";
import { readDocuments, type TextDocument } from "@modelwright/data";
import { encodeModel } from "@modelwright/engine";
import {
  causalLanguageModelingFamily,
  type DocumentScore,
  type MetricFamily,
  maskedLanguageModelingFamily,
} from "@modelwright/evaluation";
import { languageModelingBody } from "@modelwright/evaluation/report";
import { countParameters } from "@modelwright/models";
import { counted, magnitude } from "../../wording/quantities.ts";
import { learningHistory } from "../learning-history.ts";
import type { Task, VersionParts } from "../task.ts";
import { json, tensorsOf } from "../version-files.ts";
import { cardOf } from "./card.ts";
import { describeLanguageModeling } from "./describe.ts";
import { type FittedLanguageModel, fitLanguageModel } from "./fit.ts";
import {
  causalKind,
  type LanguageModelingTask,
  type LanguageModelKind,
  type LoadedLanguageModel,
  maskedKind,
} from "./kinds.ts";
import { prepareDocuments } from "./prepare-documents.ts";
import { unigram } from "./unigram.ts";

type Documents = readonly TextDocument[];
type Scores = readonly DocumentScore[];

const TRIALS = 3;

/** The stages of a language model from scratch, with a tokenizer of its own. */
function languageModeling(
  kind: LanguageModelKind,
  family: MetricFamily<Scores>,
): Task<LanguageModelingTask, Documents, FittedLanguageModel, Scores, LoadedLanguageModel> {
  return {
    family,
    prepare: (recipe, context) => prepareDocuments(recipe, context),
    size: (documents) => documents.length,
    subset: (documents, rows) => Array.from(rows, (row) => documents[row]!),
    fit: (recipe, documents, context) => fitLanguageModel(kind, recipe, { ...context, documents }),
    version: ({ tokenizerJson, tokenizer, graph, config }, { model }) => ({
      files: {
        "config.json": json(config),
        "tokenizer.json": JSON.stringify(tokenizerJson),
        "tokenizer_config.json": json({
          tokenizer_class: "PreTrainedTokenizerFast",
          model_max_length: model.sequenceLength,
        }),
        "onnx/model.onnx": encodeModel(graph.graph),
      },
      manifest: kind.manifest({
        tensors: tensorsOf(graph),
        tokenizer,
        maxLength: model.sequenceLength,
        model: { architecture: graph.graph.name, parameters: countParameters(graph.parameters) },
      }),
    }),
    outcome: (model, documents, context) => model.score(documents, context),
    baseline: (_, context) => unigram(context),
    incomparable: (candidate, champion) =>
      kind.comparesTokenizers || hasSameTokenizer(candidate, champion)
        ? undefined
        : "the tokenizer differs from that of",
    tables: (scores) => {
      const empty = scores.filter(({ tokens }) => tokens === 0).length;
      return empty === 0
        ? []
        : [{ title: "Left out", rows: [[`${counted(empty, "document")} without a token to predict`]] }];
    },
    details: () => ({}),
    trials: (test) =>
      test.slice(0, TRIALS).map(({ sentences }) => ({
        item: kind.promptOf((sentences[0] ?? "").split(" ").slice(0, 12)),
      })),
    learning: ({ state }) => learningHistory(state),
    report: ({ model: { outcome, measures }, test }) =>
      languageModelingBody({
        outcome,
        measures,
        documents: test.map(({ id, sentences }) => ({ id, text: sentences.join("\n") })),
      }),
    card: (context) => cardOf(kind.card, context),
    describe: describeLanguageModeling,
    summary: ({ model: { architecture, parameters }, preprocessing }) => [
      [
        "model",
        `${architecture} from scratch, ${magnitude(parameters)} parameters, ${preprocessing.maxLength} tokens at once`,
      ],
    ],
    texts: (documents) => documents.map(({ sentences }) => sentences.join("\n")),
    evaluationRows: async (_, { source, encoding, trained }) => {
      const warnings = new Set<string>();
      const split = await readDocuments(source, {
        baseDir: process.cwd(),
        encoding,
        lineEnds: trained.lineEnds,
        onWarning: (warning) => warnings.add(warning),
      });
      return { split, skipped: [], warnings: [...warnings] };
    },
    ...(kind.draft === undefined ? {} : { draft: kind.draft }),
    answers: kind.answers,
  };
}

function hasSameTokenizer(
  { files }: VersionParts<LanguageModelingTask>,
  champion: ManifestOf<LanguageModelingTask>,
): boolean {
  const digest = createHash("sha256").update(files["tokenizer.json"]!).digest("hex");
  return champion.files.some(({ path, sha256 }) => path === "tokenizer.json" && sha256 === digest);
}

/** Writes on behind a text. Bits per character compare models whatever their tokenizers are. */
export const causalLanguageModeling = languageModeling(causalKind, causalLanguageModelingFamily);

/** Fills in masks. */
export const maskedLanguageModeling = languageModeling(maskedKind, maskedLanguageModelingFamily);
