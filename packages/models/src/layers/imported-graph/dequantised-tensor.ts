import { type AnyTensor, isNumeric, type Tensor, tensor } from "@modelwright/engine";

/** How the integers of a tensor stand for numbers: (integer - zeroPoint) · scale. */
export interface Quantisation {
  /** float32: one number, or one per place of `axis`. */
  readonly scale: AnyTensor;
  /** As many integers. Default: 0. */
  readonly zeroPoint: AnyTensor | undefined;
  readonly axis: number;
}

/** The numbers for which integers stand, float32; undefined where scales and shape do not fit. */
export function dequantisedTensor(
  integers: AnyTensor,
  { scale, zeroPoint, axis }: Quantisation,
): Tensor<"float32"> | undefined {
  if (!isNumeric(integers) || !isNumeric(scale) || scale.dtype !== "float32") return undefined;
  if (zeroPoint !== undefined && (!isNumeric(zeroPoint) || zeroPoint.data.length !== scale.data.length))
    return undefined;
  const { shape } = integers;
  const at = axis < 0 ? axis + shape.length : axis;
  const places = scale.data.length === 1 ? 1 : shape[at];
  if (places !== scale.data.length || scale.shape.length > 1) return undefined;
  const inner = shape.slice(at + 1).reduce((product, size) => product * size, 1);
  const scales = Float32Array.from(scale.data as Float32Array);
  const zeros = Float32Array.from(scales, (_, place) => Number(zeroPoint?.data[place] ?? 0));
  const data = new Float32Array(integers.data.length);
  for (let i = 0; i < data.length; i++) {
    const place = places === 1 ? 0 : Math.floor(i / inner) % places;
    data[i] = (Number(integers.data[i]) - zeros[place]!) * scales[place]!;
  }
  return tensor("float32", shape, data);
}
