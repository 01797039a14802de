import { availableParallelism } from "node:os";
import { type GraphBuilder, type Tensor, tensor, type Value } from "@modelwright/engine";
import {
  countParameters,
  defineModel,
  givenParameters,
  INFERENCE,
  LayerContext,
  type ParameterRequest,
  type Parameters,
  type TableNetworkConfig,
  tableNetwork,
} from "@modelwright/models";
import { trainModel } from "@modelwright/training";
import type { ForecastGraph } from "./forecast-graph.ts";
import type { SeriesLearner, SeriesProblem } from "./learner.ts";
import { ets } from "./smoothing-learner.ts";
import { stepFeatures, type WindowExamples, windowExamples } from "./window-examples.ts";

const LEARNING_RATE = 1e-3;
const WEIGHT_DECAY = 0.01;
const DROPOUT = 0.1;
const BATCH = 512;
const HIDDEN = [128, 128];
/** Standard deviations beyond which a number is cut. */
const FARTHEST = 5;
/** Passes where nothing stops it and nothing is known of how long it takes. */
const PASSES = 20;

/** A dense network over the same as trees, which learns the distance from exponential smoothing by its absolute error. */
export const network: SeriesLearner = {
  title: "a network over earlier values, the calendar and the other columns",
  fit: async (problem, { onProgress, shouldStop, before }) => {
    const { train, validation, recipe, features } = problem;
    const { threads = availableParallelism(), seed, epochs, epochPatience } = recipe.train;
    const smoothed = await ets.fit(problem, { onProgress: () => {}, shouldStop });
    if (smoothed === undefined) return undefined;
    const anchor = (graph: ForecastGraph) => smoothed.compile(graph);
    const of = (split: SeriesProblem["train"]) => windowExamples(split, features, anchor, { threads });
    const examples = await of(train);
    const held = validation === undefined ? undefined : await of(validation);
    const scale = scaleOf(examples);
    const config = configOf(examples);
    const passes = before?.passes ?? (held === undefined ? PASSES : epochs);
    const curve: number[] = [];
    const model = await trainModel(definition(config), {
      data: { tensors: tensorsOf(examples, scale) },
      ...(held === undefined
        ? {}
        : { validation: { tensors: tensorsOf(held, scale) }, earlyStopping: { patience: epochPatience } }),
      epochs: passes,
      batchSize: BATCH,
      learningRate: LEARNING_RATE,
      schedule: "cosine",
      warmup: 0.05,
      optimizer: "adamw",
      weightDecay: WEIGHT_DECAY,
      dropout: DROPOUT,
      clipNorm: 1,
      seed,
      threads,
      shouldStop,
      onEvent: (event) => {
        if (event.type !== "evaluation") return;
        curve.push(event.loss);
        onProgress(event.step / event.totalSteps);
      },
    });
    const { parameters } = model;
    model.release();
    if (shouldStop()) return undefined;
    const best = curve.indexOf(Math.min(...curve)) + 1;
    return {
      parameters: countParameters(parameters),
      passes: Math.max(1, best),
      ...(curve.length === 0 ? {} : { rounds: curve }),
      compile: (graph) => {
        const { b, shape } = graph;
        const { values } = stepFeatures(graph, features, train.panel.frequency);
        const scaled = scaledGraph(b, values, scale);
        const distance = b.op("Reshape", [compile(b, scaled, config, parameters), b.ints([-1, shape.horizon])]);
        return b.op("Add", [anchor(graph), b.op("Mul", [distance, graph.scale()])]);
      },
    };
  },
};

/** How features become numbers about as large as 1; codes of categories stay as they are. */
interface FeatureScale {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  readonly limit: readonly number[];
}

function scaleOf({ columns, categories }: WindowExamples): FeatureScale {
  const of = columns.map((values, i) => {
    if (categories[i] !== undefined) return { mean: 0, deviation: 1, limit: Number.MAX_SAFE_INTEGER };
    let [sum, squares, count] = [0, 0, 0];
    for (const value of values) {
      if (Number.isNaN(value)) continue;
      sum += value;
      squares += value * value;
      count++;
    }
    const mean = count === 0 ? 0 : sum / count;
    const deviation = Math.sqrt(Math.max(0, squares / Math.max(1, count) - mean * mean));
    return { mean, deviation: deviation || 1, limit: FARTHEST };
  });
  const list = (name: keyof FeatureScale) => of.map((each) => Math.fround(each[name]));
  return { mean: list("mean"), deviation: list("deviation"), limit: list("limit") };
}

function configOf({ categories }: WindowExamples): TableNetworkConfig {
  return {
    features: categories.map((count) => (count === undefined ? {} : { categories: count })),
    outputs: 1,
    hidden: HIDDEN,
  };
}

function definition(config: TableNetworkConfig) {
  return defineModel({
    name: "forecast-network",
    inputs: { x: { dtype: "float32", shape: ["batch", config.features.length] } },
    targets: { y: { dtype: "float32", shape: ["batch", 1] } },
    forward: (c, { x }) => ({ distance: tableNetwork(c, x, config) }),
    loss: ({ b }, { outputs: { distance }, targets: { y } }) =>
      b.op("ReduceMean", [b.op("Abs", [b.op("Sub", [distance, y])]), b.ints([0, 1])], { keepdims: 0 }),
  });
}

function tensorsOf({ columns, target }: WindowExamples, scale: FeatureScale): Record<string, Tensor> {
  const [rows, width] = [target.length, columns.length];
  const x = new Float32Array(rows * width);
  for (const [place, values] of columns.entries()) {
    const [mean, deviation, limit] = [scale.mean[place]!, scale.deviation[place]!, scale.limit[place]!];
    for (let row = 0; row < rows; row++) {
      const scaled = (values[row]! - mean) / deviation;
      x[row * width + place] = Number.isNaN(scaled) ? 0 : Math.max(-limit, Math.min(limit, scaled));
    }
  }
  return { x: tensor("float32", [rows, width], x), y: tensor("float32", [rows, 1], Float32Array.from(target)) };
}

/** The same in a graph. */
function scaledGraph(b: GraphBuilder, values: Value, { mean, deviation, limit }: FeatureScale): Value {
  const row = (numbers: readonly number[]) => b.constant("float32", [1, numbers.length], numbers);
  const scaled = b.op("Div", [b.op("Sub", [values, row(mean)]), row(deviation)]);
  const known = b.op("Where", [b.op("IsNaN", [scaled]), b.scalar(0), scaled]);
  return b.op("Max", [b.op("Min", [known, row(limit)]), row(limit.map((each) => -each))]);
}

function compile(b: GraphBuilder, numbers: Value, config: TableNetworkConfig, parameters: Parameters): Value {
  // Parameters have their names of training; here they stand inside scopes.
  return b.scope("network", () => {
    const inner = b.scoped("");
    const trained = givenParameters(parameters, "the network");
    const source = {
      take: (request: ParameterRequest) => trained.take({ ...request, name: request.name.slice(inner.length) }),
    };
    return tableNetwork(new LayerContext(b, source, INFERENCE), numbers, config);
  });
}
