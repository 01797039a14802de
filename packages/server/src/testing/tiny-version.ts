import { join } from "node:path";
import { type ItemOf, parseRecipe, type TaskName } from "@modelwright/contracts";
import { inferenceRow, type TinyVersion } from "@modelwright/inference";
import { describeTiny, tinyTextClassifier, writeTinyFiles } from "@modelwright/inference/testing";
import type { Registry, VersionRecord } from "@modelwright/registry";

export interface NewTinyVersion {
  readonly name: string;
  /** Default: a text classifier. */
  readonly task?: TaskName;
  /** Of a text classifier, one letter or digit each. Default: a, b, c. */
  readonly labels?: readonly string[];
  /** Whether an item is two texts, which the tiny classifier reads as one. Default: it is one. */
  readonly pairs?: boolean;
  /** Items in its `examples.json`. Default: it has no such file, as versions of earlier days. */
  readonly examples?: readonly ItemOf<TaskName>[];
  /** Its `report.html`. Default: none, as above. */
  readonly report?: string;
  /** The graph's file, in place of the right one. */
  readonly model?: Uint8Array;
  /** Further files, by path. Default: none. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Registers a version of a tiny model and points `champion` at it. */
export async function registerTinyVersion(registry: Registry, options: NewTinyVersion): Promise<VersionRecord> {
  const { name, task, labels = ["a", "b", "c"], pairs = false, examples, report, model } = options;
  const tiny: TinyVersion<TaskName> =
    task === undefined ? tinyTextClassifier({ labels, pairs }) : await inferenceRow(task).tinyVersion();
  const files = {
    ...tiny.files,
    ...options.files,
    ...(examples === undefined ? {} : { "examples.json": JSON.stringify(examples.map((item) => ({ item }))) }),
    ...(report === undefined ? {} : { "report.html": report }),
    ...(model === undefined ? {} : { "onnx/model.onnx": model }),
  };
  const recipe = parseRecipe({ name, task: tiny.manifest.task, data: { source: "items.csv" }, ...tiny.recipe });
  const run = await registry.createRun({
    recipe,
    recipeSha256: "a".repeat(64),
    experiment: name,
    seed: 7,
    environment: { node: process.version },
  });
  const stagingDirectory = join(await registry.workFolder(run.id), "staging");
  await writeTinyFiles(stagingDirectory, { files });
  const record = await registry.registerVersion({
    name,
    runId: run.id,
    stagingDirectory,
    describe: (version) => describeTiny(tiny, { name, version, runId: run.id }),
  });
  return registry.setAlias(name, "champion", record.version, "test");
}
