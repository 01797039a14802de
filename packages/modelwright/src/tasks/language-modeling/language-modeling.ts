import { createHash } from "node:crypto";
import type { ManifestOf } from "@modelwright/contracts";
import { readDocuments, type TextDocument } from "@modelwright/data";
import {
  causalLanguageModelingFamily,
  type DocumentScore,
  type MetricFamily,
  maskedLanguageModelingFamily,
} from "@modelwright/evaluation";
import { languageModelingBody } from "@modelwright/evaluation/report";
import { counted, magnitude } from "../../wording/quantities.ts";
import { madeFrom } from "../decoder/decoder-words.ts";
import { learningHistory } from "../learning-history.ts";
import type { Task, VersionParts } from "../task.ts";
import { contentOf } from "../version-files.ts";
import { BASELINES } from "./baselines.ts";
import { cardOf } from "./card.ts";
import { describeLanguageModeling } from "./describe.ts";
import { fitLanguageModel } from "./fit.ts";
import type { FittedLanguageModel } from "./fitted-language-model.ts";
import { causalKind, type LanguageModelKind, type LoadedLanguageModel, maskedKind } from "./kinds.ts";
import { prepareDocuments } from "./prepare-documents.ts";
import type { LanguageModelingTask } from "./recipes.ts";

type Documents = readonly TextDocument[];
type Scores = readonly DocumentScore[];

const TRIALS = 3;

/** The stages of a language model: from scratch, with a tokenizer of its own, or a published one whose pre-training goes on. */
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
    version: (fitted) => ({ files: fitted.files(), manifest: kind.manifest(fitted) }),
    outcome: (model, documents, context) => model.score(documents, context),
    baseline: (name, context) => BASELINES[name]!(kind, context),
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
    summary: ({ model, preprocessing }) => [
      ["model", `${originOf(model)}, ${counted(preprocessing.maxLength, "token")} at once`],
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
    monitoring: { unwatched: "clients send beginnings of texts, and its test rows are whole documents" },
  };
}

function originOf({ base, fineTune, ...model }: ManifestOf<LanguageModelingTask>["model"]): string {
  if (base !== undefined && fineTune !== undefined) return madeFrom({ base, fineTune, ...model });
  return `${model.architecture} from scratch, ${magnitude(model.parameters)} parameters`;
}

function hasSameTokenizer(
  { files }: VersionParts<LanguageModelingTask>,
  champion: ManifestOf<LanguageModelingTask>,
): boolean {
  const digest = createHash("sha256").update(contentOf(files["tokenizer.json"]!)).digest("hex");
  return champion.files.some(({ path, sha256 }) => path === "tokenizer.json" && sha256 === digest);
}

/** Writes on behind a text. Bits per character compare models whatever their tokenizers are. */
export const causalLanguageModeling = languageModeling(causalKind, causalLanguageModelingFamily);

/** Fills in masks. */
export const maskedLanguageModeling = languageModeling(maskedKind, maskedLanguageModelingFamily);
