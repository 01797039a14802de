import type { Tensor } from "../tensor/tensor.ts";
import { TensorLayout } from "../tensor/tensor-layout.ts";
import type { ArenaTensor, ParameterArena } from "./parameter-arena.ts";
import type { OptimizerOptions } from "./update-rules.ts";
import { learningRateOf, type OptimizerSlot, stepOf, type UpdateFacts, type UpdateStep } from "./update-step.ts";

/** β₂ at update t is 1 − t^−0.8: the second moments forget less and less. */
const BETA2_DECAY = -0.8;
/** A tensor moves at least as if the root mean square of its weights were so much. */
const LEAST_WEIGHT = 1e-3;
/** Greatest root mean square of a direction. */
const GREATEST_DIRECTION = 1;
/** float32's machine epsilon. */
const EPSILON = 2 ** -23;

/**
 * Adafactor (Shazeer & Stern 2018, arXiv:1804.04235) as PyTorch 2.8 writes it: the second moment of a matrix is the product of the means
 * of its rows and of its columns, so that R + C numbers stand for R × C. Tensors of higher rank are stacks of matrices over their last
 * two axes; vectors keep every second moment. There is no first moment.
 *
 * The learning rate is relative: a tensor moves by min(learning rate, 1/√t) times the root mean square of its weights.
 *
 * Directions are computed twice, once for their size and once to move, since keeping them would take as much memory as is saved.
 * One thread, and the same bits on every machine.
 */
export class FactoredStep implements UpdateStep {
  readonly slots: ReadonlyMap<string, OptimizerSlot>;
  readonly #options: OptimizerOptions;
  readonly #tensors: readonly FactoredTensor[];

  /** @param gradient Laid out like the arena. */
  constructor(arena: ParameterArena, gradient: Float32Array, options: OptimizerOptions) {
    this.#options = options;
    const shapes = arena.names.map((name) => [name, arena.weight(name).shape] as const);
    const matrices = shapes.filter(([, shape]) => shape.length > 1);
    const rows = emptySlot(matrices.map(([name, shape]) => [name, [...shape.slice(0, -1), 1]]));
    const columns = emptySlot(
      shapes.map(([name, shape]) => [name, shape.length > 1 ? [...shape.slice(0, -2), 1, shape.at(-1)!] : shape]),
    );
    this.slots = new Map([
      ["rows", rows],
      ["columns", columns],
    ]);
    this.#tensors = arena.tensors.map((tensor) => {
      const { name } = tensor;
      const weight = arena.weight(name);
      return {
        ...tensor,
        weight,
        gradient: arena.layout.view(gradient, name).data,
        rows: weight.shape.length > 1 ? rows.layout.view(rows.data, name).data : undefined,
        columns: columns.layout.view(columns.data, name).data,
      };
    });
  }

  async run(facts: UpdateFacts): Promise<void> {
    const { weightDecay = 0 } = this.#options;
    for (const tensor of this.#tensors) {
      const step = stepOf(facts, tensor);
      if (step < 1) continue;
      const blend = step ** BETA2_DECAY;
      const learningRate = learningRateOf(facts, tensor);
      const { data: weights } = tensor.weight;
      const relativeRate = Math.min(learningRate, 1 / Math.sqrt(step));
      const weightSize = Math.sqrt(squaredSum(weights) / weights.length);
      const pass = new MatrixPass(tensor, this.#options, facts.gradientScale);
      pass.blendMoments(blend);
      const directionSize = Math.sqrt(pass.squaredDirections() / weights.length);
      const rate =
        (relativeRate * Math.max(LEAST_WEIGHT, weightSize)) / Math.max(1, directionSize / GREATEST_DIRECTION);
      pass.move(rate, tensor.decay ? 1 - learningRate * weightDecay : 1);
    }
  }
}

/** A parameter, its gradient and what is kept of its second moments, as stacks of matrices. */
interface FactoredTensor extends ArenaTensor {
  readonly weight: Tensor<"float32">;
  readonly gradient: Float32Array;
  /** Means over the columns, matrix by matrix; absent for a vector, whose `columns` are the moments themselves. */
  readonly rows: Float32Array | undefined;
  /** Means over the rows. */
  readonly columns: Float32Array;
}

/** A row of gradients, each still to be multiplied by `scale`. */
interface GradientRow {
  readonly values: Float32Array;
  readonly start: number;
  readonly scale: number;
}

/** What gradients of a row are multiplied by to become directions: by `ofRow` times that of the column, at most by `limit`. */
interface DirectionFactors {
  readonly ofRow: number;
  readonly ofColumns: Float64Array;
  readonly limit: number;
}

/** The passes of one update over one tensor, matrix by matrix and row by row. */
class MatrixPass {
  readonly #tensor: FactoredTensor;
  readonly #l1: number;
  readonly #l2: number;
  readonly #eps: number;
  readonly #gradientScale: number;
  readonly #matrixCount: number;
  readonly #rowCount: number;
  readonly #columnCount: number;
  /** What is held of each column while a matrix is walked. */
  readonly #ofColumns: Float64Array;
  readonly #regularised: Float32Array;

