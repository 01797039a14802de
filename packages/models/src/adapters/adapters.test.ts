import {
  defaultRuntime,
  differentiate,
  encodeModel,
  type Graph,
  gradientName,
  type Tensor,
  tensorFrom,
} from "@modelwright/engine";
import { describe, expect, test } from "vitest";
import { INFERENCE } from "../layers/layer-context.ts";
import { buildLoss, buildPrediction, LOSS_OUTPUT, LOSS_SCALE_INPUT } from "../model-definition.ts";
import type { Parameter, Parameters } from "../parameters/parameter.ts";
import { givenParameters } from "../parameters/parameter-source.ts";
import { type PeftCase, peftCases } from "../testing/peft-cases.ts";
import { adapterGraph } from "./adapter-graph.ts";
import { targetedLayers } from "./adapter-targets.ts";
import { isAdapterParameter } from "./low-rank-adapters.ts";
import { mergeAdapters } from "./merge-adapters.ts";
import { peftAdapter, readPeftAdapter } from "./peft-adapter.ts";
import { publishedScope } from "./published-scopes.ts";

const runtime = await defaultRuntime();

async function run(graph: Graph, feeds: Readonly<Record<string, Tensor>>) {
  const session = await runtime.createSession(encodeModel(graph), { threads: 1 });
  try {
    return await session.run(feeds);
  } finally {
    session.release();
  }
}

function expectClose(actual: Tensor, expected: ArrayLike<number>, tolerance: number, what: string): void {
  expect(actual.data.length, what).toBe(expected.length);
  const difference = Array.from(expected, (value, i) => Math.abs(Number(actual.data[i]) - value));
  expect(Math.max(...difference), what).toBeLessThan(tolerance);
}

/** The forward pass with adapters beside the weights, and its gradients. */
function differentiated({ model, adapters, parameters, isTrained }: PeftCase) {
  const source = givenParameters(parameters, "fixture");
  const build = { trainable: isTrained, training: { dropout: 0 }, adapters };
  const built = buildLoss(model, { source, build });
  const trained = [...built.parameters.keys()].filter(isTrained);
  const { detached } = built;
  return { built, trained, graph: differentiate(built.graph, { loss: LOSS_OUTPUT, parameters: trained, detached }) };
}

const asParameters = (tensors: ReadonlyMap<string, Tensor>): Parameters =>
  new Map(
    Array.from(tensors, ([name, tensor]): [string, Parameter] => [
      name,
      { name, tensor: tensor as Tensor<"float32">, decay: true },
    ]),
  );

