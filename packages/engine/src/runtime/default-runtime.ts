import { ModelwrightError } from "@modelwright/contracts";
import { attendInPlace } from "../onnx/attend-in-place.ts";
import { createCApiRuntime } from "./c-api/c-api-runtime.ts";
import { modelFolder } from "./model-folder.ts";
import { guardModel } from "./model-guard.ts";
import { createNodeBindingRuntime } from "./node-binding/node-binding-runtime.ts";
import type { Runtime } from "./runtime.ts";

/** What `doctor` shows of one way to ONNX Runtime. */
export interface RuntimeDescription {
  readonly name: Runtime["name"];
  readonly version?: string;
  /** Why it cannot be used. Absent when it can. */
  readonly problem?: string;
}

/** In order of preference. */
const RUNTIMES: readonly { readonly name: Runtime["name"]; readonly create: () => Promise<Runtime> }[] = [
  { name: "onnxruntime-c", create: createCApiRuntime },
  { name: "onnxruntime-node", create: createNodeBindingRuntime },
];

let choosing: Promise<Runtime> | undefined;

/**
 * The best runtime that loads: ONNX Runtime's C API, otherwise the onnxruntime-node package. One for each thread. It shows no model to
 * ONNX Runtime that `guardModel` refuses.
 *
 * @throws {ModelwrightError} `ENGINE_RUNTIME_UNAVAILABLE` if neither loads; it says why for both.
 */
export function defaultRuntime(): Promise<Runtime> {
  choosing ??= chooseRuntime();
  return choosing;
}

/** Tries every runtime, the preferred one first. */
export function describeRuntimes(): Promise<RuntimeDescription[]> {
  return Promise.all(
    RUNTIMES.map(async ({ name, create }) => {
      try {
        return { name, version: (await create()).version() };
      } catch (error) {
        return { name, problem: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
}

/** Looking at a model takes a millisecond or two, whoever wrote it. Data in its folder is looked at too. */
function guarded(runtime: Runtime): Runtime {
  return {
    ...runtime,
    createSession: async (model, options = {}) => {
      const { file } = options;
      const folder = file === undefined ? undefined : modelFolder(file);
      const { isExternal } = guardModel(model, { file: file ?? "the model", folder });
      const isRewritten = options.attendsInPlace === true && (options.executionProvider ?? "cpu") === "cpu";
      const graph = isRewritten ? attendInPlace(model) : model;
      return runtime.createSession(graph, isExternal ? { ...options, dataFolder: folder!.path } : options);
    },
  };
}

async function chooseRuntime(): Promise<Runtime> {
  const problems: string[] = [];
  for (const { name, create } of RUNTIMES) {
    try {
      return guarded(await create());
    } catch (error) {
      problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new ModelwrightError("ENGINE_RUNTIME_UNAVAILABLE", {
    platform: `${process.platform} ${process.arch}`,
    problem: problems.join("; "),
  });
}
