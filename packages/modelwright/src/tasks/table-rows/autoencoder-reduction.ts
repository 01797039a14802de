import { type FeatureMatrix, type FittedReduction, toFloat32Text } from "@modelwright/data";
import { type Tensor, tensor } from "@modelwright/engine";
import { autoencoder, defineModel, meanSquaredError, type Parameters } from "@modelwright/models";
import { trainModel } from "@modelwright/training";
import type { TableRecipe } from "./table-recipe.ts";

const LEARNING_RATE = 1e-3;
const MOST_BATCH = 256;
/** Updates in all, as far as there are few rows; with many each is seen ten times. */
const UPDATES = 2000;
const LEAST_EPOCHS = 10;
const MOST_EPOCHS = 200;
/** Width of the layer between the numbers and the middle. */
const HIDDEN = { least: 16, most: 256 } as const;

/**
 * Trains a network to write the numbers of rows again after it has put them through a few, and keeps the half that
 * makes the few.
 *
 * @param matrix Training rows, of plain numbers about as large as 1.
 */
export async function learnAutoencoder(
  { data, width }: FeatureMatrix,
  {
    components,
    recipe,
    shouldStop,
  }: { readonly components: number; readonly recipe: TableRecipe; readonly shouldStop: () => boolean },
): Promise<FittedReduction> {
  const rows = data.length / width;
  const code = Math.min(components, width);
  const hidden = [Math.min(HIDDEN.most, Math.max(HIDDEN.least, 2 * code))];
  const batchSize = Math.max(1, Math.min(MOST_BATCH, rows));
  const epochs = Math.min(MOST_EPOCHS, Math.max(LEAST_EPOCHS, Math.ceil((UPDATES * batchSize) / rows)));
  const definition = defineModel({
    name: "table-autoencoder",
    inputs: { x: { dtype: "float32", shape: ["batch", width] } },
    targets: { y: { dtype: "float32", shape: ["batch", width] } },
    forward: (c, { x }) => ({ written: autoencoder(c, x, { hidden, code }).logits }),
    loss: (c, { outputs: { written }, targets: { y } }) => meanSquaredError(c, { predictions: written, targets: y }),
  });
  const x = tensor("float32", [rows, width], data);
  const { threads } = recipe.train;
  const model = await trainModel(definition, {
    data: { tensors: { x, y: x } },
    epochs,
    batchSize,
    learningRate: LEARNING_RATE,
    schedule: "cosine",
    optimizer: "adam",
    clipNorm: 1,
    seed: recipe.train.seed,
    ...(threads === undefined ? {} : { threads }),
    shouldStop,
  });
  model.release();
  return { reduce: "dense", state: { layers: ["hidden0", "code"].map((name) => layerOf(model.parameters, name)) } };
}

function layerOf(parameters: Parameters, name: string) {
  const { tensor: weight } = parameters.get(`encoder.${name}.weight`)!;
  const { tensor: bias } = parameters.get(`encoder.${name}.bias`)!;
  const text = ({ data }: Tensor) => toFloat32Text(data as Float32Array);
  return { outputs: bias.shape[0]!, weight: text(weight), bias: text(bias) };
}
