import { RandomSource, tensorFrom } from "@modelwright/engine";
import { checkGradient, evaluate, toReference } from "@modelwright/engine/testing";
import { describe, expect, test } from "vitest";
import { INFERENCE } from "../layers/layer-context.ts";
import { buildLoss, buildPrediction, LOSS_OUTPUT, LOSS_SCALE_INPUT } from "../model-definition.ts";
import { classObjective } from "../objectives/class-objective.ts";
import { labelObjective } from "../objectives/label-objective.ts";
import { numberObjective } from "../objectives/number-objective.ts";
import { drawnParameters, givenOr, givenParameters, type NamedTensors } from "../parameters/parameter-source.ts";
import { bert } from "./bert.ts";
import { configJson } from "./config-json.ts";
import { featureModel } from "./feature-model.ts";
import { sparseLinearModel } from "./sparse-linear-model.ts";
import { buildTextEncoder } from "./text-encoder.ts";
import { type TextModelOptions, textModel } from "./text-model.ts";
import { useLite } from "./use-lite.ts";

const given = (parameters: NamedTensors) => givenParameters(parameters, "parameters");

describe("a linear model on sparse vectors", () => {
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
  const classes = sparseLinearModel({ features: 4, objective: classObjective({ classes: 2 }) });
  /** What each objective makes of these logits: the labels it reads and the loss, worked out by its definition. */
  const LOGITS = [
    [44.5, 55.5],
    [-4.5, -6.5],
  ];
  const softplus = (x: number) => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0);
  const flat = LOGITS.flat();
  const objectives = [
    {
      kind: "classes",
      objective: classObjective({ classes: 2 }),
      labels: tensorFrom("int64", [2], [0, 0]),
      loss: (softplus(11) + softplus(-2)) / 2,
    },
    {
      kind: "numbers",
      objective: numberObjective({ numbers: 2 }),
      labels: tensorFrom("float32", [2, 2], [40, 50, -4, -6]),
      loss: (4.5 ** 2 + 5.5 ** 2 + 0.5 ** 2 + 0.5 ** 2) / 4,
    },
    {
      kind: "numbers by Huber's loss",
      objective: numberObjective({ numbers: 2, loss: "huber", delta: 2 }),
      labels: tensorFrom("float32", [2, 2], [40, 50, -4, -6]),
      loss: (2 * (4.5 - 1) + 2 * (5.5 - 1) + 0.125 + 0.125) / 4,
    },
    {
      kind: "labels",
      objective: labelObjective({ labels: 2, positiveWeight: [1, 3] }),
      labels: tensorFrom("float32", [2, 2], [1, 0, 0, 1]),
      loss: (softplus(-flat[0]!) + softplus(flat[1]!) + softplus(flat[2]!) + 3 * softplus(-flat[3]!)) / 4,
    },
  ];

  test("is value · weight row summed over the nonzeros, plus bias; padding counts for nothing", () => {
    const { graph } = buildPrediction(classes, { source: given(parameters), build: INFERENCE });
    // Row 0: 2·[7, 8] + 10·[3, 4]; row 1: −1·[5, 6].
    expect([...evaluate(graph, feeds).get("logits")!.data]).toEqual(flat);
  });

  describe.each(objectives)("with $kind", ({ objective, labels, loss }) => {
    const { graph } = buildLoss(sparseLinearModel({ features: 4, objective }), {
      source: given(parameters),
      build: { trainable: () => true, training: { dropout: 0 } },
    });
    const all = {
      ...feeds,
      "head.weight": toReference(weight),
      "head.bias": toReference(bias),
      labels: toReference(labels),
      [LOSS_SCALE_INPUT]: toReference(tensorFrom("float32", [], [0.5])),
    };

    test("has the loss of its definition", () => {
      expect(evaluate(graph, all).get(LOSS_OUTPUT)!.data[0]).toBeCloseTo(0.5 * loss, 9);
    });

    test.each([...parameters.keys()])("has the gradient of central differences by %s", (parameter) => {
      const { relativeError } = checkGradient({ graph, feeds: all, loss: LOSS_OUTPUT, parameter });
      expect(relativeError).toBeLessThan(1e-5);
    });
  });

  test("starts at zero, decays its weight and spares its bias", () => {
    const source = drawnParameters(RandomSource.fromSeed(1));
    const { parameters: initial } = buildPrediction(classes, { source, build: INFERENCE });
    expect([...initial.values()].map(({ name, decay }) => [name, decay])).toEqual([
      ["head.weight", true],
      ["head.bias", false],
    ]);
    expect([...initial.values()].every(({ tensor }) => tensor.data.every((value) => value === 0))).toBe(true);
  });
});

