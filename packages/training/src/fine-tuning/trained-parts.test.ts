import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { differentiate, RandomSource } from "@modelwright/engine";
import {
  bert,
  buildLoss,
  buildTextEncoder,
  classObjective,
  countParameters,
  drawnParameters,
  givenOr,
  LOSS_OUTPUT,
  type LoadedPretrained,
  mergeAdapters,
  peftAdapter,
  textModel,
} from "@modelwright/models";
import { describe, expect, test } from "vitest";
import { classTargets } from "../batch-sources/targets.ts";
import { CheckpointStore } from "../checkpoints/checkpoint-store.ts";
import { MEAN_LOSS } from "../evaluator/model-evaluator.ts";
import { encoderLayers } from "./encoder-layers.ts";
import { type EncoderTask, type EncoderTraining, type FineTunedModel, trainEncoder } from "./train-encoder.ts";
import { type LoraOptions, trainedParts } from "./trained-parts.ts";

const LAYERS = 3;
const architecture = bert({
  vocabularySize: 30,
  width: 8,
  layers: LAYERS,
  heads: 2,
  innerWidth: 12,
  positions: 6,
});
const drawn = drawnParameters(RandomSource.fromSeed(4));
const definition = textModel({ architecture, objective: classObjective({ classes: 2 }) });
const { parameters } = buildLoss(definition, { source: drawn, build: { trainable: () => false } });
const pretrained: LoadedPretrained = {
  encoder: architecture,
  parameters: new Map([...parameters].filter(([name]) => name.startsWith("encoder."))),
  tokenizerJson: {},
};
const layers = encoderLayers(pretrained);
const lora: LoraOptions = { rank: 2, alpha: 4, targets: "all-linear", modulesToSave: [] };

const texts = Array.from({ length: 12 }, (_, row) =>
  Int32Array.from({ length: 6 }, (_, at) => 1 + ((row * 5 + at * 3) % 29)),
);
const targets = classTargets(Int32Array.from(texts, (_, row) => row % 2));

function task(changed: Partial<EncoderTask> = {}): EncoderTask {
  const encoded = { encoded: texts, reading: { maxLength: 6, truncation: "end" } } as const;
  return {
    pretrained,
    objective: classObjective({ classes: 2 }),
    train: encoded,
    trainTargets: targets,
    validation: encoded,
    validationTargets: targets,
    evaluation: MEAN_LOSS,
    earlyStopping: {},
    ...changed,
  };
}

const options = (changed: Partial<EncoderTraining> & Pick<EncoderTraining, "fineTune">): EncoderTraining => ({
  learningRate: 1e-2,
  headLearningRate: 1e-2,
  bagLearningRate: 1e-2,
  optimizer: "adamw",
  batchSize: 6,
  epochs: 2,
  threads: 1,
  ...changed,
});

/** Names of the encoder's parameters that are not what they were. */
async function moved(changed: Parameters<typeof options>[0]) {
  const model = await trainEncoder(task(), options(changed));
  const names = [...pretrained.parameters].filter(([name, { tensor }]) =>
    model.parameters.get(name)!.tensor.data.some((value, i) => value !== tensor.data[i]),
  );
  return { model, names: names.map(([name]) => name) };
}

const all = [...pretrained.parameters.keys()];

