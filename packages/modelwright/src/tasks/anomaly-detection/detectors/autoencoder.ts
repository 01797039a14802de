import { availableParallelism } from "node:os";
import { type FittedFeatures, type Frame, fitFeatures } from "@modelwright/data";
import { defaultRuntime, encodeModel, GraphBuilder, type Session, tensor, type Value } from "@modelwright/engine";
import {
  countParameters,
  defineModel,
  givenParameters,
  INFERENCE,
  LayerContext,
  type ParameterRequest,
  type Parameters,
  tableAutoencoder,
} from "@modelwright/models";
import { trainModel } from "@modelwright/training";
import { ALL_TOGETHER, type Detector } from "./detector.ts";

const LEARNING_RATE = 3e-3;
const WEIGHT_DECAY = 1e-4;
const MOST_BATCH = 256;
/** Updates in a pass at least, as far as there are rows. */
const LEAST_UPDATES = 16;
/** What a row that is repeated without a fault still has, so that there is a logarithm. */
const LEAST_ERROR = 1e-9;
/** Rows of one run of the session. */
const ROWS_PER_RUN = 4096;

/**
 * A network that learns to repeat rows through fewer numbers than they have; odd is what it repeats badly. Scores are the logarithm of the mean squared
 * error. The error of a row counts by ln(1 + error) in training: rows that cannot be repeated, of which some are the anomalies, hardly teach.
 */
export const autoencoder: Detector = {
  title: "autoencoder",
  fit: async ({ train, validation, recipe }, { onProgress, shouldStop }) => {
    const features = fitFeatures(train, { ...ALL_TOGETHER, unknown: recipe.model.unknown });
    const width = features.features.length;
    const { epochs, patience, seed, threads = availableParallelism() } = recipe.train;
    const rounds: number[] = [];
    const stopping = validation.rows === 0 ? {} : { validation: { tensors: tensorsOf(validation, features) } };
    const model = await trainModel(definition(width), {
      data: { tensors: tensorsOf(train, features) },
      ...stopping,
      epochs,
      batchSize: Math.max(1, Math.min(MOST_BATCH, Math.ceil(train.rows / LEAST_UPDATES))),
      learningRate: LEARNING_RATE,
      schedule: "cosine",
      warmup: 0.05,
      optimizer: "adamw",
      weightDecay: WEIGHT_DECAY,
      clipNorm: 1,
      earlyStopping: { patience },
      seed,
      threads,
      shouldStop,
      onEvent: (event) => {
        if (event.type !== "evaluation") return;
        rounds.push(event.loss);
        onProgress(event.step / event.totalSteps);
      },
    });
    const { parameters } = model;
    model.release();
    if (shouldStop()) return undefined;
    let session: Promise<Session> | undefined;
    return {
      features: [features],
      rounds,
      parameters: countParameters(parameters),
      compile: (b, numbersOf) => compileErrors(b, numbersOf(features), parameters),
      predict: async (frame) => {
        session ??= openSession(width, parameters);
        return scores(await session, features.apply(frame), width);
      },
      release: async () => {
        const open = await session;
        session = undefined;
        open?.release();
      },
    };
  },
};

function definition(width: number) {
  return defineModel({
    name: "table-autoencoder",
    inputs: { x: { dtype: "float32", shape: ["batch", width] } },
    targets: {},
    forward: (c, { x }) => ({ error: errorOf(c, x) }),
    loss: (c, { outputs: { error } }) =>
      c.b.op("ReduceMean", [c.b.op("Log", [c.b.op("Add", [error, c.b.scalar(1)])])], { keepdims: 0 }),
  });
}

/** The mean squared difference between a row and what the network repeats of it, float32 `[batch, 1]`. */
function errorOf(c: LayerContext, x: Value): Value {
  const apart = c.b.op("Sub", [tableAutoencoder(c, x), x]);
  return c.b.op("ReduceMean", [c.b.op("Mul", [apart, apart]), c.b.ints([1])], { keepdims: 1 });
}

function compileErrors(b: GraphBuilder, numbers: Value, parameters: Parameters): Value {
  // Parameters have their names of training; here they stand inside scopes.
  const inner = b.scoped("");
  const trained = givenParameters(parameters, "the autoencoder");
  const source = {
    take: (request: ParameterRequest) => trained.take({ ...request, name: request.name.slice(inner.length) }),
  };
  const error = errorOf(new LayerContext(b, source, INFERENCE), numbers);
  return b.op("Log", [b.op("Add", [error, b.scalar(LEAST_ERROR)])]);
}

async function openSession(width: number, parameters: Parameters): Promise<Session> {
  const b = new GraphBuilder({ name: "table-autoencoder" });
  b.output(compileErrors(b, b.input("numbers", "float32", ["batch", width]), parameters), "score");
  return (await defaultRuntime()).createSession(encodeModel(b.build()), {});
}

async function scores(session: Session, numbers: Float32Array, width: number): Promise<Float64Array> {
  const rows = numbers.length / width;
  const all = new Float64Array(rows);
  for (let start = 0; start < rows; start += ROWS_PER_RUN) {
    const end = Math.min(rows, start + ROWS_PER_RUN);
    const part = tensor("float32", [end - start, width], numbers.slice(start * width, end * width));
    const { score } = await session.run({ numbers: part });
    all.set(score!.data as Float32Array, start);
  }
  return all;
}

function tensorsOf(frame: Frame, features: FittedFeatures) {
  return { x: tensor("float32", [frame.rows, features.features.length], features.apply(frame)) };
}
