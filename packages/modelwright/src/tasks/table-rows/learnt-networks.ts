import type { FittedFeatures } from "@modelwright/data";
import { defaultRuntime, encodeModel, GraphBuilder, type Session, tensor, type Value } from "@modelwright/engine";
import {
  countParameters,
  givenParameters,
  INFERENCE,
  LayerContext,
  type ParameterRequest,
  type Parameters,
  type TableNetworkConfig,
  tableNetwork,
} from "@modelwright/models";
import type { TargetScale } from "../target-scale.ts";
import type { LearntTable } from "./learner.ts";

/** What all networks of a table have alike. */
export interface NetworkShape {
  readonly features: FittedFeatures;
  readonly config: TableNetworkConfig;
  /** Of numbers that are predicted. */
  readonly scale: TargetScale | undefined;
}

/** The mean of trained networks, as tables are predicted by. */
export function learntNetworks(shape: NetworkShape, trained: readonly Parameters[]): LearntTable {
  const { features, scale } = shape;
  const mean = (b: GraphBuilder, numbers: Value): Value => {
    const each = trained.map((parameters, i) =>
      b.scope(`network.${i}`, () => compileOne(b, numbers, shape, parameters)),
    );
    const sum = each.reduce((total, other) => b.op("Add", [total, other]));
    const all = each.length === 1 ? sum : b.op("Mul", [sum, b.scalar(1 / each.length)]);
    return scale === undefined
      ? all
      : b.op("Add", [b.op("Mul", [all, b.scalar(scale.deviation)]), b.scalar(scale.mean)]);
  };
  let session: Promise<Session> | undefined;
  return {
    features: [features],
    parameters: trained.reduce((sum, parameters) => sum + countParameters(parameters), 0),
    compile: (b, numbersOf) => mean(b, numbersOf(features)),
    predict: async (frame) => {
      session ??= openSession(features.features.length, mean);
      const numbers = tensor("float32", [frame.rows, features.features.length], features.apply(frame));
      const { predicted } = await (await session).run({ numbers });
      return Float64Array.from(predicted!.data as Float32Array);
    },
    release: async () => {
      const open = await session;
      session = undefined;
      open?.release();
    },
  };
}

async function openSession(width: number, mean: (b: GraphBuilder, numbers: Value) => Value): Promise<Session> {
  const b = new GraphBuilder({ name: "table-network" });
  b.output(mean(b, b.input("numbers", "float32", ["batch", width])), "predicted");
  return (await defaultRuntime()).createSession(encodeModel(b.build()), {});
}

/** Probabilities of one network, or its standardised numbers. */
function compileOne(b: GraphBuilder, numbers: Value, { config, scale }: NetworkShape, parameters: Parameters): Value {
  // Parameters have their names of training; here they stand inside scopes.
  const inner = b.scoped("");
  const trained = givenParameters(parameters, "the network");
  const source = {
    take: (request: ParameterRequest) => trained.take({ ...request, name: request.name.slice(inner.length) }),
  };
  const scores = tableNetwork(new LayerContext(b, source, INFERENCE), numbers, config);
  return scale === undefined ? b.op("Softmax", [scores], { axis: 1 }) : scores;
}
