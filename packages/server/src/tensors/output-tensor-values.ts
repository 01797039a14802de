import type { OutputDatatype } from "@modelwright/contracts";

/** An output tensor, flat. */
export interface OutputTensorValues {
  readonly name: string;
  readonly datatype: OutputDatatype;
  readonly shape: readonly number[];
  readonly data: readonly (string | number)[];
}
