import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { HubCache } from "./hub-cache.ts";
import { MODULES_FILE, OPTIONAL_FILES, REQUIRED_FILES, SHARD_INDEX, WHOLE_WEIGHTS } from "./needed-files.ts";

/** What the cache holds of a commit. */
export interface SnapshotState {
  /** Files without which the model cannot be loaded, and that are not there. */
  readonly missing: readonly string[];
  /** Files of which the cache does not say whether the commit has them. */
  readonly unknown: readonly string[];
  /** Of the files that are there. */
  readonly bytes: number;
}

/** Looks into the cache alone. */
export async function snapshotState(cache: HubCache, commit: string): Promise<SnapshotState> {
  const required = [...REQUIRED_FILES, ...(await weightsOf(cache, commit))];
  const optional = [...OPTIONAL_FILES, ...(await moduleConfigs(cache, commit))];
  const [missing, unknown]: [string[], string[]] = [[], []];
  let bytes = 0;
  for (const path of [...required, ...optional]) {
    if (await cache.has(commit, path)) bytes += (await stat(join(cache.snapshot(commit), path))).size;
    else if (required.includes(path)) missing.push(path);
    else if (!(await cache.lacks(commit, path))) unknown.push(path);
  }
  return { missing, unknown, bytes };
}

/** The file that holds the weights, or the index with the files that it names. */
async function weightsOf(cache: HubCache, commit: string): Promise<readonly string[]> {
  const index = await readJson(cache, commit, SHARD_INDEX);
  const map = (index as { readonly weight_map?: unknown } | undefined)?.weight_map;
  if (typeof map !== "object" || map === null || (await cache.has(commit, WHOLE_WEIGHTS))) return [WHOLE_WEIGHTS];
  const shards = Object.values(map).filter((shard) => typeof shard === "string" && /^[\w.-]+$/.test(shard));
  return [SHARD_INDEX, ...new Set(shards)];
}

/** The configurations of sentence-transformers' modules; not every module has one. */
export async function moduleConfigs(cache: HubCache, commit: string): Promise<readonly string[]> {
  const modules = await readJson(cache, commit, MODULES_FILE);
  if (!Array.isArray(modules)) return [];
  const paths = modules.map((module: { readonly path?: unknown } | null) => module?.path);
  return paths.filter((path) => typeof path === "string" && /^\w+$/.test(path)).map((path) => `${path}/config.json`);
}

/** Undefined for a file that is missing or no JSON; whoever loads the model says what is wrong with it. */
async function readJson(cache: HubCache, commit: string, path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(cache.snapshot(commit), path), "utf8"));
  } catch {
    return undefined;
  }
}