describe("what is trained", () => {
  // A text's embedding is what the pooler makes of the last layer.
  const above = (layer: number) => all.filter((name) => layers.depthOf(name) < LAYERS - layer);

  test.each([
    ["full", all],
    ["last:1", above(2)],
    ["last:2", above(1)],
    ["last:3", above(0)],
    ["bitfit", all.filter((name) => name.endsWith(".bias"))],
    ["lora", all.filter((name) => /(query|key|value|output|inner|pooler)\.weight$/.test(name))],
    ["frozen", []],
  ] as const)("%s", async (fineTune, expected) => {
    const { names, model } = await moved({ fineTune, lora });
    // Attention does not change when all keys are moved alike.
    const isFree = (name: string) => !name.endsWith("key.bias");
    expect(names.filter(isFree)).toEqual(expected.filter(isFree));
    expect(model.parameters.get("head.classifier.weight")!.tensor.data.some((value) => value !== 0)).toBe(true);
    expect([...model.parameters.keys()]).toEqual([...all, "head.classifier.weight", "head.classifier.bias"]);
  });

  test("counts what was trained", async () => {
    const head = 8 * 2 + 2;
    expect((await moved({ fineTune: "frozen" })).model.trained).toBe(head);
    expect((await moved({ fineTune: "full" })).model.trained).toBe(countParameters(pretrained.parameters) + head);
    const adapters = LAYERS * (4 * 2 * (8 + 8) + 2 * 2 * (8 + 12)) + 2 * (8 + 8);
    expect((await moved({ fineTune: "lora", lora })).model.trained).toBe(adapters + head);
  });

  test("has layers, what is above them and what is below", () => {
    expect(layers.count).toBe(LAYERS);
    const depth = (end: string) => layers.depthOf(`encoder.${end}`);
    expect(["pooler.weight", "layer2.attention.query.lora_A", "layer1.feed_forward_norm.bias"].map(depth)).toEqual([
      0, 0, 1,
    ]);
    expect(
      ["layer0.attention.key.bias", "embeddings.word.weight", "embeddings.word.lora_embedding_A"].map(depth),
    ).toEqual([2, 3, 3]);
    const { segments } = buildTextEncoder({ architecture, parameters: pretrained.parameters });
    expect(segments).toEqual(["encoder.layer0.", "encoder.layer1.", "encoder.layer2."]);
  });
});

describe("what is not trained costs nothing", () => {
  function backward(fineTune: "full" | "bitfit" | "lora" | `last:${number}`) {
    const facts = { modelType: "bert", definition, parameters: pretrained.parameters, layers, lora };
    const { isTrained, adapters } = trainedParts(fineTune, facts);
    const build = { trainable: isTrained, training: { dropout: 0 }, adapters };
    const built = buildLoss(definition, { source: givenOr(parameters, "test", drawn), build });
    const trained = [...built.parameters.keys()].filter(isTrained);
    const graph = differentiate(built.graph, { loss: LOSS_OUTPUT, parameters: trained, byRows: true });
    const nodes = graph.nodes.filter(({ name }) => name.startsWith("backward."));
    const isProduct = ({ name, opType }: { readonly name: string; readonly opType: string }) =>
      /\.(query|key|value|output|inner|pooler)\.MatMul\./.test(name) && opType.endsWith("MatMul");
    return { graph, nodes, trained, products: nodes.filter(isProduct).length };
  }
  const isIn = (layer: string) => (node: { readonly name: string }) =>
    node.name.startsWith(`backward.encoder.${layer}.`);

  test("last:1 has no backward pass below its layer", () => {
    const { nodes } = backward("last:1");
    expect(nodes.some(isIn("layer2"))).toBe(true);
    for (const below of ["layer1", "layer0", "embeddings"]) expect(nodes.filter(isIn(below))).toEqual([]);
    expect(backward("last:2").nodes.length).toBeGreaterThan(nodes.length);
    expect(backward("full").nodes.length).toBeGreaterThan(2 * nodes.length);
  });

  test("bitfit has no product for the gradient of a matrix", () => {
    // A layer's six dense layers pass a gradient down and have none of their own; so has the pooler.
    expect(backward("full").products - backward("bitfit").products).toBe(6 * LAYERS + 1);
  });

  test.each(["bitfit", "lora", "last:1"] as const)("%s holds what it does not train as constants", (fineTune) => {
    const { graph, trained } = backward(fineTune);
    const gradients = graph.outputs.map(({ name }) => name).filter((name) => name !== LOSS_OUTPUT);
    expect(gradients.toSorted()).toEqual(trained.map((name) => `${name}.grad`).toSorted());
    for (const name of all) expect(graph.initializers.has(name), name).toBe(!trained.includes(name));
  });
});

