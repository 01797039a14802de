import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LanguageModelingRecipe, TensorSignature } from "@modelwright/contracts";
import type { TextTokenizer, TokenizerJson } from "@modelwright/data";
import { encodeModel } from "@modelwright/engine";
import { type FamilyWords, renderModelCard } from "@modelwright/evaluation";
import { languageModelingBody, renderReport } from "@modelwright/evaluation/report";
import { type BuiltModel, countParameters } from "@modelwright/models";
import type { RunRecord } from "@modelwright/registry";
import type { FitState } from "@modelwright/training";
import { reportFacts } from "../report-facts.ts";
import { languageModelCardParts } from "./card-parts.ts";
import type { LanguageModelDescription, LanguageModelKind } from "./language-model-kinds.ts";
import type { PreparedDocuments } from "./prepare-documents.ts";
import type { JudgedLanguageModel } from "./run-language-modeling.ts";

/**
 * Writes the files of a version that do not depend on its number: `config.json`, `tokenizer.json`, `tokenizer_config.json`,
 * `recipe.json`, `onnx/model.onnx`. The layout is the one that transformers.js and Optimum read.
 *
 * @param options.directory Made anew.
 */
export async function stageLanguageModel(options: {
  readonly directory: string;
  readonly recipe: LanguageModelingRecipe;
  readonly tokenizerJson: TokenizerJson;
  readonly graph: BuiltModel;
  readonly config: object;
}): Promise<void> {
  const { directory, recipe, tokenizerJson, graph, config } = options;
  await rm(directory, { recursive: true, force: true });
  await mkdir(join(directory, "onnx"), { recursive: true });
  const files: Readonly<Record<string, string | Uint8Array>> = {
    "config.json": json(config),
    "tokenizer.json": JSON.stringify(tokenizerJson),
    "tokenizer_config.json": json({
      tokenizer_class: "PreTrainedTokenizerFast",
      model_max_length: recipe.model.sequenceLength,
    }),
    "recipe.json": json(recipe),
    "onnx/model.onnx": encodeModel(graph.graph),
  };
  for (const [path, content] of Object.entries(files)) await writeFile(join(directory, path), content);
}

/** The manifest of a version, but for its files. */
export function describeLanguageModel(options: {
  readonly version: number;
  readonly run: RunRecord;
  readonly recipe: LanguageModelingRecipe;
  readonly kind: LanguageModelKind;
  readonly data: PreparedDocuments;
  readonly tokenizer: TextTokenizer;
  readonly graph: BuiltModel;
  readonly judged: JudgedLanguageModel;
}): LanguageModelDescription {
  const { version, run, recipe, kind, data, tokenizer, graph, judged } = options;
  const common = {
    format: 1,
    name: recipe.name,
    version,
    createdAt: new Date().toISOString(),
    runId: run.id,
    model: { architecture: graph.graph.name, parameters: countParameters(graph.parameters) },
    metrics: { ...judged.measures },
    lineage: {
      recipeSha256: run.recipeSha256,
      dataSha256: data.digest,
      trainRows: data.train.length,
      validationRows: data.validation.length,
      testRows: data.test.length,
      seed: recipe.train.seed,
    },
  } as const;
  return kind.describe(common, { tokenizer, maxLength: recipe.model.sequenceLength, tensors: tensorsOf(graph) });
}

/** The two documents of a version: `README.md`, its model card, and `report.html`. */
export function languageModelDocuments(options: {
  readonly description: LanguageModelDescription;
  readonly run: RunRecord;
  readonly recipe: LanguageModelingRecipe;
  readonly data: PreparedDocuments;
  readonly tokenizer: TextTokenizer;
  readonly judged: JudgedLanguageModel;
  readonly family: FamilyWords;
  readonly state: FitState;
}): Record<string, string> {
  const { description, run, recipe, data, tokenizer, judged, family, state } = options;
  const { measures, baselines, scores } = judged;
  const { vocabularySize } = tokenizer;
  return {
    "README.md": renderModelCard({
      manifest: description,
      family,
      dataset: { name: recipe.data.source, summary: data.report },
      measures,
      baselines,
      parts: languageModelCardParts(description, { kind: recipe.model.tokenizer, vocabularySize }),
    }),
    "report.html": renderReport({
      ...reportFacts({ description, run, recipe, state }),
      task: recipe.task.replaceAll("-", " "),
      family,
      data: data.report,
      measures,
      baselines,
      body: languageModelingBody({
        outcome: scores,
        documents: data.test.map(({ id, sentences }) => ({ id, text: sentences.slice(0, 5).join(" ") })),
        measures,
      }),
    }),
  };
}

/** The signature of the graph; what is free is −1. */
function tensorsOf({ graph }: BuiltModel): { inputs: TensorSignature[]; outputs: TensorSignature[] } {
  const describe = ({ name, dtype, shape }: (typeof graph.inputs)[number]): TensorSignature => ({
    name,
    dtype,
    shape: shape.map((size) => (typeof size === "number" ? size : -1)),
  });
  return { inputs: graph.inputs.map(describe), outputs: graph.outputs.map(describe) };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
