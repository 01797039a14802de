import type { AnyTensor } from "../../tensor/tensor.ts";
import type { AnyTensorMap, RunOptions, ValueDescription } from "../runtime.ts";

/** A value of ONNX Runtime by the name of an input or output. */
export type NamedValue = readonly [name: string, value: bigint];

/** One call of `Run`: which values go in, and which come out (0 where ONNX Runtime makes the value). */
export interface Call {
  readonly inputs: readonly NamedValue[];
  readonly outputs: readonly NamedValue[];
  /** The tensors that the values lie over. */
  readonly held: object;
}

/** What a bound run needs of its session. */
export interface Caller {
  readonly inputs: readonly ValueDescription[];
  readonly outputs: readonly ValueDescription[];
  /** Throws when the session is released. */
  assertOpen(): void;
  /** Values over the tensors' memory, by name. */
  createValues(tensors: AnyTensorMap): NamedValue[];
  releaseValues(values: readonly NamedValue[]): void;
  /** Runs the model; the outputs that ONNX Runtime made come back as tensors, those given are filled in place. */
  call(call: Call, options: RunOptions): Promise<Record<string, AnyTensor>>;
}
