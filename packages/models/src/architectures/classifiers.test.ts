import { RandomSource, tensorFrom } from "@modelwright/engine";
import { checkGradient, evaluate, toReference } from "@modelwright/engine/testing";
import { describe, expect, test } from "vitest";
import { INFERENCE } from "../layers/layer-context.ts";
import { addCrossEntropyLoss } from "../losses/cross-entropy.ts";
import { buildBagOfFeatures, initialBagOfFeaturesParameters } from "./bag-of-features.ts";
import { bert } from "./bert.ts";
import { configJson } from "./config-json.ts";
import { buildFeatureClassifier, initialHeadParameters } from "./feature-classifier.ts";
import { buildTextClassifier, initialParameters } from "./text-classifier.ts";
import { buildTextEncoder } from "./text-encoder.ts";
import { useLite } from "./use-lite.ts";

describe("bag of features", () => {
  const weight = tensorFrom("float32", [4, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
  const bias = tensorFrom("float32", [2], [0.5, -0.5]);
  const parameters = new Map([
    ["head.weight", weight],
    ["head.bias", bias],
  ]);
  const feeds = {
    indices: toReference(tensorFrom("int64", [2, 3], [3, 1, 0, 2, 0, 0])),
    values: toReference(tensorFrom("float32", [2, 3], [2, 10, 0, -1, 0, 0])),
  };

  test("is value · weight row summed over the nonzeros, plus bias; padding counts for nothing", () => {
    const { graph } = buildBagOfFeatures({ features: 4, classes: 2, parameters, build: INFERENCE });
    // Row 0: 2·[7, 8] + 10·[3, 4]; row 1: −1·[5, 6].
    expect([...evaluate(graph, feeds).get("logits")!.data]).toEqual([44.5, 55.5, -4.5, -6.5]);
  });

  test.each([...parameters.keys()])("has the gradient of central differences by %s", (parameter) => {
    const { graph } = buildBagOfFeatures({
      features: 4,
      classes: 2,
      parameters,
      build: { trainable: () => true, training: { dropout: 0 } },
    });
    const { relativeError } = checkGradient({
      graph: addCrossEntropyLoss(graph),
      feeds: {
        ...feeds,
        "head.weight": toReference(weight),
        "head.bias": toReference(bias),
        labels: toReference(tensorFrom("int64", [2], [0, 0])),
        loss_scale: toReference(tensorFrom("float32", [], [0.5])),
      },
      loss: "loss",
      parameter,
    });
    expect(relativeError).toBeLessThan(1e-6);
  });

  test("starts at zero, decays its weight and spares its bias", () => {
    const initial = initialBagOfFeaturesParameters({ features: 4, classes: 2 });
    expect([...initial.values()].map(({ name, decay, group }) => [name, decay, group])).toEqual([
      ["head.weight", true, "head"],
      ["head.bias", false, "head"],
    ]);
    expect([...initial.values()].every(({ tensor }) => tensor.data.every((value) => value === 0))).toBe(true);
  });
});

describe("feature classifier", () => {
  const random = RandomSource.fromSeed(4);
  const architecture = bert({ vocabularySize: 9, width: 4, layers: 1, heads: 2, innerWidth: 4, positions: 5 });

  test("its head on cached embeddings gives the logits of encoder and head together", () => {
    const encoder = initialParameters({ architecture, classes: 3, random });
    const head = initialHeadParameters({ width: 4, classes: 3, random: RandomSource.fromSeed(5) });
    const texts = {
      input_ids: toReference(tensorFrom("int64", [1, 3], [1, 8, 2])),
      attention_mask: toReference(tensorFrom("int64", [1, 3], [1, 1, 1])),
    };
    const features = evaluate(buildTextEncoder({ architecture, parameters: encoder }).graph, texts).get("embedding")!;
    const cached = buildFeatureClassifier({ width: 4, classes: 3, parameters: head, build: INFERENCE });
    const together = buildTextClassifier({
      architecture,
      classes: 3,
      parameters: new Map([...encoder, ...head]),
      build: INFERENCE,
    });
    expect(evaluate(cached.graph, { features }).get("logits")!.data).toEqual(
      evaluate(together.graph, texts).get("logits")!.data,
    );
  });

  test("a bag beside the encoder adds its score and learns at a rate of its own", () => {
    const parameters = initialParameters({ architecture, classes: 3, bag: true, random });
    expect(parameters.get("bag.weight")).toMatchObject({ group: "bag", decay: true, tensor: { shape: [9, 3] } });
    const weight = tensorFrom(
      "float32",
      [9, 3],
      Array.from({ length: 27 }, (_, i) => i / 10),
    );
    const texts = {
      input_ids: toReference(tensorFrom("int64", [1, 2], [1, 8])),
      attention_mask: toReference(tensorFrom("int64", [1, 2], [1, 1])),
    };
    const model = { architecture, classes: 3, build: INFERENCE };
    const alone = evaluate(buildTextClassifier({ ...model, parameters }).graph, texts).get("logits")!.data;
    const together = buildTextClassifier({
      ...model,
      bag: true,
      parameters: new Map([
        ...[...parameters].map(([name, { tensor }]) => [name, tensor] as const),
        ["bag.weight", weight],
      ]),
    });
    expect(together.inputs).toEqual(["input_ids", "attention_mask", "bag_ids"]);
    // One piece is a vector of length 1 by itself: row 7 of the table.
    const bag_ids = toReference(tensorFrom("int64", [1, 2], [7, 0]));
    const logits = evaluate(together.graph, { ...texts, bag_ids }).get("logits")!.data;
    [2.1, 2.2, 2.3].forEach((score, i) => {
      expect(logits[i]).toBeCloseTo(alone[i]! + score, 5);
    });
  });

  test("a pretrained encoder is taken as it is, under a fresh head", () => {
    const pretrained = initialParameters({ architecture, classes: 3, random });
    const encoder = new Map([...pretrained].filter(([name]) => name.startsWith("encoder.")));
    const initial = initialParameters({
      architecture,
      classes: 7,
      pretrained: encoder,
      random: RandomSource.fromSeed(9),
    });
    for (const [name, { tensor }] of encoder) expect(initial.get(name)!.tensor).toBe(tensor);
    expect(initial.get("head.classifier.weight")!.tensor.shape).toEqual([4, 7]);
    expect(initial.get("head.classifier.bias")!.tensor.data).toEqual(new Float32Array(7));
  });
});

describe("configJson", () => {
  test("is the config.json that transformers.js reads", () => {
    const config = configJson({ architecture: useLite, labels: ["ham", "spam"], base: "use-lite-en", padId: 0 });
    expect(config).toEqual({
      _name_or_path: "use-lite-en",
      architectures: ["UseLiteForSequenceClassification"],
      model_type: "use-lite",
      vocab_size: 8002,
      embedding_size: 256,
      hidden_size: 512,
      intermediate_size: 1536,
      num_attention_heads: 4,
      num_hidden_layers: 2,
      max_position_embeddings: 128,
      hidden_act: "relu",
      layer_norm_eps: 1e-6,
      pad_token_id: 0,
      problem_type: "single_label_classification",
      num_labels: 2,
      id2label: { "0": "ham", "1": "spam" },
      label2id: { ham: 0, spam: 1 },
    });
  });

  test("keeps labels that look like numbers or properties of objects", () => {
    const labels = ["10", "2", "__proto__", "constructor"];
    const config = JSON.parse(JSON.stringify(configJson({ architecture: useLite, labels, padId: 0 })));
    expect(Object.entries(config.label2id).sort(([, a], [, b]) => Number(a) - Number(b))).toEqual(
      labels.map((label, id) => [label, id]),
    );
  });
});
