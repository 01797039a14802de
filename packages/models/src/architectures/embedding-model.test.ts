import { RandomSource } from "@modelwright/engine";
import { expect, test } from "vitest";
import { buildLoss } from "../model-definition.ts";
import { drawnParameters } from "../parameters/parameter-source.ts";
import { bert } from "./bert.ts";
import { type EmbeddingLoss, embeddingModel, textsOfLoss } from "./embedding-model.ts";
import { buildSentenceEncoder, drawTextEncoder } from "./text-encoder.ts";
import { useLite } from "./use-lite.ts";

const encoder = bert({
  vocabularySize: 20,
  width: 8,
  layers: 2,
  heads: 2,
  innerWidth: 12,
  positions: 6,
  pooling: "mean",
});
const random = () => RandomSource.fromSeed(4);

test.each<[EmbeddingLoss, number]>([
  [{ kind: "multiple-negatives", scale: 20, hardNegatives: false }, 2],
  [{ kind: "multiple-negatives", scale: 20, hardNegatives: true }, 3],
  [{ kind: "cosine" }, 2],
  [{ kind: "triplet", margin: 1 }, 3],
])("%j reads %i texts with one encoder, each with dropout of its own", (loss, texts) => {
  expect(textsOfLoss(loss)).toHaveLength(texts);
  const build = { trainable: () => true, training: { dropout: 0.5 } };
  const built = buildLoss(embeddingModel(encoder, loss), { source: drawnParameters(random()), build });
  expect([...built.parameters.keys()].toSorted()).toEqual([...drawTextEncoder(encoder, random()).keys()].toSorted());
  const masks = built.dropouts.map(({ name }) => name);
  expect(new Set(masks).size).toBe(masks.length);
  // One mask behind the embeddings, and three in each layer.
  expect(masks).toHaveLength(texts * 7);
});

test("reads several texts with an encoder that has a table of positions", () => {
  const model = embeddingModel(useLite, { kind: "cosine" });
  const build = { trainable: () => true, training: { dropout: 0.1 } };
  const { graph } = buildLoss(model, { source: drawnParameters(random()), build });
  expect([...graph.initializers.keys()]).toContain("encoder.timing.signal");
});

test("served, it gives the vectors of tokens beside that of the text", () => {
  const { inputs, outputs } = buildSentenceEncoder({
    architecture: encoder,
    parameters: drawTextEncoder(encoder, random()),
  });
  expect(inputs).toEqual(["input_ids", "attention_mask"]);
  expect(outputs).toEqual(["last_hidden_state", "sentence_embedding"]);
});