describe.each(peftCases().map((each) => [each.name, each] as const))("%s beside PEFT", (_, example) => {
  const { model, adapters, parameters, isTrained, feeds, layers, saved } = example;
  const { input_ids, attention_mask } = feeds;
  const fed = (graph: Graph, all: Readonly<Record<string, Tensor>>) =>
    Object.fromEntries(graph.inputs.map(({ name }) => [name, all[name] ?? parameters.get(name)!]));

  test("has its logits, with adapters beside the weights and merged into them", async () => {
    const beside = buildPrediction(model, {
      source: givenParameters(parameters, "fixture"),
      build: { ...INFERENCE, adapters },
    });
    expectClose((await run(beside.graph, { input_ids, attention_mask })).logits!, example.logits, 1e-5, "beside");
    const merged = mergeAdapters(asParameters(parameters), adapters);
    const plain = buildPrediction(model, { source: givenParameters(merged, "merged"), build: INFERENCE });
    expectClose((await run(plain.graph, { input_ids, attention_mask })).logits!, example.logits, 1e-5, "merged");
    expect([...plain.parameters.keys()].filter(isAdapterParameter)).toEqual([]);
  });

  test("is the base and what its graph adds to weights", async () => {
    const graph = adapterGraph(asParameters(parameters), adapters);
    if (adapters.dora === true) return expect(graph).toBeUndefined();
    const added = await run(graph!, {});
    const merged = mergeAdapters(asParameters(parameters), adapters);
    const changed = [...merged.keys()].filter((name) => merged.get(name)!.tensor.data !== parameters.get(name)!.data);
    expect(Object.keys(added).toSorted()).toEqual(changed.toSorted());
    for (const [name, { data }] of Object.entries(added)) {
      const sum = (parameters.get(name)!.data as Float32Array).map((value, i) => value + Number(data[i]));
      expectClose(merged.get(name)!.tensor, sum, 1e-6, name);
    }
  });

  test("has its loss and the gradient of every trained tensor", async () => {
    const { graph, trained } = differentiated(example);
    const scale = tensorFrom("float32", [], [1]);
    const results = await run(graph, fed(graph, { ...feeds, [LOSS_SCALE_INPUT]: scale }));
    expect(Number(results[LOSS_OUTPUT]!.data[0])).toBeCloseTo(example.loss, 5);
    expect(trained.toSorted()).toEqual([...example.ownGradients.keys()].toSorted());
    for (const [name, expected] of example.ownGradients)
      expectClose(results[gradientName(name)]!, expected.data as Float32Array, 1e-5, name);
  });

  test("computes gradients of what is trained alone, and holds the rest as constants", () => {
    const { graph, trained } = differentiated(example);
    const made = graph.outputs.map(({ name }) => name).filter((name) => name !== LOSS_OUTPUT);
    expect(made.toSorted()).toEqual(trained.map(gradientName).toSorted());
    for (const name of parameters.keys()) {
      expect(graph.initializers.has(name), name).toBe(!isTrained(name));
      expect(
        graph.inputs.some((input) => input.name === name),
        name,
      ).toBe(isTrained(name));
    }
  });

  test("is written as PEFT writes it", () => {
    const trained = asParameters(new Map([...parameters].filter(([name]) => isTrained(name))));
    const named = { modelType: "bert", layers };
    const written = peftAdapter(trained, { settings: adapters, model: named, base: "tiny" });
    expect(new Map([...written.tensors].toSorted())).toEqual(new Map([...saved.tensors].toSorted()));
    const {
      base_model_name_or_path: _,
      init_lora_weights: __,
      modules_to_save,
      target_modules,
      ...rest
    } = written.config;
    expect(saved.config).toMatchObject(rest);
    // PEFT keeps patterns where it was given some; names of whole modules fit no less.
    const targeted = [...layers].filter(([layer, kind]) => adapters.targets(layer, kind));
    const published = targeted.map(([layer]) => publishedScope("bert", layer));
    expect(target_modules).toEqual(published.toSorted());
    expect(modules_to_save).toContain("classifier");
    const read = readPeftAdapter(written, { model: named, file: "written" });
    expect(read.parameters).toEqual(new Map([...trained].map(([name, { tensor }]) => [name, tensor])));
  });
});

describe("a saved adapter", () => {
  const [example] = peftCases();
  const { saved, layers } = example!;
  const model = { modelType: "bert", layers };
  const config = (changed: object) => ({ ...saved, config: { ...saved.config, ...changed } });

  test.each<[object, string]>([
    [{ peft_type: "LOHA" }, 'peft_type is "LORA", got "LOHA"'],
    [{ bias: "all" }, 'bias is "none", got "all"'],
    [{ r: 0 }, "r is a whole number above 0, got 0"],
    [{ lora_alpha: "16" }, 'lora_alpha is a number above 0, got "16"'],
    [{ rank_pattern: { query: 4 } }, 'rank_pattern is empty, got {"query":4}'],
    [{ init_lora_weights: "pissa" }, 'init_lora_weights is true, got "pissa"'],
  ])("of another kind is refused: %j", (changed, message) => {
    expect(() => readPeftAdapter(config(changed), { model, file: "a" })).toThrow(`a: ${message}`);
  });

  test("of another model is refused", () => {
    const foreign = { ...model, modelType: "other" };
    expect(() => readPeftAdapter(saved, { model: foreign, file: "a" })).toThrow(
      /^a: its layers are those of the model, got "base_model\.model\.bert\./,
    );
    const none = { ...saved, tensors: new Map() };
    expect(() => readPeftAdapter(none, { model, file: "a" })).toThrow(
      "a: it holds matrices of LoRA, got 0 other tensors",
    );
  });
});

describe("targets", () => {
  const { layers } = peftCases()[0]!;
  const named = (targets: "all-linear" | string[]) => [
    ...targetedLayers(targets, { layers, option: "model.lora.targets" }),
  ];

  test("are every linear layer, or those whose names end like a pattern", () => {
    expect(named("all-linear")).toHaveLength(2 * 6 + 2);
    expect(named(["query", "layer1.*.output"])).toEqual([
      "encoder.layer0.attention.query",
      "encoder.layer1.attention.query",
      "encoder.layer1.attention.output",
      "encoder.layer1.feed_forward.output",
    ]);
    expect(named(["embeddings.word", "encoder.pooler"])).toEqual(["encoder.embeddings.word", "encoder.pooler"]);
  });

  test("that are no layer are named with those that there are", () => {
    expect(() => named(["quer"])).toThrow('model.lora.targets: the model has no "quer"');
    expect(() => named(["quer"])).toThrow('"attention.query"');
  });
});