describe("a head on an encoder", () => {
  const architecture = bert({ vocabularySize: 9, width: 4, layers: 1, heads: 2, innerWidth: 4, positions: 5 });

  const objective = classObjective({ classes: 3 });
  type Changes = Partial<TextModelOptions>;
  const built = (parameters: NamedTensors, changes: Changes = {}) =>
    buildPrediction(textModel({ architecture, objective, ...changes }), {
      source: given(parameters),
      build: INFERENCE,
    });
  const fresh = (changes: Changes = {}, seed = 4) =>
    buildPrediction(textModel({ architecture, objective, ...changes }), {
      source: drawnParameters(RandomSource.fromSeed(seed)),
      build: INFERENCE,
    }).parameters;

  test("its head on cached embeddings gives the logits of encoder and head together", () => {
    const encoder = fresh();
    const head = new Map([...fresh({}, 5)].filter(([name]) => name.startsWith("head.")));
    const texts = {
      input_ids: toReference(tensorFrom("int64", [1, 3], [1, 8, 2])),
      attention_mask: toReference(tensorFrom("int64", [1, 3], [1, 1, 1])),
    };
    const features = evaluate(buildTextEncoder({ architecture, parameters: encoder }).graph, texts).get("embedding")!;
    const onFeatures = featureModel({ features: 4, objective });
    const cached = buildPrediction(onFeatures, { source: given(head), build: INFERENCE });
    const together = built(new Map([...encoder, ...head]));
    expect(evaluate(cached.graph, { features }).get("logits")!.data).toEqual(
      evaluate(together.graph, texts).get("logits")!.data,
    );
  });

  test("a bag beside the encoder adds its score", () => {
    const parameters = fresh({ bag: true });
    expect(parameters.get("bag.weight")).toMatchObject({ decay: true, tensor: { shape: [9, 3] } });
    const weight = tensorFrom(
      "float32",
      [9, 3],
      Array.from({ length: 27 }, (_, i) => i / 10),
    );
    const texts = {
      input_ids: toReference(tensorFrom("int64", [1, 2], [1, 8])),
      attention_mask: toReference(tensorFrom("int64", [1, 2], [1, 1])),
    };
    const alone = evaluate(built(parameters).graph, texts).get("logits")!.data;
    const tensors = [...parameters].map(([name, { tensor }]) => [name, tensor] as const);
    const together = built(new Map([...tensors, ["bag.weight", weight]]), { bag: true });
    expect(together.inputs).toEqual(["input_ids", "attention_mask", "bag_ids"]);
    // One token is a vector of length 1 by itself: row 7 of the table.
    const bag_ids = toReference(tensorFrom("int64", [1, 2], [7, 0]));
    const logits = evaluate(together.graph, { ...texts, bag_ids }).get("logits")!.data;
    [2.1, 2.2, 2.3].forEach((score, i) => {
      expect(logits[i]).toBeCloseTo(alone[i]! + score, 5);
    });
  });

  test("a pretrained encoder is taken as it is, under a fresh head", () => {
    const encoder = new Map([...fresh()].filter(([name]) => name.startsWith("encoder.")));
    const { parameters: initial } = buildPrediction(
      textModel({ architecture, objective: classObjective({ classes: 7 }) }),
      { source: givenOr(encoder, "encoder", drawnParameters(RandomSource.fromSeed(9))), build: INFERENCE },
    );
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
