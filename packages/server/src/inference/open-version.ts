import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isOfTask, type ManifestOf, type ModelManifest, ModelwrightError, parseManifest } from "@modelwright/contracts";
import { loadTokenizer, type TextTokenizer } from "@modelwright/data";
import {
  chooseProvider,
  defaultRuntime,
  type ExecutionProviderChoice,
  type Runtime,
  type Session,
} from "@modelwright/engine";

export interface OpenOptions {
  /** Threads of the session. Default: the machine's cores. */
  readonly threads?: number;
  /** Where the model runs. Default "cpu". */
  readonly executionProvider?: ExecutionProviderChoice;
  /** Whether idle threads of the session spin: faster alone, wasteful beside others. Default false. */
  readonly spinning?: boolean;
  /** Default: the best that loads. */
  readonly runtime?: Runtime;
}

/** What is loaded of a version's folder, whatever its task. */
export interface OpenVersion<Task extends ModelManifest["task"]> {
  readonly manifest: ManifestOf<Task>;
  readonly tokenizer: TextTokenizer;
  readonly session: Session;
  /** The graph's file. */
  readonly file: string;
}

/**
 * @param directory A version folder: `modelwright.json`, `tokenizer.json`, `onnx/model.onnx`.
 * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file, also for a version of another task; `ENGINE_MODEL_REFUSED` for an
 * unsafe graph; `ENGINE_PROVIDER_UNAVAILABLE`.
 */
export async function openVersion<Task extends ModelManifest["task"]>(
  directory: string,
  task: Task,
  options: OpenOptions = {},
): Promise<OpenVersion<Task>> {
  const manifestFile = join(directory, "modelwright.json");
  const parsed = parseManifest(await readJson(manifestFile));
  if (!parsed.success) {
    const problem = `${parsed.field}: ${parsed.problem}`;
    throw new ModelwrightError("SERVER_VERSION_UNREADABLE", { file: manifestFile, problem });
  }
  const { manifest: data } = parsed;
  if (!isOfTask(data, task)) {
    const problem = `task: must be "${task}", got "${data.task}"`;
    throw new ModelwrightError("SERVER_VERSION_UNREADABLE", { file: manifestFile, problem });
  }
  const tokenizer = loadTokenizer((await readJson(join(directory, data.preprocessing.tokenizer))) as object);
  const file = join(directory, "onnx", "model.onnx");
  const bytes = await readFile(file).catch((cause: unknown) => unreadable(file, cause));
  const runtime = options.runtime ?? (await defaultRuntime());
  const provider = await chooseProvider(runtime, options.executionProvider ?? "cpu");
  const session = await runtime.createSession(bytes, {
    file,
    spinning: options.spinning ?? false,
    threads: options.threads,
    executionProvider: provider.name,
  });
  return { manifest: data, tokenizer, session, file };
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => unreadable(file, cause));
  try {
    return JSON.parse(text);
  } catch (cause) {
    return unreadable(file, cause);
  }
}

function unreadable(file: string, cause: unknown): never {
  const problem = cause instanceof Error ? cause.message : String(cause);
  throw new ModelwrightError("SERVER_VERSION_UNREADABLE", { file, problem }, { cause });
}
