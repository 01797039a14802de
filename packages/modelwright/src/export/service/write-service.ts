import { rm } from "node:fs/promises";
import { join } from "node:path";
import { backUpRegistry, restoreRegistry, type VersionRecord } from "@modelwright/registry";
import { chartFiles } from "../chart/chart-files.ts";
import { monitoringFiles } from "../monitoring/monitoring-files.ts";
import { type FolderFiles, writeFiles, writeSecrets } from "../write-folder.ts";
import { composeFile } from "./compose.ts";
import { DOCKER_IGNORE, dockerfile, GIT_IGNORE, packageJson } from "./container.ts";
import { makeSecrets } from "./secrets.ts";
import { type ServiceFacts, serviceFacts } from "./service-facts.ts";
import { serviceReadme } from "./service-readme.ts";

/** All files of a service that are text and the same at every export of a version. */
export function serviceFiles(facts: ServiceFacts): FolderFiles {
  return {
    "README.md": serviceReadme(facts),
    "package.json": packageJson(facts),
    Dockerfile: dockerfile(facts),
    ".dockerignore": DOCKER_IGNORE,
    ".gitignore": GIT_IGNORE,
    "compose.yaml": composeFile(facts),
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
  await writeSecrets(join(folder, "secrets"), await makeSecrets(own));
  await writeFiles(folder, serviceFiles(serviceFacts(record)));
}

function below(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}
