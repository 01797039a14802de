import { RandomSource } from "@modelwright/engine";
import { buildPrediction, drawnParameters, INFERENCE, sequenceToSequenceModel, t5 } from "@modelwright/models";
import { expect, test } from "vitest";
import { layersOf } from "./encoder-layers.ts";

const model = t5({ vocabularySize: 11, width: 8, layers: 2, decoderLayers: 3, heads: 2, innerWidth: 8, tied: false });
const source = drawnParameters(RandomSource.fromSeed(1));
const { count, depthOf } = layersOf(buildPrediction(sequenceToSequenceModel(model), { source, build: INFERENCE }));

test.each([
  ["decoder.logits.weight", 0],
  ["decoder.norm.weight", 0],
  ["decoder.layer2.feed_forward.output.weight", 0],
  ["decoder.layer2.attention.query.lora_a", 0],
  ["decoder.layer0.cross_attention.key.weight", 2],
  // What stands between encoder and decoder goes with the encoder.
  ["decoder.distances.weight", 3],
  ["encoder.norm.weight", 3],
  ["encoder.layer1.attention.query.weight", 3],
  ["encoder.layer0.attention.query.weight", 4],
  ["encoder.distances.weight", 5],
  ["encoder.word.weight", 5],
])("%s lies %i layers below the top", (name, depth) => {
  expect(count).toBe(5);
  expect(depthOf(name)).toBe(depth);
});
