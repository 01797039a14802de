import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { parseRecipe } from "@modelwright/contracts";
import { describeTiny, tinyTextClassifier, writeTinyFiles } from "@modelwright/inference/testing";
import type { Registry, VersionRecord } from "@modelwright/registry";

/** Registers a version of a tiny model and points `champion` at it. */
export async function registerTinyVersion(
  registry: Registry,
  options: { readonly name: string; readonly labels?: readonly string[]; readonly model?: Uint8Array },
): Promise<VersionRecord> {
  const { name, labels = ["a", "b", "c"], model } = options;
  const tiny = tinyTextClassifier({ labels });
  const files = model === undefined ? tiny.files : { ...tiny.files, "onnx/model.onnx": model };
  const recipe = parseRecipe({ name, task: "text-classification", data: { source: "mails.csv" } });
  const run = await registry.createRun({
    recipe,
    recipeSha256: "a".repeat(64),
    experiment: name,
    seed: 7,
    environment: { node: process.version },
  });
  const stagingDirectory = join(registry.directory, "staging", randomBytes(8).toString("hex"));
  await writeTinyFiles(stagingDirectory, { files });
  const record = await registry.registerVersion({
    name,
    runId: run.id,
    stagingDirectory,
    describe: (version) => describeTiny(tiny, { name, version, runId: run.id }),
  });
  return registry.setAlias(name, "champion", record.version, "test");
}
