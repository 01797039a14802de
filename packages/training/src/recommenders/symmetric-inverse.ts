import { defaultRuntime, encodeModel, GraphBuilder, type Session, tensor } from "@modelwright/engine";

/** Columns that are eliminated together. */
const BLOCK = 256;
/** Rows of one product: their result lies in memory beside the matrix. */
const PANEL = 2048;

export interface InverseOptions {
  readonly threads?: number | undefined;
  /** Told which share is done. */
  readonly onProgress?: (share: number) => void;
  /** True asks to stop. */
  readonly shouldStop?: () => boolean;
}

/**
 * Inverts a symmetric positive definite matrix in its place, by Gauss–Jordan elimination in blocks; the products of blocks run in ONNX Runtime.
 * 2·size³ operations.
 *
 * @param matrix float32 `[size, size]`, row-major.
 * @returns Whether it was finished.
 */
export async function invertSymmetric(
  matrix: Float32Array,
  size: number,
  { threads, onProgress = () => {}, shouldStop = () => false }: InverseOptions = {},
): Promise<boolean> {
  const runtime = await defaultRuntime();
  const session = await runtime.createSession(productGraph(), { threads });
  try {
    for (let from = 0; from < size; from += BLOCK) {
      if (shouldStop()) return false;
      await eliminate(matrix, size, { from, width: Math.min(BLOCK, size - from), session });
      onProgress(Math.min(1, (from + BLOCK) / size));
    }
    return true;
  } finally {
    session.release();
  }
}

/** `left · right`, and `rows − left · right`. */
function productGraph(): Uint8Array {
  const b = new GraphBuilder({ name: "elimination" });
  const rows = b.input("rows", "float32", ["m", "n"]);
  const left = b.input("left", "float32", ["m", "k"]);
  const right = b.input("right", "float32", ["k", "n"]);
  b.output(b.op("Sub", [rows, b.op("MatMul", [left, right])]), "difference");
  return encodeModel(b.build());
}

async function eliminate(
  matrix: Float32Array,
  size: number,
  { from, width, session }: { readonly from: number; readonly width: number; readonly session: Session },
): Promise<void> {
  const pivot = invertedBlock(matrix, size, { from, width });
  // The pivot's rows times its inverse; its own columns hold the inverse itself.
  const right = new Float32Array(width * size);
  for (let i = 0; i < width; i++) {
    const into = right.subarray(i * size, (i + 1) * size);
    const sums = new Float64Array(size);
    for (let k = 0; k < width; k++) {
      const factor = pivot[i * width + k]!;
      const row = matrix.subarray((from + k) * size, (from + k + 1) * size);
      for (let j = 0; j < size; j++) sums[j]! += factor * row[j]!;
    }
    into.set(sums);
    for (let k = 0; k < width; k++) into[from + k] = pivot[i * width + k]!;
  }
  for (let start = 0; start < size; start += PANEL) {
    const rows = Math.min(PANEL, size - start);
    const left = new Float32Array(rows * width);
    const panel = matrix.subarray(start * size, (start + rows) * size);
    for (let i = 0; i < rows; i++) {
      const isPivot = start + i >= from && start + i < from + width;
      if (isPivot) continue;
      left.set(panel.subarray(i * size + from, i * size + from + width), i * width);
      // What stands in the pivot's columns becomes the product alone.
      panel.fill(0, i * size + from, i * size + from + width);
    }
    const { difference } = await session.run({
      rows: tensor("float32", [rows, size], panel),
      left: tensor("float32", [rows, width], left),
      right: tensor("float32", [width, size], right),
    });
    panel.set(difference!.data as Float32Array);
  }
  for (let i = 0; i < width; i++) {
    matrix.set(right.subarray(i * size, (i + 1) * size), (from + i) * size);
  }
}

/** The inverse of a block on the diagonal, by Gauss–Jordan elimination in float64; it is positive definite, so that no pivot is 0. */
function invertedBlock(
  matrix: Float32Array,
  size: number,
  { from, width }: { readonly from: number; readonly width: number },
): Float64Array {
  const a = new Float64Array(width * width);
  for (let i = 0; i < width; i++) {
    const row = (from + i) * size + from;
    a.set(matrix.subarray(row, row + width), i * width);
  }
  for (let k = 0; k < width; k++) {
    const inverse = 1 / a[k * width + k]!;
    a[k * width + k] = 1;
    for (let j = 0; j < width; j++) a[k * width + j]! *= inverse;
    for (let i = 0; i < width; i++) {
      const factor = a[i * width + k]!;
      if (i === k || factor === 0) continue;
      a[i * width + k] = 0;
      for (let j = 0; j < width; j++) a[i * width + j]! -= factor * a[k * width + j]!;
    }
  }
  return a;
}
