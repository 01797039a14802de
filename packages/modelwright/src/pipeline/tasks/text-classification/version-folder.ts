import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type {
  Measure,
  ModelDescription,
  TextClassificationManifest,
  TextClassificationRecipe,
} from "@modelwright/contracts";
import type { PreparedData, TextReading } from "@modelwright/data";
import { encodeModel } from "@modelwright/engine";
import {
  type BaselineResult,
  type ClassificationMeasures,
  type ClassificationOutcome,
  type Fact,
  renderModelCard,
} from "@modelwright/evaluation";
import { renderReport } from "@modelwright/evaluation/report";
import {
  type Architecture,
  type BuiltModel,
  configJson,
  countParameters,
  type PretrainedModel,
} from "@modelwright/models";
import type { RunRecord } from "@modelwright/registry";
import type { FineTunedModel } from "@modelwright/training";

/** A trained model with its one judgement on the test split. */
export interface JudgedClassifier {
  readonly outcome: ClassificationOutcome;
  readonly measures: Readonly<Record<string, Measure>>;
  readonly classification: ClassificationMeasures;
  readonly baselines: readonly BaselineResult[];
}

/** Metrics of the whole test split that the manifest carries; those of single labels stand in the report. */
const isOverall = (name: string) => !name.includes(":");

/**
 * Writes the files of a version that do not depend on its number: `config.json`, `tokenizer.json`, `tokenizer_config.json`,
 * `onnx/model.onnx`. The layout is the one that transformers.js and Optimum read.
 *
 * @param options.directory Made anew.
 */
export async function stageVersion(options: {
  readonly directory: string;
  readonly model: BuiltModel;
  readonly architecture: Architecture;
  readonly tokenizerJson: object;
  readonly padId: number;
  readonly recipe: TextClassificationRecipe;
  readonly labels: readonly string[];
}): Promise<void> {
  const { directory, architecture, recipe, labels, padId } = options;
  await rm(directory, { recursive: true, force: true });
  await mkdir(join(directory, "onnx"), { recursive: true });
  const config = configJson({ architecture, labels, base: recipe.model.base, padId });
  const tokenizerConfig = { tokenizer_class: "PreTrainedTokenizerFast", model_max_length: recipe.model.maxLength };
  await writeFile(join(directory, "config.json"), json(config));
  await writeFile(join(directory, "tokenizer.json"), JSON.stringify(options.tokenizerJson));
  await writeFile(join(directory, "tokenizer_config.json"), json(tokenizerConfig));
  await writeFile(join(directory, "recipe.json"), json(recipe));
  await writeFile(join(directory, "onnx", "model.onnx"), encodeModel(options.model.graph));
}

/** The manifest of a version, but for its files. */
export function describeVersion(options: {
  readonly version: number;
  readonly run: RunRecord;
  readonly recipe: TextClassificationRecipe;
  readonly data: PreparedData;
  readonly trained: FineTunedModel;
  readonly judged: JudgedClassifier;
  readonly reading: TextReading;
  readonly padId: number;
}): ModelDescription<TextClassificationManifest> {
  const { version, run, recipe, data, trained, judged, reading, padId } = options;
  const { bagLength = 0, ...window } = reading;
  const overall = Object.entries(judged.measures).filter(([name]) => isOverall(name));
  return {
    format: 1,
    name: recipe.name,
    version,
    task: recipe.task,
    createdAt: new Date().toISOString(),
    runId: run.id,
    labels: [...data.labels],
    signature: {
      input: "text",
      output: "label-probabilities",
      tensors: {
        inputs: trained.model.inputs.map((name) => ({ name, dtype: "int64", shape: [-1, -1] })),
        outputs: [{ name: "logits", dtype: "float32", shape: [-1, data.labels.length] }],
      },
    },
    preprocessing: {
      tokenizer: "tokenizer.json",
      ...window,
      ...(bagLength > 0 ? { bagLength } : {}),
      padId,
    },
    model: {
      base: recipe.model.base,
      fineTune: recipe.model.fineTune,
      parameters: countParameters(trained.model.parameters),
    },
    metrics: Object.fromEntries(overall),
    lineage: {
      recipeSha256: run.recipeSha256,
      dataSha256: data.digest,
      trainRows: data.train.length,
      validationRows: data.validation.length,
      testRows: data.test.length,
      seed: recipe.train.seed,
    },
  };
}

/** The two documents of a version: `README.md`, its model card, and `report.html`. */
export function versionDocuments(options: {
  readonly description: ModelDescription<TextClassificationManifest>;
  readonly run: RunRecord;
  readonly recipe: TextClassificationRecipe;
  readonly data: PreparedData;
  readonly trained: FineTunedModel;
  readonly judged: JudgedClassifier;
  readonly pretrained: PretrainedModel;
}): Record<string, string> {
  const { description, run, recipe, data, trained, judged, pretrained } = options;
  const { state } = trained.fit;
  return {
    "README.md": renderModelCard({
      manifest: { ...description, files: [] },
      languages: pretrained.languages,
      base: { name: recipe.model.base, license: pretrained.license, source: pretrained.source },
      dataset: { name: recipe.data.source, summary: data.report },
      classification: judged.classification,
      measures: judged.measures,
      baselines: judged.baselines,
    }),
    "report.html": renderReport({
      model: { name: description.name, version: description.version },
      task: description.task,
      createdAt: description.createdAt,
      recipe: flatten(recipe),
      data: data.report,
      outcome: judged.outcome,
      rows: data.test.map(({ id, text }) => ({ id, text })),
      measures: judged.measures,
      baselines: judged.baselines,
      learning: {
        steps: state.curve,
        evaluations: state.evaluations.map(({ step, loss, measures }) => ({ step, loss, metrics: measures })),
      },
      environment: Object.entries(run.environment).map(([name, value]) => ({ name, value })),
      lineage: [
        { name: "run", value: run.id },
        ...Object.entries(description.lineage).map(([name, value]) => ({ name, value: String(value) })),
      ],
    }),
  };
}

/** A nested object as lines `a.b: value`. */
function flatten(value: object, prefix = ""): Fact[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const name = `${prefix}${key}`;
    if (typeof inner === "object" && inner !== null && !Array.isArray(inner)) return flatten(inner, `${name}.`);
    return [{ name, value: Array.isArray(inner) ? inner.join(", ") : String(inner) }];
  });
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
