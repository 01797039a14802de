import { type PeftCase, peftCases } from "@modelwright/models/testing";
import { describe, expect, test } from "vitest";
import { trainModel } from "../model/train-model.ts";

function train({ model, adapters, parameters, isTrained, feeds, learningRate, losses }: PeftCase) {
  return trainModel(model, {
    data: { tensors: feeds },
    validation: { tensors: feeds },
    adapters,
    parameters,
    trainable: isTrained,
    optimizer: "adamw",
    learningRate,
    batchSize: feeds.labels.shape[0]!,
    epochs: losses.length,
    threads: 1,
  });
}

describe.each(peftCases().map((each) => [each.name, each] as const))("%s beside PEFT", (_, example) => {
  test("has its losses, and its logits when the adapters are merged", async () => {
    const trained = await train(example);
    const losses = trained.curve.map(({ loss }) => loss);
    for (const [step, loss] of example.losses.entries()) expect(losses[step], `step ${step}`).toBeCloseTo(loss, 4);
    const { input_ids, attention_mask, labels } = example.feeds;
    const { logits } = await trained.predict({ input_ids, attention_mask });
    for (const [i, logit] of example.logitsAfter.entries()) expect(logits.data[i]).toBeCloseTo(logit, 3);
    // What was evaluated with adapters beside the weights is what the merged model gives.
    const merged = await trained.evaluate({ tensors: { input_ids, attention_mask, labels } });
    expect(Math.abs(merged - trained.fit.state.evaluations.at(-1)!.loss)).toBeLessThan(1e-5);
    trained.release();
  });

  test("leaves the given weights as they were, and keeps its own apart", async () => {
    const before = new Map(Array.from(example.parameters, ([name, { data }]) => [name, data.slice()]));
    const trained = await train(example);
    trained.release();
    for (const [name, { data }] of example.parameters) expect(data, name).toEqual(before.get(name));
    const own = [...example.parameters.keys()].filter((name) => name.includes(".lora_"));
    expect([...trained.adapters.keys()].toSorted()).toEqual(own.toSorted());
    expect([...trained.parameters.keys()].filter((name) => name.includes(".lora_"))).toEqual([]);
  });
});