describe("rates of layers", () => {
  test("fall from the last one down, under the rate of the head", async () => {
    const rates: Readonly<Record<string, number>>[] = [];
    await trainEncoder(
      task(),
      options({
        fineTune: "full",
        layerDecay: 0.5,
        headLearningRate: 3e-2,
        onEvent: (event) => {
          if (event.type === "step") rates.push(event.learningRates);
        },
      }),
    );
    expect(rates[0]).toEqual({
      head: 3e-2,
      "encoder-3": 1e-2,
      "encoder-2": 5e-3,
      "encoder-1": 2.5e-3,
      "encoder-0": 1.25e-3,
    });
  });

  test.each(["lora", "last:2", "bitfit"] as const)("go with %s", async (fineTune) => {
    const { names } = await moved({ fineTune, lora, layerDecay: 0.5 });
    expect(names.length).toBeGreaterThan(0);
  });
});

describe("layers that are unfrozen one by one", () => {
  /** Rates of each update, and the encoder's weights after so many of them. */
  async function unfrozen(epochs: number, changed: Partial<EncoderTraining> = {}) {
    const rates: Readonly<Record<string, number>>[] = [];
    const unfreeze = { every: 1 };
    const { names } = await moved({
      fineTune: "full",
      unfreeze,
      epochs,
      onEvent: (event) => {
        if (event.type === "step") rates.push(event.learningRates);
      },
      ...changed,
    });
    return { rates, names: names.filter((name) => !name.endsWith("key.bias")) };
  }
  const upTo = (depth: number) => all.filter((name) => layers.depthOf(name) <= depth && !name.endsWith("key.bias"));

  test("stay as they were until their epoch, and move from then on", async () => {
    // Two updates make an epoch. The head is trained first, alone.
    expect((await unfrozen(1)).names).toEqual([]);
    for (const depth of [0, 1, 2, 3]) expect((await unfrozen(depth + 2)).names).toEqual(upTo(depth));
  });

  test("have a rate of zero until then", async () => {
    const { rates } = await unfrozen(3, { layerDecay: 0.5 });
    const begun = rates.map((each) =>
      Object.keys(each)
        .filter((group) => each[group]! > 0)
        .toSorted(),
    );
    const [head, top, next] = [["head"], ["encoder-3", "head"], ["encoder-2", "encoder-3", "head"]];
    expect(begun).toEqual([head, head, top, top, next, next]);
  });

  test("make the updates that they would make if training began with them", async () => {
    // One update of one layer on a head that does not move: as the first update of training that layer alone.
    const still = { headLearningRate: 1e-30, batchSize: 12, weightDecay: 0 } as const;
    const late = await trainEncoder(
      task(),
      options({ fineTune: "last:1", unfreeze: { every: 1 }, epochs: 2, ...still }),
    );
    const early = await trainEncoder(task(), options({ fineTune: "last:1", epochs: 1, ...still }));
    for (const name of upTo(0)) {
      const [a, b] = [late, early].map(({ parameters: own }) => own.get(name)!.tensor.data);
      expect(Math.max(...a!.map((value, i) => Math.abs(value - b![i]!))), name).toBeLessThan(1e-6);
    }
  });
});

