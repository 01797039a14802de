import { isAbsolute, relative, resolve, sep } from "node:path";
import type { RunRecord } from "@modelwright/registry";

/** Where a run keeps from where its data paths start. */
const KEY = "dataFolder";

/**
 * What a run notes of the folder from which its data paths start, so that they are found again: its way from the registry's
 * folder, with `/`. Nothing where the registry is no folder, or lies on another drive: then the folder is asked for.
 */
export function dataFolderNote(registry: string, baseDir: string): Readonly<Record<string, string>> {
  if (isUrl(registry)) return {};
  const way = relative(resolve(registry), resolve(baseDir));
  return isAbsolute(way) ? {} : { [KEY]: way.split(sep).join("/") || "." };
}

/** The folder that a run noted; undefined where it noted none. */
export function dataFolderOf({ summary }: RunRecord, registry: string): string | undefined {
  const way = summary?.[KEY];
  return typeof way === "string" && !isUrl(registry) ? resolve(registry, way) : undefined;
}

function isUrl(registry: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(registry);
}
