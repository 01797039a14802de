import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { GRAPH_FILES } from "../onnx-file/onnx-place.ts";
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

/**
 * Looks into the cache alone.
 *
 * @param file The ONNX file that is asked for, as `model.file` of a recipe names it. Default: none.
 */
export async function snapshotState(cache: HubCache, commit: string, file?: string): Promise<SnapshotState> {
  const { required, optional } = await readFiles(cache, commit, file);
  const [missing, unknown]: [string[], string[]] = [[], []];
  let bytes = 0;
  for (const path of [...required, ...optional]) {
    if (await cache.has(commit, path)) bytes += (await stat(join(cache.snapshot(commit), path))).size;
    else if (required.includes(path)) missing.push(path);
    else if (!(await cache.lacks(commit, path))) unknown.push(path);
  }
  return { missing, unknown, bytes };
}

/** Files that loading a model of the cache reads. */
export interface ReadFiles {
  readonly required: readonly string[];
  /** Read where they are there; among them those that would be taken before the one that is. */
  readonly optional: readonly string[];
}

/** What of a commit is read, as far as the cache shows: the weights in safetensors, otherwise an ONNX file and the data beside it. */
export async function readFiles(cache: HubCache, commit: string, file?: string): Promise<ReadFiles> {
  const has = (path: string) => cache.has(commit, path);
  const modules = await moduleConfigs(cache, commit);
  const graph = file ?? (await onlyGraph(has));
  if (graph === undefined) {
    const required = [...REQUIRED_FILES.safetensors, ...(await weightsOf(cache, commit))];
    return { required, optional: [...OPTIONAL_FILES.filter((path) => !required.includes(path)), ...modules] };
  }
  const others =
    file === undefined ? [WHOLE_WEIGHTS, SHARD_INDEX, ...GRAPH_FILES.slice(0, GRAPH_FILES.indexOf(graph))] : [];
  const optional = [...OPTIONAL_FILES, ...modules, ...(await dataFiles(graph, has)), ...others];
  return { required: [...REQUIRED_FILES.graph, graph], optional };
}

type Has = (path: string) => Promise<boolean>;

/** The ONNX file that is taken where no weights in safetensors are there. */
async function onlyGraph(has: Has): Promise<string | undefined> {
  for (const path of [WHOLE_WEIGHTS, SHARD_INDEX]) if (await has(path)) return undefined;
  for (const path of GRAPH_FILES) if (await has(path)) return path;
  return undefined;
}

/** Names that exporters give to the data of an ONNX file, up to the first number that is not there. */
async function dataFiles(graph: string, has: Has): Promise<readonly string[]> {
  const names = [`${graph}.data`, `${graph}_data`];
  for (let count = 1; await has(names.at(-1)!); count++) names.push(`${graph}_data_${count}`);
  return names;
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
async function moduleConfigs(cache: HubCache, commit: string): Promise<readonly string[]> {
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
