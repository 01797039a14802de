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
  /** The tensors of these rows, in this order. Called again with the same rows it must give the same values. */
  batch(rows: Int32Array): Readonly<Record<string, Tensor>>;
  /** Sizes by which rows are put into batches of little padding. Default: all alike. */
  readonly lengths?: ArrayLike<number>;
  /** What these rows weigh in the mean over several batches: of a loss per token, their tokens. Default: the number of rows. */
  weight?(rows: Int32Array): number;
}

/** A dataset as the trainer reads it: complete, and checked against what the model declares. */
export interface CheckedDataset {
  readonly rows: number;
  readonly lengths: ArrayLike<number>;
  batch(rows: Int32Array): Readonly<Record<string, Tensor>>;
  weight(rows: Int32Array): number;
  /** All rows, where they lie in memory as a whole. */
  readonly whole: Readonly<Record<string, Tensor>> | undefined;
}

/**
 * Checks a dataset against the tensors that a model declares; those of a `BatchSource` at each batch.
 *
 * @param where Named in messages: `data`, `validation`.
 * @throws {ModelwrightError} `TRAINING_TENSOR_MISMATCH` for a tensor that is missing or of another dtype or shape, or for no rows.
 */
export function checkDataset(dataset: TensorDataset, specs: TensorSpecs, where: string): CheckedDataset {
  const source = "tensors" in dataset ? wholeTensors(dataset, specs, where) : dataset;
  const { rows } = source;
  if (!(Number.isInteger(rows) && rows > 0)) mismatch(where, "it has at least one row", `${rows} rows`);
  return {
    rows,
    whole: "tensors" in dataset ? dataset.tensors : undefined,
    lengths: source.lengths ?? new Int32Array(rows),
    weight: (members) => source.weight?.(members) ?? members.length,
    batch: (members) => {
      const batch = checkTensors(source.batch(members), specs, `${where}.batch`);
      for (const [name, { shape }] of Object.entries(batch)) {
        if (shape[0] === members.length) continue;
        mismatch(`${where}.batch.${name}`, `it has the ${members.length} rows of the batch`, showShape(shape));
      }
      return batch;
    },
  };
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
