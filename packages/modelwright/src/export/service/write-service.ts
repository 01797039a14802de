import { rm } from "node:fs/promises";
import { join } from "node:path";
import {
  backUpRegistry,
  openRegistry,
  type Registry,
  restoreRegistry,
  type VersionRecord,
} from "@modelwright/registry";
import { chartFiles } from "../chart/chart-files.ts";
import { monitoringFiles } from "../monitoring/monitoring-files.ts";
import { type FolderFiles, writeFiles, writeSecrets } from "../write-folder.ts";
import { composeFiles } from "./compose.ts";
import { DOCKER_IGNORE, dockerfile, GIT_IGNORE, packageJson, READY } from "./container.ts";
import { makeSecrets } from "./secrets.ts";
import { type ServiceFacts, serviceFacts } from "./service-facts.ts";
import { serviceReadme } from "./service-readme.ts";

/** All files of a service that are text and the same at every export of a version. */
export function serviceFiles(facts: ServiceFacts): FolderFiles {
  return {
    "README.md": serviceReadme(facts),
    "package.json": packageJson(facts),
    Dockerfile: dockerfile(facts),
    "ready.mjs": READY,
    ".dockerignore": DOCKER_IGNORE,
    ".gitignore": GIT_IGNORE,
    ...composeFiles(facts),
    ...below("monitoring", monitoringFiles()),
    ...below("chart", chartFiles(facts)),
  };
}

/** Writes a service into a folder: its registry with the one version, its keys, and the files to run it with. */
export async function writeService(
  folder: string,
  { record, registry }: { readonly record: VersionRecord; readonly registry: string },
): Promise<void> {
  const [copy, own] = [join(folder, "copy"), join(folder, "registry")];
  await backUpRegistry(registry, copy, { only: record });
  await restoreRegistry(copy, own);
  await rm(copy, { recursive: true });
  const opened = await openRegistry(own);
  try {
    await forgetMachine(opened, record.runId);
    await writeSecrets(join(folder, "secrets"), await makeSecrets(opened));
  } finally {
    await opened.close();
  }
  await writeFiles(folder, serviceFiles(serviceFacts(record)));
}

/** Takes the process that trained, with the name of its machine, out of what is told of the run. */
async function forgetMachine(registry: Registry, run: string): Promise<void> {
  const { process: _, ...summary } = (await registry.getRun(run)).summary ?? {};
  await registry.updateRun(run, { summary });
}

function below(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}