  constructor(tensor: FactoredTensor, { l1 = 0, l2 = 0, eps = EPSILON }: OptimizerOptions, gradientScale: number) {
    const { shape, data } = tensor.weight;
    this.#tensor = tensor;
    this.#l1 = tensor.decay ? l1 : 0;
    this.#l2 = tensor.decay ? l2 : 0;
    this.#eps = eps;
    this.#gradientScale = gradientScale;
    this.#columnCount = shape.at(-1) ?? 1;
    this.#rowCount = shape.at(-2) ?? 1;
    this.#matrixCount = data.length / (this.#rowCount * this.#columnCount);
    this.#ofColumns = new Float64Array(this.#columnCount);
    this.#regularised = new Float32Array(this.#columnCount);
  }

  /** Moves the kept means towards those of the squared gradients. */
  blendMoments(blend: number): void {
    const { rows, columns } = this.#tensor;
    const [sums, rowCount, columnCount] = [this.#ofColumns, this.#rowCount, this.#columnCount];
    for (let matrix = 0; matrix < this.#matrixCount; matrix++) {
      sums.fill(0);
      for (let i = matrix * rowCount; i < (matrix + 1) * rowCount; i++) {
        const sum = addSquares(sums, this.#gradient(i));
        if (rows !== undefined) rows[i] = rows[i]! + blend * (sum / columnCount - rows[i]!);
      }
      for (let j = 0, at = matrix * columnCount; j < columnCount; j++, at++) {
        columns[at] = columns[at]! + blend * (sums[j]! / rowCount - columns[at]!);
      }
    }
  }

  /** Σ direction². */
  squaredDirections(): number {
    let sum = 0;
    this.#eachRow((i, factors) => {
      sum += squaredDirections(this.#gradient(i), factors);
    });
    return sum;
  }

  /** weight ← weight · shrink − rate · direction */
  move(rate: number, shrink: number): void {
    const weights = this.#tensor.weight.data;
    this.#eachRow((i, factors) => {
      const { values, start, scale } = this.#gradient(i);
      const row = weights.subarray(i * this.#columnCount, (i + 1) * this.#columnCount);
      moveRow(row, shrink, { values, start, scale: scale * rate }, factors);
    });
  }

  /**
   * The direction of an element is its gradient by √(its row's moment · its column's moment / the mean of the rows'), but not by less
   * than ε; the reciprocals of both roots are computed once per row and once per column.
   */
  #eachRow(visit: (row: number, factors: DirectionFactors) => void): void {
    const { rows, columns } = this.#tensor;
    const [ofColumns, rowCount, columnCount] = [this.#ofColumns, this.#rowCount, this.#columnCount];
    const limit = 1 / this.#eps;
    for (let matrix = 0; matrix < this.#matrixCount; matrix++) {
      for (let j = 0; j < columnCount; j++) ofColumns[j] = 1 / Math.sqrt(columns[matrix * columnCount + j]!);
      const first = matrix * rowCount;
      const mean = rows === undefined ? 1 : Math.max(meanOf(rows, first, rowCount), this.#eps);
      for (let i = first; i < first + rowCount; i++) {
        visit(i, { ofRow: rows === undefined ? 1 : Math.sqrt(mean / rows[i]!), ofColumns, limit });
      }
    }
  }

  /** With what `buildUpdateGraph` adds for L1 and L2. */
  #gradient(row: number): GradientRow {
    const { gradient, weight } = this.#tensor;
    const [start, scale, l1, l2] = [row * this.#columnCount, this.#gradientScale, this.#l1, this.#l2];
    if (l1 === 0 && l2 === 0) return { values: gradient, start, scale };
    const values = this.#regularised;
    for (let j = 0; j < values.length; j++) {
      const w = weight.data[start + j]!;
      values[j] = gradient[start + j]! * scale + l2 * w + l1 * Math.sign(w);
    }
    return { values, start: 0, scale: 1 };
  }
}

// The loops over the elements of a row are functions of their own: V8 keeps their numbers in registers there, which is more than twice as fast.

/** Adds the squares of a row to the sums of the columns, and returns the row's own. */
function addSquares(sums: Float64Array, { values, start, scale }: GradientRow): number {
  let sum = 0;
  for (let j = 0; j < sums.length; j++) {
    const g = values[start + j]! * scale;
    sum += g * g;
    sums[j] = sums[j]! + g * g;
  }
  return sum;
}

function squaredDirections(
  { values, start, scale }: GradientRow,
  { ofRow, ofColumns, limit }: DirectionFactors,
): number {
  let sum = 0;
  for (let j = 0; j < ofColumns.length; j++) {
    const direction = values[start + j]! * scale * Math.min(ofRow * ofColumns[j]!, limit);
    sum += direction * direction;
  }
  return sum;
}

/** weight ← weight · shrink − direction */
function moveRow(
  weights: Float32Array,
  shrink: number,
  { values, start, scale }: GradientRow,
  { ofRow, ofColumns, limit }: DirectionFactors,
): void {
  for (let j = 0; j < ofColumns.length; j++) {
    const direction = values[start + j]! * scale * Math.min(ofRow * ofColumns[j]!, limit);
    weights[j] = weights[j]! * shrink - direction;
  }
}

function emptySlot(shapes: readonly (readonly [string, readonly number[]])[]): OptimizerSlot {
  const layout = new TensorLayout(shapes);
  return { data: new Float32Array(layout.length), layout };
}

function squaredSum(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return sum;
}

function meanOf(values: Float32Array, start: number, count: number): number {
  let sum = 0;
  for (let i = start; i < start + count; i++) sum += values[i]!;
  return sum / count;
}
