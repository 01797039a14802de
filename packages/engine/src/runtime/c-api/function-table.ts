/** An address outside the JavaScript heap; 0 is none. koffi returns a number when it fits into one. */
export type Pointer = bigint | number;

/** A C function. `async` calls it on a thread of libuv's pool. */
export interface NativeFunction {
  (...args: (Pointer | string)[]): Pointer;
  async(...args: [...(Pointer | string)[], (error: Error | null, result: Pointer) => void]): void;
}

interface FunctionRow {
  /** Position in `struct OrtApi`. The struct only ever grows at its end, so a position never changes. */
  readonly slot: number;
  readonly result: "uintptr_t" | "str" | "void";
  readonly parameters: readonly ("uintptr_t" | "str" | "int")[];
}

const P = "uintptr_t";

/** A function that returns an `OrtStatus*`: 0, or an error that must be freed. */
function status(slot: number, parameters: FunctionRow["parameters"]): FunctionRow {
  return { slot, result: P, parameters };
}

function release(slot: number): FunctionRow {
  return { slot, result: "void", parameters: [P] };
}

/**
 * The functions of ONNX Runtime's C API that we call, with their positions and parameters.
 * Pointers, `size_t` and handles are all `uintptr_t`; enumerations are `int`.
 *
 * Source: `struct OrtApi` in include/onnxruntime/core/session/onnxruntime_c_api.h of ONNX Runtime.
 */
export const FUNCTIONS = {
  // (status) -> message, owned by the status
  GetErrorMessage: { slot: 2, result: "str", parameters: [P] },
  // (log level, log id, out env)
  CreateEnv: status(3, ["int", "str", P]),
  // (env, bytes, byte count, options, out session)
  CreateSessionFromArray: status(8, [P, P, P, P, P]),
  // (session, run options, input names, inputs, input count, output names, output count, in/out outputs)
  Run: status(9, [P, P, P, P, P, P, P, P]),
  CreateSessionOptions: status(10, [P]),
  // (options, file prefix: char* or, on Windows, wchar_t*)
  EnableProfiling: status(14, [P, P]),
  DisableMemPattern: status(17, [P]),
  DisableCpuMemArena: status(19, [P]),
  SetSessionLogSeverityLevel: status(22, [P, "int"]),
  SetSessionGraphOptimizationLevel: status(23, [P, "int"]),
  SetIntraOpNumThreads: status(24, [P, "int"]),
  // (session, out count)
  SessionGetInputCount: status(30, [P, P]),
  SessionGetOutputCount: status(31, [P, P]),
  // (session, index, out type info)
  SessionGetInputTypeInfo: status(33, [P, P, P]),
  SessionGetOutputTypeInfo: status(34, [P, P, P]),
  // (session, index, allocator, out name)
  SessionGetInputName: status(36, [P, P, P, P]),
  SessionGetOutputName: status(37, [P, P, P, P]),
  CreateRunOptions: status(39, [P]),
  RunOptionsSetTerminate: status(46, [P]),
  // (allocator, shape, rank, element type, out value)
  CreateTensorAsOrtValue: status(48, [P, P, P, "int", P]),
  // (memory info, data, byte count, shape, rank, element type, out value)
  CreateTensorWithDataAsOrtValue: status(49, [P, P, P, P, P, "int", P]),
  // (value, out data)
  GetTensorMutableData: status(51, [P, P]),
  // (value, NUL-terminated texts, count)
  FillStringTensor: status(52, [P, P, P]),
  // (value, out byte count of all texts)
  GetStringTensorDataLength: status(53, [P, P]),
  // (value, bytes, byte count, offsets, count)
  GetStringTensorContent: status(54, [P, P, P, P, P]),
  // (type info, out tensor info; 0 when it is no tensor; owned by the type info)
  CastTypeInfoToTensorInfo: status(55, [P, P]),
  // (tensor info, out element type)
  GetTensorElementType: status(60, [P, P]),
  // (tensor info, out rank)
  GetDimensionsCount: status(61, [P, P]),
  // (tensor info, out sizes, rank)
  GetDimensions: status(62, [P, P, P]),
  // (tensor info, out names, rank)
  GetSymbolicDimensions: status(63, [P, P, P]),
  // (value, out tensor info)
  GetTensorTypeAndShape: status(65, [P, P]),
  // (allocator type, memory type, out memory info)
  CreateCpuMemoryInfo: status(69, ["int", "int", P]),
  // (allocator, memory)
  AllocatorFree: status(76, [P, P]),
  GetAllocatorWithDefaultOptions: status(78, [P]),
  ReleaseStatus: release(93),
  ReleaseSession: release(95),
  ReleaseValue: release(96),
  ReleaseRunOptions: release(97),
  ReleaseTypeInfo: release(98),
  ReleaseTensorTypeAndShapeInfo: release(99),
  ReleaseSessionOptions: release(100),
  // (options, key, value)
  AddSessionConfigEntry: status(130, [P, "str", "str"]),
  // (options, CUDA options)
  SessionOptionsAppendExecutionProvider_CUDA_V2: status(204, [P, P]),
  // (out CUDA options)
  CreateCUDAProviderOptions: status(205, [P]),
  // (CUDA options, keys, values, count)
  UpdateCUDAProviderOptions: status(206, [P, P, P, P]),
  ReleaseCUDAProviderOptions: release(208),
  // (options, provider, option keys, option values, option count)
  SessionOptionsAppendExecutionProvider: status(216, [P, "str", P, P, P]),
  // (value, index, byte count, out bytes)
  GetResizedStringTensorElementBuffer: status(252, [P, P, P, P]),
  // (session, out subgraphs, out count); these and what follows belong to the session
  Session_GetEpGraphAssignmentInfo: status(407, [P, P, P]),
  // (subgraph, out provider)
  EpAssignedSubgraph_GetEpName: status(408, [P, P]),
  // (subgraph, out nodes, out count)
  EpAssignedSubgraph_GetNodes: status(409, [P, P, P]),
  // (node, out text)
  EpAssignedNode_GetName: status(410, [P, P]),
  EpAssignedNode_GetDomain: status(411, [P, P]),
  EpAssignedNode_GetOperatorType: status(412, [P, P]),
} as const satisfies Readonly<Record<string, FunctionRow>>;

export type FunctionName = keyof typeof FUNCTIONS;
