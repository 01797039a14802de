import { ModelwrightError } from "@modelwright/contracts";
import { installedLibrary } from "../installed-library.ts";
import { placeModel } from "../place-model.ts";
import { checkProviderFiles, providerFailure } from "../provider-failure.ts";
import type { Runtime, Session, SessionOptions } from "../runtime.ts";
import { operatorsOnCpu } from "./assignment.ts";
import { addedMemory, anonymousMemory, moveToHugePages } from "./huge-pages.ts";
import { addressOf, allocateWords } from "./memory.ts";
import { checkAsync, loadNative, type Native } from "./native.ts";
import { CApiSession } from "./session.ts";
import { createSessionOptions, type PlacedSessionOptions } from "./session-options.ts";
import { inTurn, webgpuTurns } from "./turns.ts";

/**
 * ONNX Runtime through its C API: runs leave the event loop free, outputs are written into the caller's own memory,
 * and SharedArrayBuffer memory is taken.
 *
 * Runs take place on threads of libuv's pool (`UV_THREADPOOL_SIZE`). A worker thread may use it too; when the thread is
 * terminated, Node.js waits for its runs under way.
 *
 * Throws a plain error that says why the library cannot be loaded.
 */
export async function createCApiRuntime(): Promise<Runtime> {
  const native = await loadNative();
  return {
    name: "onnxruntime-c",
    version: () => native.version,
    createSession: (model, options = {}) => createSession(native, model, options),
  };
}

async function createSession(native: Native, model: Uint8Array, options: SessionOptions): Promise<Session> {
  const { executionProvider = "cpu" } = options;
  checkProviderFiles(executionProvider, installedLibrary());
  const turns = executionProvider === "webgpu" ? webgpuTurns : undefined;
  try {
    const { onCpu, cpuNodes, ...placed } = placeModel(model, options);
    const before = options.hugePages ? anonymousMemory() : undefined;
    const handle = await inTurn(turns, () => openSession(native, placed.model, { ...options, cpuNodes }));
    const left = executionProvider === "cuda" ? operatorsOnCpu(native, handle, model) : onCpu;
    const weights = before === undefined ? [] : addedMemory(before, anonymousMemory());
    return new CApiSession(native, handle, { turns, onCpu: left, move: moveToHugePages(native.koffi, weights) });
  } catch (error) {
    throw error instanceof ModelwrightError ? providerFailure(executionProvider, error) : error;
  }
}

async function openSession(native: Native, model: Uint8Array, options: PlacedSessionOptions): Promise<bigint> {
  const { functions, koffi } = native;
  const handle = createSessionOptions(native, options);
  try {
    const out = allocateWords(koffi, 1);
    await checkAsync(native, {
      fn: functions.CreateSessionFromArray,
      args: [native.env, addressOf(koffi, model) || out.address, model.byteLength, handle, out.address],
      held: [model, out],
      where: "session",
    });
    return out.words[0]!;
  } finally {
    functions.ReleaseSessionOptions(handle);
  }
}
