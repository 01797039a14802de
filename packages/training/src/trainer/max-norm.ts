import type { Tensor } from "@modelwright/engine";

/**
 * Shrinks what goes into each unit to a norm of at most `limit` (Srivastava et al. 2014, JMLR 15, section
 * 5.1): the columns of a dense layer's `[inputs, outputs]`, the filters of a convolution's `[outputs, inputs,
 * ...kernel]`. Vectors stay as they are.
 */
export function limitNorms({ shape, data }: Tensor<"float32">, limit: number): void {
  if (shape.length < 2) return;
  const isDense = shape.length === 2;
  const units = shape[isDense ? 1 : 0]!;
  const size = data.length / units;
  const place = isDense ? (unit: number, i: number) => i * units + unit : (unit: number, i: number) => unit * size + i;
  for (let unit = 0; unit < units; unit++) {
    let squared = 0;
    for (let i = 0; i < size; i++) squared += data[place(unit, i)]! ** 2;
    const norm = Math.sqrt(squared);
    if (norm <= limit) continue;
    for (let i = 0; i < size; i++) data[place(unit, i)]! *= limit / norm;
  }
}
