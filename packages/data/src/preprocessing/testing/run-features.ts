import { createGraphSession, defaultRuntime, type Graph, GraphBuilder } from "@modelwright/engine";
import { evaluateWithStrings, type ReferenceTensor, toReference } from "@modelwright/engine/testing";
import type { Frame } from "../../frames/frame.ts";
import type { FittedFeatures } from "../fitted-features.ts";
import { frameFeeds } from "../frame-feeds.ts";

/** The graph that gives the features and nothing else. */
function featureGraph(fitted: FittedFeatures): Graph {
  const b = new GraphBuilder({ name: "features" });
  b.output(fitted.compile(b), "features");
  return b.build();
}

/** The features by the float64 interpreter, `[rows, features]`. */
export function interpretFeatures(fitted: FittedFeatures, frame: Frame): ReferenceTensor {
  const feeds = Object.entries(frameFeeds(fitted.inputs, frame)).map(([name, tensor]) => [name, toReference(tensor)]);
  const found = evaluateWithStrings(featureGraph(fitted), Object.fromEntries(feeds)).get("features");
  if (found === undefined || found.dtype === "string") throw new Error("the graph gives numbers");
  return found;
}

/** ONNX Runtime with the graph of these features. */
export async function featureSession(fitted: FittedFeatures) {
  const session = await createGraphSession(await defaultRuntime(), featureGraph(fitted), { threads: 1 });
  return {
    run: async (frame: Frame): Promise<Float32Array> => {
      const { features } = await session.run(frameFeeds(fitted.inputs, frame));
      return features!.data as Float32Array;
    },
    release: () => session.release(),
  };
}
