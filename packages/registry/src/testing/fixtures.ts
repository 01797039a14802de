import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type ModelDescription, parseRecipe } from "@modelwright/contracts";
import type { VersionRecord } from "../records/record.ts";
import type { NewRun, Registry } from "../registry.ts";

/** A run of the smallest recipe. */
export function sampleRun(experiment = "mail-triage"): NewRun {
  return {
    recipe: parseRecipe({ name: experiment, task: "text-classification", data: { source: "mails.csv" } }),
    recipeSha256: "a".repeat(64),
    experiment,
    seed: 7,
    environment: { node: process.version },
  };
}

/** A manifest that keeps the schema. */
export function sampleManifest(options: {
  readonly name: string;
  readonly version: number;
  readonly runId: string;
}): ModelDescription {
  return {
    format: 1,
    ...options,
    task: "text-classification",
    createdAt: "2026-11-24T12:15:30.000Z",
    labels: ["ham", "spam"],
    signature: {
      input: "text",
      output: "label-probabilities",
      tensors: {
        inputs: [{ name: "input_ids", dtype: "int64", shape: [-1, -1] }],
        outputs: [{ name: "logits", dtype: "float32", shape: [-1, 2] }],
      },
    },
    preprocessing: { tokenizer: "tokenizer.json", maxLength: 128, truncation: "end", padId: 0 },
    model: { base: "use-lite-en", fineTune: "full", parameters: 7_000_000 },
    metrics: { f1Macro: { value: 0.97, low: 0.96, high: 0.98 } },
    lineage: {
      recipeSha256: "a".repeat(64),
      dataSha256: "b".repeat(64),
      trainRows: 70,
      validationRows: 10,
      testRows: 20,
      seed: 7,
    },
  };
}

/** Writes files into a new staging folder of a run and returns its path. */
export async function stageFiles(
  registry: Registry,
  runId: string,
  files: Readonly<Record<string, string>> = { "config.json": "{}", "onnx/model.onnx": "graph" },
): Promise<string> {
  const staging = join(await registry.workFolder(runId), randomBytes(8).toString("hex"));
  await mkdir(staging, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(staging, path)), { recursive: true });
    await writeFile(join(staging, path), content);
  }
  return staging;
}

/** Registers a small version of a model. */
export async function registerSample(
  registry: Registry,
  { name, runId }: { readonly name: string; readonly runId: string },
): Promise<VersionRecord> {
  return registry.registerVersion({
    name,
    runId,
    stagingDirectory: await stageFiles(registry, runId),
    describe: (version) => sampleManifest({ name, version, runId }),
  });
}