describe("a head that is fitted to the vectors first", () => {
  const headStart = { epochs: 6, learningRate: 3e-2, patience: 6 };
  const still = { fineTune: "full", learningRate: 1e-30, headLearningRate: 1e-30, weightDecay: 0, epochs: 1 } as const;
  const head = ({ parameters: all }: FineTunedModel) => [...all].filter(([name]) => name.startsWith("head."));

  test("starts as the best head of a frozen encoder", async () => {
    const { epochs, patience, learningRate: headLearningRate } = headStart;
    const byLoss = task({ earlyStopping: { metric: "loss", better: "lower", patience } });
    const frozen = await trainEncoder(
      byLoss,
      options({ fineTune: "frozen", epochs, headLearningRate, weightDecay: 0 }),
    );
    const reached: number[] = [];
    const begun = await trainEncoder(
      task(),
      options({ ...still, headStart, onHead: ({ loss }) => reached.push(loss) }),
    );
    expect(head(begun)).toEqual(head(frozen));
    expect(reached).toEqual([Math.min(...frozen.fit.state.evaluations.map(({ loss }) => loss))]);
    expect(begun.fit.state.evaluations[0]!.loss).toBeCloseTo(reached[0]!, 5);
  });

  test("that was stopped is fitted again, and the run goes on to the same weights", async () => {
    const folder = await mkdtemp(join(tmpdir(), "head-start-"));
    const path = join(folder, "checkpoint.safetensors");
    const run = (stopAt: number) => {
      let asked = 0;
      const checkpoints = new CheckpointStore(path, "run");
      const shouldStop = () => ++asked > stopAt;
      return trainEncoder(task(), options({ fineTune: "full", headStart, epochs: 1, checkpoints, shouldStop }));
    };
    try {
      expect((await run(3)).fit.status).toBe("interrupted");
      expect(existsSync(path)).toBe(false);
      const whole = await trainEncoder(task(), options({ fineTune: "full", headStart, epochs: 1 }));
      expect((await run(Number.POSITIVE_INFINITY)).parameters).toEqual(whole.parameters);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("is drawn otherwise", async () => {
    const loss = async (seed: number) => {
      const { fit } = await trainEncoder(task(), options({ ...still, seed }));
      return fit.state.evaluations[0]!.loss;
    };
    expect(await loss(7)).toBeCloseTo(Math.log(2), 1);
    expect(await loss(8)).not.toBe(await loss(7));
  });
});

describe("an adapter", () => {
  const trained = () =>
    trainEncoder(task(), options({ fineTune: "lora", lora: { ...lora, modulesToSave: ["pooler"] } }));

  test("is added to the weights that it leaves apart", async () => {
    const { adapter, parameters: merged } = await trained();
    const beside = new Map([...pretrained.parameters, ...adapter!.trained]);
    const again = mergeAdapters(beside, adapter!.settings);
    for (const [name, { tensor }] of merged) expect(again.get(name)!.tensor.data, name).toEqual(tensor.data);
  });

  test("is where training goes on", async () => {
    const { adapter, fit } = await trained();
    const file = "adapter";
    const saved = { ...peftAdapter(adapter!.trained, { ...adapter!, base: "tiny" }), file };
    const further = await trainEncoder(task(), options({ fineTune: "lora", lora: saved }));
    const loss = (result: typeof fit) => result.state.evaluations[0]!.loss;
    expect(loss(further.fit)).toBeLessThan(loss(fit));
    expect([...further.adapter!.trained.keys()].toSorted()).toEqual([...adapter!.trained.keys()].toSorted());
    // Another head: the adapter goes on under a fresh one.
    const three = { objective: classObjective({ classes: 3 }) };
    const other = await trainEncoder(task(three), options({ fineTune: "lora", lora: saved }));
    expect(other.parameters.get("head.classifier.bias")!.tensor.shape).toEqual([3]);
  });

  test("of another encoder is refused", async () => {
    const { adapter } = await trained();
    const written = peftAdapter(adapter!.trained, { ...adapter!, base: "tiny" });
    const tensors = new Map([...written.tensors].map(([name, value]) => [name.replace("pooler", "other"), value]));
    await expect(
      trainEncoder(task(), options({ fineTune: "lora", lora: { ...written, tensors, file: "a" } })),
    ).rejects.toMatchObject({ code: "MODEL_ADAPTER_UNFIT" });
  });
});

test.each([
  ["last:4", {}, 'model.fineTune "last:4": the encoder has 3 layers. Write last:3 or fewer.'],
  ["lora", { lora: { ...lora, targets: ["quer"] } }, 'model.lora.targets: the model has no "quer"'],
  ["lora", { lora: { ...lora, modulesToSave: ["pool"] } }, 'model.lora.modulesToSave: the model has no "pool"'],
] as const)("%s that the encoder does not have is refused: %j", async (fineTune, changed, message) => {
  await expect(trainEncoder(task(), options({ fineTune, ...changed }))).rejects.toThrow(message);
});
