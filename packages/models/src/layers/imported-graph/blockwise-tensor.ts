import { type AnyTensor, type Tensor, tensor } from "@modelwright/engine";

/** A matrix of which each block of inputs of an output has a scale: MatMulNBits of ONNX Runtime, of 4 bits. */
interface Blocks {
  /** uint8: two places in a byte, the first in the lower half; `[outputs, blocks, block / 2]`. */
  readonly packed: AnyTensor | undefined;
  /** float32, one per block: `[outputs · blocks]`. */
  readonly scales: AnyTensor | undefined;
  /** uint8, packed likewise: `[outputs, ⌈blocks / 2⌉]`. Default: 8 each. */
  readonly zeroPoints: AnyTensor | undefined;
  readonly inputs: number;
  readonly outputs: number;
  readonly block: number;
}

const MIDDLE = 8;

/** The matrix, float32 `[inputs, outputs]`; undefined where sizes do not fit. */
export function blockwiseTensor(blocks: Blocks): Tensor<"float32"> | undefined {
  const { packed, scales, zeroPoints, inputs, outputs, block } = blocks;
  if (!(inputs > 0 && outputs > 0 && block >= 16 && block % 2 === 0)) return undefined;
  const count = Math.ceil(inputs / block);
  const zeroBytes = Math.ceil(count / 2);
  if (packed?.dtype !== "uint8" || packed.data.length !== (outputs * count * block) / 2) return undefined;
  if (scales?.dtype !== "float32" || scales.data.length !== outputs * count) return undefined;
  if (zeroPoints !== undefined && (zeroPoints.dtype !== "uint8" || zeroPoints.data.length !== outputs * zeroBytes)) {
    return undefined;
  }
  const [bytes, factors] = [packed.data as Uint8Array, scales.data as Float32Array];
  const zeros = zeroPoints?.data as Uint8Array | undefined;
  const data = new Float32Array(inputs * outputs);
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      const at = Math.floor(input / block);
      const half = bytes[(output * count * block + at * block + (input % block)) >> 1]!;
      const zero = zeros === undefined ? MIDDLE : nibble(zeros[output * zeroBytes + (at >> 1)]!, at);
      data[input * outputs + output] = (nibble(half, input) - zero) * factors[output * count + at]!;
    }
  }
  return tensor("float32", [inputs, outputs], data);
}

/** The lower half of a byte for even places, the upper for odd ones. */
function nibble(byte: number, place: number): number {
  return place % 2 === 0 ? byte & 15 : byte >> 4;
}
