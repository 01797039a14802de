import { readFileSync } from "node:fs";
import { elementCount, type Tensor, tensorFrom } from "@modelwright/engine";
import {
  type AutoencoderConfig,
  autoencoder,
  type BertConfig,
  bert,
  binaryCrossEntropy,
  type ConvolutionalAutoencoderConfig,
  convolutionalAutoencoder,
  crossEntropy,
  defineModel,
  dualEncoder,
  type EmbeddingDenseClassifierConfig,
  embeddingDenseClassifier,
  type ModelDefinition,
  meanSquaredError,
  standardNormalDivergence,
  type TextCnnConfig,
  textCnn,
  type VariationalAutoencoderConfig,
  variationalAutoencoder,
  weightedSum,
} from "@modelwright/models";
import {
  type ArchitectureCase,
  type ArchitectureFixture,
  describeBesidePytorch,
  imageRows,
  type TrainingConfig,
} from "./beside-pytorch.ts";
import { hashed, hashedUnits } from "./hashed-model.ts";

interface Trained {
  readonly training: Partial<TrainingConfig>;
}

interface Images extends Trained {
  readonly image: readonly [number, number, number];
}

interface Config {
  readonly training: Omit<TrainingConfig, "learningRate"> & { readonly batches: number };
  readonly textCnn: TextCnnConfig & Trained & { readonly length: number; readonly shortest: number };
  readonly averaged: EmbeddingDenseClassifierConfig & Trained;
  readonly autoencoder: AutoencoderConfig & Images;
  readonly convolutionalAutoencoder: ConvolutionalAutoencoderConfig & Images;
  readonly variationalAutoencoder: VariationalAutoencoderConfig & Images;
  readonly dualEncoder: BertConfig & Trained & { readonly shortest: number };
}

const read = (name: string) => JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8"));
const fixtures: Readonly<Record<string, ArchitectureFixture>> = read("families.json");
const config: Config = read("families-config.json");
const ROWS = config.training.batches * config.training.batchSize;

function grid(width: number, element: (row: number, at: number) => number): Tensor {
  const elements = Array.from({ length: ROWS * width }, (_, i) => element(Math.floor(i / width), i % width));
  return tensorFrom("int64", [ROWS, width], elements);
}

const lengthsOf = (shortest: number, longest: number, stream: string) =>
  hashed(ROWS, stream).map((bits) => shortest + (bits % (longest - shortest + 1)));

/** Tokens from 1 on, 0 behind the end; the class is told by the first token. */
function texts({ vocabulary, classes, length, shortest }: Config["textCnn"]): Record<string, Tensor> {
  const bits = hashed(ROWS * length, "ids");
  const lengths = lengthsOf(shortest, length, "lengths");
  const token = (row: number, at: number) => (bits[row * length + at]! % (vocabulary - 1)) + 1;
  const labels = Array.from({ length: ROWS }, (_, row) => token(row, 0) % classes);
  return {
    ids: grid(length, (row, at) => (at < lengths[row]! ? token(row, at) : 0)),
    labels: tensorFrom("int64", [ROWS], labels),
  };
}

/** The same texts under the names of recipes, with a mask. */
function maskedTexts(size: Config["textCnn"]): Record<string, Tensor> {
  const { ids, labels } = texts(size);
  const isToken = Array.from(ids!.data as BigInt64Array, (id) => (id > 0n ? 1 : 0));
  return { input_ids: ids!, attention_mask: tensorFrom("int64", ids!.shape, isToken), labels: labels! };
}

/** Two parts of one arithmetic sequence modulo the vocabulary. */
function pairs({ vocabularySize, positions, shortest }: Config["dualEncoder"]): Record<string, Tensor> {
  const [first, stride] = [hashed(ROWS, "first"), hashed(ROWS, "stride")];
  const part = (name: string, skipped: number) => {
    const lengths = lengthsOf(shortest, positions, `${name}_lengths`);
    const token = (row: number, at: number) =>
      ((first[row]! % vocabularySize) + ((stride[row]! % 4) + 1) * (at + skipped)) % vocabularySize;
    return {
      [`${name}_ids`]: grid(positions, (row, at) => (at < lengths[row]! ? token(row, at) : 0)),
      [`${name}_mask`]: grid(positions, (row, at) => (at < lengths[row]! ? 1 : 0)),
    };
  };
  return { ...part("anchor", 0), ...part("positive", positions) };
}

