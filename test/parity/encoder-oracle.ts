import { readFileSync } from "node:fs";
import { defaultRuntime, differentiate, encodeModel, gradientName, type Tensor, tensor } from "@modelwright/engine";
import {
  buildLoss,
  buildPrediction,
  defineModel,
  givenParameters,
  INFERENCE,
  LOSS_OUTPUT,
  LOSS_SCALE_INPUT,
  type LoadedPretrained,
  readSafetensors,
} from "@modelwright/models";

/** What transformers makes of some texts by an encoder (fixtures/make-encoder-fixtures.py). */
export interface ExpectedVectors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly ids: Tensor<"int64">;
  readonly mask: Tensor<"int64">;
  /** What the encoder reads, by the names of its inputs. */
  readonly feeds: Readonly<Record<string, Tensor>>;
}

const runtime = await defaultRuntime();

export function readExpected(file: string): ExpectedVectors {
  const { tensors } = readSafetensors(readFileSync(file), file);
  const ids = tensors.get("input_ids") as Tensor<"int64">;
  const mask = tensors.get("attention_mask") as Tensor<"int64">;
  return { tensors, ids, mask, feeds: { input_ids: ids, attention_mask: mask } };
}

/** The loss of the fixtures: the vectors of tokens, each number by a weight of its own. */
function weighted({ encoder }: LoadedPretrained) {
  return defineModel({
    name: "weighted",
    inputs: {
      input_ids: { dtype: "int64", shape: ["batch", "sequence"] },
      attention_mask: { dtype: "int64", shape: ["batch", "sequence"] },
    },
    targets: { weights: { dtype: "float32", shape: ["batch", "sequence", encoder.width] } },
    forward: (c, { input_ids, attention_mask }) => ({
      vectors: encoder.apply(c, { inputIds: input_ids, attentionMask: attention_mask }).vectors!(),
    }),
    loss: (c, { outputs, targets }) =>
      c.b.op("ReduceSum", [c.b.op("Mul", [outputs.vectors, targets.weights])], { keepdims: 0 }),
  });
}

/** The vectors of tokens, text after text, without those of padding. */
export async function tokenVectors(loaded: LoadedPretrained, { feeds, mask }: ExpectedVectors): Promise<number[]> {
  const source = givenParameters(loaded.parameters, "parameters");
  const { graph } = buildPrediction(weighted(loaded), { source, build: INFERENCE });
  const session = await runtime.createSession(encodeModel(graph), { threads: 1 });
  const { vectors } = await session.run(feeds).finally(() => session.release());
  return ofTokens(vectors!, mask);
}

/** The vectors of a batch `[texts, tokens, width]`, text after text, without those of padding. */
export function ofTokens({ shape, data }: Tensor, mask: Tensor<"int64">): number[] {
  const width = shape[2]!;
  return Array.from(mask.data).flatMap((isToken, place) =>
    isToken === 0n ? [] : Array.from(data.slice(place * width, (place + 1) * width) as Float32Array),
  );
}

/** The gradient of the fixtures' loss by every parameter. */
export async function parameterGradients(
  loaded: LoadedPretrained,
  { feeds, ids, mask }: ExpectedVectors,
): Promise<ReadonlyMap<string, Tensor>> {
  const source = givenParameters(loaded.parameters, "parameters");
  const { graph } = buildLoss(weighted(loaded), { source, build: { trainable: () => true, training: { dropout: 0 } } });
  const parameters = [...loaded.parameters.keys()];
  const backward = differentiate(graph, { loss: LOSS_OUTPUT, parameters });
  const session = await runtime.createSession(encodeModel(backward), { threads: 1 });
  const [rows, length] = ids.shape as [number, number];
  const result = await session
    .run({
      ...feeds,
      ...Object.fromEntries(Array.from(loaded.parameters, ([key, value]) => [key, value.tensor])),
      weights: lossWeights(rows, length, loaded.encoder.width, mask),
      [LOSS_SCALE_INPUT]: tensor("float32", [], Float32Array.of(1)),
    })
    .finally(() => session.release());
  return new Map(parameters.map((name) => [name, result[gradientName(name)]!]));
}

/**
 * How far gradients are from those of transformers, over the greatest number of each, by parameter; those that the encoder has under no name
 * of the family are left out.
 */
export function gradientErrors(
  gradients: ReadonlyMap<string, Tensor>,
  { tensors }: ExpectedVectors,
  names: NonNullable<LoadedPretrained["names"]>,
): ReadonlyMap<string, number> {
  const errors = new Map<string, number>();
  for (const [key, theirs] of tensors) {
    if (!key.startsWith("gradient.")) continue;
    const ours = names.toOurs(key.slice("gradient.".length))!;
    const gradient = gradients.get(ours.name);
    if (gradient === undefined) continue;
    const expected = ours.turned ? transposed(theirs) : (theirs.data as Float32Array);
    // Keys have no gradient of their bias: a score that all places share changes no softmax.
    const largest = Math.max(1e-2, ...expected.map(Math.abs));
    errors.set(ours.name, greatestDifference(gradient.data as Float32Array, expected) / largest);
  }
  return errors;
}

function lossWeights(rows: number, length: number, width: number, mask: Tensor<"int64">): Tensor<"float32"> {
  const at = (row: number, token: number, feature: number) =>
    Number(mask.data[row * length + token]) * Math.sin(1.3 * row + 0.7 * token + 2.1 * feature);
  const data = Float32Array.from({ length: rows * length * width }, (_, i) =>
    at(Math.floor(i / (length * width)), Math.floor(i / width) % length, i % width),
  );
  return tensor("float32", [rows, length, width], data);
}

function transposed({ shape, data }: Tensor): Float32Array {
  const [rows, columns] = shape as [number, number];
  return Float32Array.from({ length: rows * columns }, (_, i) =>
    Number(data[(i % rows) * columns + Math.floor(i / rows)]),
  );
}

/** Infinity where they are not as many. */
export function greatestDifference(ours: ArrayLike<number>, theirs: Float32Array): number {
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY;
  return theirs.reduce((most, value, i) => Math.max(most, Math.abs(value - ours[i]!)), 0);
}
