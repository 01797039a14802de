import { join } from "node:path";
import type * as Koffi from "koffi";
import { installedLibrary } from "../installed-library.ts";
import { FUNCTIONS, type FunctionName, type NativeFunction } from "./function-table.ts";

const LIBRARY_FILES: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: "libonnxruntime.so.1",
  darwin: "libonnxruntime.1.dylib",
  win32: "onnxruntime.dll",
};

/** The oldest API version that has every function we call. */
const API_VERSION = 24;

/** Stack of a call on another thread: compiling a shader overruns the 128 KiB that koffi gives. */
const STACK_BYTES = 4 * 2 ** 20;

/** koffi unloads a library whose object is collected; the functions are read from a table and do not keep it. */
const loadedLibraries: unknown[] = [];

/** ONNX Runtime's functions as they are called from this thread, and what they all need. */
export interface Library {
  readonly functions: Readonly<Record<FunctionName, NativeFunction>>;
  readonly version: string;
  readonly koffi: typeof Koffi;
}

/** The shared library inside the npm package; the binding of onnxruntime-node is not loaded. */
function libraryPath(): string {
  const file = LIBRARY_FILES[process.platform];
  if (file === undefined) throw new Error(`there is no ONNX Runtime for ${process.platform}`);
  return join(installedLibrary().directory, file);
}

/** Loads the library and looks up the functions. Throws a plain error that says why it cannot. */
export async function loadLibrary(): Promise<Library> {
  const koffi = await import("koffi");
  // Once a library is loaded koffi takes no settings: a second copy of this module in the process finds them made.
  if (koffi.config().async_stack_size !== STACK_BYTES) koffi.config({ async_stack_size: STACK_BYTES });
  const library = koffi.load(libraryPath());
  loadedLibraries.push(library);
  const base: unknown = library.func("OrtGetApiBase", "uintptr_t", [])();
  // OrtApiBase is two function pointers: GetApi and GetVersionString.
  const [getApiPointer, getVersionPointer] = koffi.decode(base, "uintptr_t", 2) as BigUint64Array;
  const version = String(koffi.decode(getVersionPointer, koffi.proto("str", []))());
  const api: unknown = koffi.decode(getApiPointer, koffi.proto("uintptr_t", ["uint32_t"]))(API_VERSION);
  if (api === 0) throw new Error(`ONNX Runtime ${version} has no C API version ${API_VERSION}`);

  const entries = Object.entries(FUNCTIONS);
  const slots = koffi.decode(api, "uintptr_t", Math.max(...entries.map(([, { slot }]) => slot)) + 1) as BigUint64Array;
  const functions = entries.map(([name, { slot, result, parameters }]) => [
    name,
    koffi.decode(slots[slot], koffi.proto(result, [...parameters])),
  ]);
  return { functions: Object.fromEntries(functions) as Library["functions"], version, koffi };
}
