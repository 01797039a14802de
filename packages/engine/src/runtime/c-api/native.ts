import { runtimeFailure } from "../runtime-failure.ts";
import type { NativeFunction, Pointer } from "./function-table.ts";
import type { Library } from "./library.ts";
import { loadLibrary } from "./library.ts";
import { allocateWords, type Words } from "./memory.ts";

/** Nothing but the end of the process: errors come back as a status, so the log would only say them twice. */
export const LOG_FATAL = 4;
const ARENA_ALLOCATOR = 1;
const DEFAULT_MEMORY = 0;

/** One thread's hold on ONNX Runtime. */
export interface Native extends Library {
  /** ONNX Runtime keeps one environment for the process and counts its holders; it is never given back. */
  readonly env: bigint;
  readonly allocator: bigint;
  readonly memoryInfo: bigint;
  /** Where synchronous calls leave their results; overwritten by the next one. */
  readonly scratch: Words;
}

let loading: Promise<Native> | undefined;

/** The hold of this thread, made at the first call. */
export function loadNative(): Promise<Native> {
  loading ??= openNative();
  return loading;
}

async function openNative(): Promise<Native> {
  const library = await loadLibrary();
  const { functions, koffi } = library;
  const scratch = allocateWords(koffi, 8);
  const made = (status: Pointer): bigint => {
    check(library, status, "start");
    return scratch.words[0]!;
  };
  const env = made(functions.CreateEnv(LOG_FATAL, "modelwright", scratch.address));
  const allocator = made(functions.GetAllocatorWithDefaultOptions(scratch.address));
  const memoryInfo = made(functions.CreateCpuMemoryInfo(ARENA_ALLOCATOR, DEFAULT_MEMORY, scratch.address));
  return { ...library, env, allocator, memoryInfo, scratch };
}

/** Throws what a status says, and frees it. */
export function check(library: Library, status: Pointer, where: string): void {
  if (status === 0 || status === 0n) return;
  const problem = String(library.functions.GetErrorMessage(status));
  library.functions.ReleaseStatus(status);
  throw runtimeFailure(where, problem);
}

/** Calls a function whose last parameter is an out parameter, and returns what it wrote there. */
export function query(native: Native, where: string, call: (out: bigint) => Pointer): bigint {
  check(native, call(native.scratch.address), where);
  return native.scratch.words[0]!;
}

/**
 * How many calls of one JavaScript thread may be under way: all threads of libuv's pool but one, which is left for
 * files and names. The rest wait here, because koffi refuses calls when its own queue is full.
 */
const CONCURRENT_CALLS = Math.max(1, (Number(process.env.UV_THREADPOOL_SIZE) || 4) - 1);

let callsUnderWay = 0;
const waitingCalls: (() => void)[] = [];
/** What calls under way read and write; the collector must not take it. */
const heldByCalls = new Set<object>();

/**
 * Calls a function on another thread and throws what its status says.
 *
 * @param held Everything that the function reads or writes; it is kept alive until the call is over.
 */
export async function checkAsync(
  native: Native,
  options: { fn: NativeFunction; args: readonly (Pointer | string)[]; held: object; where: string },
): Promise<void> {
  const { fn, args, held, where } = options;
  heldByCalls.add(held);
  try {
    if (callsUnderWay >= CONCURRENT_CALLS) await new Promise<void>((resolve) => waitingCalls.push(resolve));
    else callsUnderWay++;
    try {
      const status = await new Promise<Pointer>((resolve, reject) => {
        fn.async(...args, (error, result) => (error === null ? resolve(result) : reject(error)));
      });
      check(native, status, where);
    } finally {
      // The place goes straight to the next call, so that nobody slips in between.
      const next = waitingCalls.shift();
      if (next === undefined) callsUnderWay--;
      else next();
    }
  } finally {
    heldByCalls.delete(held);
  }
}
