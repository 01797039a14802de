import type { Emitter } from "../graph/emitter.ts";
import type { Value } from "../graph/graph.ts";

/**
 * Pads some axes. The node names the pads of every axis: through one that names axes ONNX Runtime 1.30 moves a Transpose wrongly.
 *
 * @param options.pads As many numbers before each of the axes, then as many after; or an int64 vector of them.
 */
export function padAlong(
  b: Emitter,
  x: Value,
  { axes, pads }: { readonly axes: readonly number[]; readonly pads: readonly number[] | Value },
): Value {
  const rank = x.shape.length;
  const places = Array.from({ length: 2 * rank }, (_, place) => {
    const at = axes.indexOf(place % rank);
    return at < 0 ? -1 : at + (place < rank ? 0 : axes.length);
  });
  if ("length" in pads) return b.op("Pad", [x, b.ints(places.map((place) => (place < 0 ? 0 : pads[place]!)))]);
  if (places.every((place, i) => place === i)) return b.op("Pad", [x, pads]);
  const withNone = b.op("Concat", [pads, b.ints([0])], { axis: 0 });
  return b.op("Pad", [
    x,
    b.op("Gather", [withNone, b.ints(places.map((place) => (place < 0 ? 2 * axes.length : place)))]),
  ]);
}
