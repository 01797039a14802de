import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  isOfTask,
  type ManifestFile,
  type ManifestOf,
  type ModelManifest,
  ModelwrightError,
  parseManifest,
  type TaskName,
} from "@modelwright/contracts";
import {
  chooseProvider,
  defaultRuntime,
  type ExecutionProviderChoice,
  type ModelFile,
  type Runtime,
  readModelFile,
  type Session,
  type Spinning,
} from "@modelwright/engine";

/** How a version is loaded, whatever its task. */
export interface LoadOptions {
  /** Threads of the session. Default: the machine's cores. */
  readonly threads?: number;
  /** Where the model runs. Default "cpu". */
  readonly executionProvider?: ExecutionProviderChoice;
  /** Whether idle threads of the session spin: faster alone, wasteful beside others. Default: `briefly` for models that write, else not. */
  readonly spinning?: Spinning | undefined;
  /** Default: the best that loads. */
  readonly runtime?: Runtime;
  /** Items of one run of the session; more are cut into several runs. Default 32. */
  readonly maxBatch?: number;
  /** Of a folder that has none yet, since the version is not registered. Default: the folder's `modelwright.json`. */
  readonly manifest?: ModelManifest;
  /** The version's graph, where it is open already. Default: it is read from the folder. */
  readonly session?: Session;
  /** Files as they must be: what is read is held to their digests. Default: the folder is trusted, as where it was checked just before. */
  readonly files?: readonly ManifestFile[];
}

/** What `openVersion` is told by a task. */
export interface OpenOptions extends LoadOptions {
  /** The graph that is opened, in the folder. Default `onnx/model.onnx`. */
  readonly graph?: string;
  /** See `SessionOptions`. */
  readonly attendsInPlace?: boolean;
  /** See `SessionOptions`. */
  readonly hugePages?: boolean;
}

/** What is loaded of a version's folder, whatever its task. */
export interface OpenVersion<Task extends TaskName> {
  readonly directory: string;
  readonly manifest: ManifestOf<Task>;
  readonly session: Session;
  /** The graph's file. */
  readonly file: string;
}

/**
 * Opens the graph of a version.
 *
 * @param directory A version folder: `modelwright.json`, `onnx/model.onnx` and what the manifest names.
 * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file, also for a version of another task; `ENGINE_MODEL_REFUSED` for an
 * unsafe graph; `ENGINE_PROVIDER_UNAVAILABLE`.
 */
export async function openVersion<Task extends TaskName>(
  directory: string,
  task: Task,
  options: OpenOptions = {},
): Promise<OpenVersion<Task>> {
  const manifest = options.manifest ?? (await readManifest(directory));
  if (!isOfTask(manifest, task)) {
    unreadable(join(directory, MANIFEST), `task: must be "${task}", got "${manifest.task}"`);
  }
  const { graph = GRAPH_FILE } = options;
  const session = options.session ?? (await openGraph(directory, graph, options));
  return { directory, manifest, session, file: join(directory, graph) };
}

/**
 * Opens a graph of a version.
 *
 * @param path In the folder.
 * @throws {ModelwrightError} As `openVersion`.
 */
export async function openGraph(directory: string, path: string, options: OpenOptions): Promise<Session> {
  const file = join(directory, path);
  await checkDigest(directory, path, options);
  const runtime = options.runtime ?? (await defaultRuntime());
  const provider = await chooseProvider(runtime, options.executionProvider ?? "cpu");
  const { model, ...data } = readOrRefuse(file);
  return runtime.createSession(model, {
    ...data,
    file,
    spinning: options.spinning ?? false,
    threads: options.threads,
    executionProvider: provider.name,
    attendsInPlace: options.attendsInPlace,
    hugePages: options.hugePages,
  });
}

const MANIFEST = "modelwright.json";
/** Of a file that is read for its digest. */
const READ_BYTES = 2 ** 20;

/** The graph of a version, in its folder. */
export const GRAPH_FILE = "onnx/model.onnx";

/**
 * The manifest of a version's folder.
 * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file and the first value that breaks a rule.
 */
export async function readManifest(directory: string): Promise<ModelManifest> {
  const file = join(directory, MANIFEST);
  const parsed = parseManifest(await readJson(directory, MANIFEST));
  return parsed.success ? parsed.document : unreadable(file, `${parsed.field}: ${parsed.problem}`);
}

/**
 * A file of a version as JSON, held to its digest where one is given.
 * @param path Inside the folder, with `/`.
 * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file.
 */
export async function readJson(
  directory: string,
  path: string,
  options: Pick<LoadOptions, "files"> = {},
): Promise<unknown> {
  const file = join(directory, path);
  const bytes = await readBytes(directory, path, options);
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    return unreadable(file, cause);
  }
}

/**
 * A file of a version, held to its digest where one is given.
 * @param path Inside the folder, with `/`.
 * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file.
 */
export async function readBytes(
  directory: string,
  path: string,
  { files }: Pick<LoadOptions, "files"> = {},
): Promise<Buffer> {
  const file = join(directory, path);
  const bytes = await readFile(file).catch((cause: unknown) => unreadable(file, cause));
  if (files === undefined) return bytes;
  requireDigest(createHash("sha256").update(bytes).digest("hex"), { file, path, files });
  return bytes;
}

/** Reads a file for its digest alone, without holding it. */
async function checkDigest(directory: string, path: string, { files }: Pick<LoadOptions, "files">): Promise<void> {
  if (files === undefined) return;
  const file = join(directory, path);
  const hash = createHash("sha256");
  try {
    for await (const bytes of createReadStream(file, { highWaterMark: READ_BYTES })) hash.update(bytes);
  } catch (cause) {
    unreadable(file, cause);
  }
  requireDigest(hash.digest("hex"), { file, path, files });
}

function requireDigest(
  got: string,
  { file, path, files }: { readonly file: string; readonly path: string; readonly files: readonly ManifestFile[] },
): void {
  const expected = files.find((each) => each.path === path)?.sha256;
  if (got !== expected) unreadable(file, `has SHA-256 ${got}, registered with ${expected ?? "none"}`);
}

function readOrRefuse(file: string): ModelFile {
  try {
    return readModelFile(file);
  } catch (cause) {
    return unreadable(file, cause);
  }
}

/** @param cause What is wrong, in words or as the error that said so. */
export function unreadable(file: string, cause: unknown): never {
  const problem = cause instanceof Error ? cause.message : String(cause);
  throw new ModelwrightError("SERVER_VERSION_UNREADABLE", { file, problem }, { cause });
}
