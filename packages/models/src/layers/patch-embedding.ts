import type { Value } from "@modelwright/engine";
import type { Initializer } from "../parameters/initializers.ts";
import { dense, staticSize } from "./dense.ts";
import type { LayerContext } from "./layer-context.ts";

export interface PatchEmbeddingOptions {
  /** Scope of its dense layer. */
  readonly name: string;
  /** Side of a square patch, in pixels; divides height and width. */
  readonly patchSize: number;
  /** Width of the embedding. */
  readonly width: number;
  readonly initializer?: Initializer;
}

/**
 * Cuts images into patches, row by row, and maps each to a vector (Dosovitskiy et al. 2020, arXiv:2010.11929). The same as a convolution
 * whose stride is its kernel; a patch's values are ordered by channel, row, column, as the weights of that convolution are.
 *
 * @param images float32 `[batch, channels, height, width]`.
 * @returns float32 `[batch, patches, width]`.
 */
export function patchEmbedding(c: LayerContext, images: Value, options: PatchEmbeddingOptions): Value {
  const { name, patchSize: P, width, ...weights } = options;
  const { b } = c;
  const [C, rows, columns] = [staticSize(images, 1), staticSize(images, 2) / P, staticSize(images, 3) / P];
  const cut = b.op("Reshape", [images, b.ints([-1, C, rows, P, columns, P])]);
  const patches = b.op("Transpose", [cut], { perm: [0, 2, 4, 1, 3, 5] }); // [B, rows, columns, C, P, P]
  const flat = b.op("Reshape", [patches, b.ints([-1, rows * columns, C * P * P])]); // [B, patches, C · P · P]
  return dense(c, flat, { name, width, ...weights });
}
