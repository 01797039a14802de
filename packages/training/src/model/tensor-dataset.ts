import { ModelwrightError } from "@modelwright/contracts";
import { DTYPES, type Shape, showShape, type Tensor } from "@modelwright/engine";
import type { TensorSpecs } from "@modelwright/models";

/** Rows for a model: whole tensors in memory, or a function that makes a batch of given rows. */
export type TensorDataset = WholeTensors | BatchSource;

/** Tensors that all have the same first dimension: the rows. */
export interface WholeTensors {
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** Rows that are laid out batch by batch, for example padded to the longest row of each. */
export interface BatchSource {
  /** The number of rows. */
  readonly rows: number;
  /**
   * The tensors of these rows, in this order.
   *
   * @param epoch Passes made before, from 0: rows may be masked or changed otherwise in each. Evaluation reads pass 0. Called again with the
   * same rows and pass it must give the same values, or a resumed run ends elsewhere. Default 0.
   */
  batch(rows: Int32Array, epoch?: number): Readonly<Record<string, Tensor>>;
  /** Sizes by which rows are put into batches of little padding. Default: all alike. */
  readonly lengths?: ArrayLike<number> | undefined;
  /**
   * What these rows weigh in the mean over several batches: of a loss per token their tokens, with class weights the sum of these; of a
   * loss in parts the places of each part by name. Default: the number of rows.
   *
   * @param tensors What `batch` gave for them.
   */
  weight?(rows: Int32Array, tensors: Readonly<Record<string, Tensor>>): BatchWeight;
}

/** What a batch weighs, for every part of a loss or for each by name. */
export type BatchWeight = number | Readonly<Record<string, number>>;

/** Some rows as the trainer reads them. */
export interface CheckedBatch {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly weight: BatchWeight;
}

/** A dataset as the trainer reads it: complete, and checked against what the model declares. */
export interface CheckedDataset {
  readonly rows: number;
  readonly lengths: ArrayLike<number>;
  batch(rows: Int32Array, epoch: number): CheckedBatch;
  /** All rows, where they lie in memory as a whole. */
  readonly whole: Readonly<Record<string, Tensor>> | undefined;
  /** Named in messages. */
  readonly where: string;
}

/**
 * Checks a dataset against the tensors that a model declares; those of a `BatchSource` at each batch.
 *
 * Tensors whose first dimension is declared by the name that the first tensor's has hold a row for each row of the batch; others, such as
 * `["masked"]`, may have any number.
 *
 * @param where Named in messages: `data`, `validation`.
 * @throws {ModelwrightError} `TRAINING_TENSOR_MISMATCH` for a tensor that is missing or of another dtype or shape, or for no rows.
 */
export function checkDataset(dataset: TensorDataset, specs: TensorSpecs, where: string): CheckedDataset {
  const source = "tensors" in dataset ? wholeTensors(dataset, specs, where) : dataset;
  const { rows } = source;
  if (!(Number.isInteger(rows) && rows > 0)) mismatch(where, "it has at least one row", `${rows} rows`);
  const [first] = Object.values(specs);
  const rowwise = Object.keys(specs).filter((name) => specs[name]!.shape[0] === first?.shape[0]);
  return {
    rows,
    where,
    whole: "tensors" in dataset ? dataset.tensors : undefined,
    lengths: source.lengths ?? new Int32Array(rows),
    batch: (members, epoch) => {
      const given = source.batch(members, epoch);
      const tensors = checkTensors(given, specs, `${where}.batch`);
      for (const name of rowwise) {
        const { shape } = tensors[name]!;
        if (shape[0] === members.length) continue;
        mismatch(`${where}.batch.${name}`, `it has the ${members.length} rows of the batch`, showShape(shape));
      }
      return { tensors, weight: source.weight?.(members, given) ?? members.length };
    },
  };
}

/**
 * What a batch weighs for one part of a loss.
 *
 * @throws {ModelwrightError} `TRAINING_TENSOR_MISMATCH` where the data names other parts than the loss has.
 */
export function partWeight(weight: BatchWeight, part: string, where: string): number {
  if (typeof weight === "number") return weight;
  const own = weight[part];
  if (own === undefined)
    mismatch(`${where}.weight`, `the loss has a part "${part}"`, `weights of ${Object.keys(weight).join(", ")}`);
  return own;
}

/**
 * The declared tensors out of `tensors`.
 *
 * @throws {ModelwrightError} `TRAINING_TENSOR_MISMATCH` for one that is missing or of another dtype or shape.
 */
export function checkTensors(
  tensors: Readonly<Record<string, Tensor>>,
  specs: TensorSpecs,
  where: string,
): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { dtype, shape }]) => {
      const value = tensors[name];
      if (value === undefined || value.dtype !== dtype || !fits(value.shape, shape)) {
        const got = value === undefined ? "nothing" : `${value.dtype} ${showShape(value.shape)}`;
        mismatch(`${where}.${name}`, `the model declares ${dtype} ${showShape(shape)}`, got);
      }
      return [name, value];
    }),
  );
}

function wholeTensors({ tensors }: WholeTensors, specs: TensorSpecs, where: string): BatchSource {
  const checked = Object.entries(checkTensors(tensors, specs, `${where}.tensors`));
  const [first] = checked;
  const rows = first?.[1].shape[0] ?? 0;
  for (const [name, { shape }] of checked) {
    if (shape[0] === rows) continue;
    mismatch(`${where}.tensors.${name}`, `it has as many rows as "${first![0]}", that is ${rows}`, `${shape[0]} rows`);
  }
  return {
    rows,
    batch: (members) => Object.fromEntries(checked.map(([name, value]) => [name, takeRows(value, members)])),
  };
}

/** The given rows of a tensor, copied. */
function takeRows({ dtype, shape, data }: Tensor, rows: Int32Array): Tensor {
  const rowBytes = data.byteLength / shape[0]!;
  const source = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const copy = new Uint8Array(rows.length * rowBytes);
  rows.forEach((row, i) => {
    copy.set(source.subarray(row * rowBytes, (row + 1) * rowBytes), i * rowBytes);
  });
  return { dtype, shape: [rows.length, ...shape.slice(1)], data: new DTYPES[dtype].array(copy.buffer) };
}

function fits(shape: readonly number[], declared: Shape): boolean {
  return (
    shape.length === declared.length && declared.every((size, axis) => typeof size === "string" || size === shape[axis])
  );
}

function mismatch(where: string, rule: string, got: string): never {
  throw new ModelwrightError("TRAINING_TENSOR_MISMATCH", { where, rule, got });
}
