import { GraphBuilder, RandomSource, tensorFrom, type Value } from "@modelwright/engine";
import { evaluate, type ReferenceTensor, toReference } from "@modelwright/engine/testing";
import { describe, expect, test } from "vitest";
import { drawnParameters } from "../parameters/parameter-source.ts";
import { attentionMask } from "./attention-mask.ts";
import { INFERENCE, LayerContext } from "./layer-context.ts";
import { maxPooling } from "./max-pooling.ts";
import { gru, lstm, type RecurrentOutputs, rnn, sequenceLengths } from "./recurrent.ts";

const LAYERS = { lstm, gru, rnn } as const;
const [FEATURES, WIDTH] = [3, 4];

function contextOf(build = INFERENCE): LayerContext {
  return new LayerContext(new GraphBuilder({ name: "test" }), drawnParameters(RandomSource.fromSeed(2)), build);
}

/** The outputs for texts given as rows of features; shorter ones are padded with `padding`. */
function run(build: (c: LayerContext, x: Value, mask: Value) => RecurrentOutputs, texts: number[][][], padding = 9) {
  const c = contextOf();
  const x = c.b.input("x", "float32", ["batch", "sequence", FEATURES]);
  const mask = c.b.input("mask", "int64", ["batch", "sequence"]);
  const { states, last } = build(c, x, mask);
  const length = Math.max(...texts.map((text) => text.length));
  const at = (t: number, text: number[][]) => text[t] ?? new Array<number>(FEATURES).fill(padding);
  const steps = Array.from({ length }, (_, t) => t);
  const data = texts.flatMap((text) => steps.flatMap((t) => at(t, text)));
  const real = texts.flatMap((text) => steps.map((t) => (t < text.length ? 1 : 0)));
  const values = evaluate(c.b.build(), {
    x: toReference(tensorFrom("float32", [texts.length, length, FEATURES], data)),
    mask: toReference(tensorFrom("int64", [texts.length, length], real)),
  });
  return { states: values.get(states.name)!, last: values.get(last.name)! };
}

const text = (length: number, seed: number) =>
  Array.from({ length }, (_, t) => Array.from({ length: FEATURES }, (_, i) => Math.sin(seed + 5 * t + 2 * i)));
const row = ({ data, shape }: ReferenceTensor, index: number) => {
  const size = data.length / shape[0]!;
  return Array.from(data.slice(index * size, (index + 1) * size));
};

describe.each(Object.keys(LAYERS) as (keyof typeof LAYERS)[])("%s", (name) => {
  const build = (c: LayerContext, x: Value, mask: Value) => {
    const lengths = sequenceLengths(c, mask);
    return LAYERS[name](c, x, { name, width: WIDTH, layers: 2, bidirectional: true, lengths });
  };

  test("gives a text the same values alone and padded beside a longer one", () => {
    const alone = run(build, [text(2, 1)]);
    const beside = run(build, [text(2, 1), text(5, 3)]);
    expect(beside.states.shape).toEqual([2, 5, 2 * WIDTH]);
    expect(beside.last.shape).toEqual([2, 2 * WIDTH]);
    expect(row(beside.last, 0)).toEqual(row(alone.last, 0));
    const states = row(beside.states, 0);
    expect(states.slice(0, 4 * WIDTH)).toEqual(row(alone.states, 0));
    expect(new Set(states.slice(4 * WIDTH))).toEqual(new Set([0]));
  });

  test("ends forwards at the last token and backwards at the first", () => {
    const { states, last } = run(build, [text(3, 1)]);
    const all = row(states, 0);
    expect(row(last, 0)).toEqual([...all.slice(2 * 2 * WIDTH, 2 * 2 * WIDTH + WIDTH), ...all.slice(WIDTH, 2 * WIDTH)]);
  });

  test("drops between layers only, and names its parameters by layer", () => {
    const c = contextOf({ trainable: () => true, training: { dropout: 0.5 } });
    const x = c.b.input("x", "float32", ["batch", "sequence", FEATURES]);
    const { states } = LAYERS[name](c, x, { name, width: WIDTH, layers: 3 });
    expect(states.shape).toEqual(["batch", "sequence", WIDTH]);
    expect(c.dropouts.map((site) => site.name)).toEqual([`dropout.${name}.layer1`, `dropout.${name}.layer2`]);
    const parts = ["input_weight", "recurrent_weight", "bias"];
    expect([...c.parameters.keys()]).toEqual(
      [0, 1, 2].flatMap((layer) => parts.map((part) => `${name}.layer${layer}.${part}`)),
    );
    expect([...c.parameters.values()].filter(({ decay }) => decay)).toHaveLength(6);
  });
});

test("maxPooling takes the greatest of each feature and leaves padding out", () => {
  const c = contextOf();
  const x = c.b.input("x", "float32", ["batch", "sequence", 2]);
  const mask = c.b.input("mask", "int64", ["batch", "sequence"]);
  const pooled = maxPooling(c, x, attentionMask(c, mask));
  expect(pooled.shape).toEqual(["batch", 2]);
  const { data } = evaluate(c.b.build(), {
    x: toReference(tensorFrom("float32", [1, 3, 2], [-1, -4, -3, -2, 5, 5])),
    mask: toReference(tensorFrom("int64", [1, 3], [1, 1, 0])),
  }).get(pooled.name)!;
  expect(Array.from(data)).toEqual([-1, -2]);
});