/** Images with pixels of 0 and 1, of the given shape. */
function sharp({ image }: Images, shape: readonly number[] = [elementCount(image)]): Tensor {
  const { images } = imageRows(ROWS, { image, classes: image[1] });
  return tensorFrom(
    "float32",
    [ROWS, ...shape],
    Array.from(images.data, (pixel) => (pixel > 0.5 ? 1 : 0)),
  );
}

const pixels = (shape: readonly number[]) => ({ dtype: "float32", shape: ["batch", ...shape] }) as const;
const flat = ({ image }: Images) => pixels([elementCount(image)]);

const textClassifier = defineModel({
  name: "text-cnn",
  inputs: { ids: { dtype: "int64", shape: ["batch", "length"] } },
  targets: { labels: { dtype: "int64", shape: ["batch"] } },
  forward: (c, { ids }) => ({ logits: textCnn(c, ids, config.textCnn) }),
  loss: (c, { outputs, targets }) => crossEntropy(c, { logits: outputs.logits, labels: targets.labels }),
});

const denseAutoencoder = defineModel({
  name: "autoencoder",
  inputs: { images: flat(config.autoencoder) },
  targets: { rebuilt: flat(config.autoencoder) },
  forward: (c, { images }) => ({ logits: autoencoder(c, images, config.autoencoder).logits }),
  loss: (c, { outputs, targets }) => meanSquaredError(c, { predictions: outputs.logits, targets: targets.rebuilt }),
});

const imageAutoencoder = defineModel({
  name: "convolutional-autoencoder",
  inputs: { images: pixels(config.convolutionalAutoencoder.image) },
  targets: { rebuilt: pixels(config.convolutionalAutoencoder.image) },
  forward: (c, { images }) => ({
    logits: convolutionalAutoencoder(c, images, config.convolutionalAutoencoder).logits,
  }),
  loss: (c, { outputs, targets }) => binaryCrossEntropy(c, { logits: outputs.logits, targets: targets.rebuilt }),
});

/** The noise of its code is data here, so that both languages can have the same. */
const givenNoise = defineModel({
  name: "variational-autoencoder",
  inputs: {
    images: flat(config.variationalAutoencoder),
    noise: pixels([config.variationalAutoencoder.code]),
  },
  targets: { rebuilt: flat(config.variationalAutoencoder) },
  forward: (c, { images, noise }) => {
    c.noise = () => noise;
    const { logits, mean, logVariance } = variationalAutoencoder(c, images, config.variationalAutoencoder);
    return { logits, mean, logVariance };
  },
  loss: (c, { outputs: { logits, mean, logVariance }, targets }) =>
    weightedSum(c, [
      {
        loss: binaryCrossEntropy(c, { logits, targets: targets.rebuilt }),
        weight: elementCount(config.variationalAutoencoder.image),
      },
      { loss: standardNormalDivergence(c, { mean, logVariance }), weight: 1 },
    ]),
});

/** Of variance 1. */
const noise = hashedUnits(ROWS * config.variationalAutoencoder.code, "code").map((unit) => unit * Math.sqrt(3));

const CASES: Readonly<
  Record<keyof Omit<Config, "training">, Pick<ArchitectureCase, "data" | "output"> & { readonly model: unknown }>
> = {
  textCnn: { model: textClassifier, data: texts(config.textCnn) },
  averaged: { model: embeddingDenseClassifier(config.averaged), data: maskedTexts(config.textCnn) },
  autoencoder: {
    model: denseAutoencoder,
    data: { images: sharp(config.autoencoder), rebuilt: sharp(config.autoencoder) },
  },
  convolutionalAutoencoder: {
    model: imageAutoencoder,
    data: {
      images: sharp(config.convolutionalAutoencoder, config.convolutionalAutoencoder.image),
      rebuilt: sharp(config.convolutionalAutoencoder, config.convolutionalAutoencoder.image),
    },
  },
  variationalAutoencoder: {
    model: givenNoise,
    data: {
      images: sharp(config.variationalAutoencoder),
      rebuilt: sharp(config.variationalAutoencoder),
      noise: tensorFrom("float32", [ROWS, config.variationalAutoencoder.code], noise),
    },
  },
  dualEncoder: {
    model: dualEncoder(bert({ ...config.dualEncoder, pooling: "mean" })),
    data: pairs(config.dualEncoder),
    output: "anchor",
  },
};

describeBesidePytorch(
  Object.entries(CASES).map(([name, { model, ...example }]) => ({
    name,
    ...example,
    model: model as ModelDefinition,
    fixture: fixtures[name]!,
    training: { ...config.training, ...config[name as keyof typeof CASES].training } as TrainingConfig,
  })),
);
