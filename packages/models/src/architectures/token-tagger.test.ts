import { defaultRuntime, encodeModel, RandomSource, type Tensor, tensorFrom } from "@modelwright/engine";
import { expect, test } from "vitest";
import { INFERENCE } from "../layers/layer-context.ts";
import { buildEvaluation, buildPrediction, LOSS_OUTPUT } from "../model-definition.ts";
import { drawnParameters, givenParameters } from "../parameters/parameter-source.ts";
import { bert } from "./bert.ts";
import { spanTagger } from "./span-tagger.ts";
import { tokenTagger } from "./token-tagger.ts";

const runtime = await defaultRuntime();
const LABELS = 2;
const TAGS = 2 * LABELS + 1;
const architecture = bert({ vocabularySize: 20, width: 8, layers: 1, heads: 2, innerWidth: 12, positions: 8 });
const input_ids = tensorFrom("int64", [2, 5], [3, 7, 9, 11, 4, 3, 8, 4, 0, 0]);
const attention_mask = tensorFrom("int64", [2, 5], [1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
const labels = tensorFrom("int64", [2, 5], [-100, 1, 2, -100, -100, -100, 3, -100, -100, -100]);

async function run(graph: Parameters<typeof encodeModel>[0], feeds: Readonly<Record<string, Tensor>>) {
  const session = await runtime.createSession(encodeModel(graph), { threads: 1 });
  const results = await session.run(feeds);
  session.release();
  return results;
}

const numbers = ({ data }: Tensor) => Array.from<number | bigint, number>(data, Number);

test("each token has its likeliest tag, and tokens without a label do not count", async () => {
  const definition = tokenTagger({ architecture, labels: LABELS });
  const source = drawnParameters(RandomSource.fromSeed(3));
  const built = buildEvaluation(definition, { source, build: INFERENCE, outputs: ["logits", "tags", "probabilities"] });
  const results = await run(built.graph, { input_ids, attention_mask, labels });
  const logits = numbers(results["logits"]!);
  const rows = Array.from({ length: 10 }, (_, token) => logits.slice(token * TAGS, (token + 1) * TAGS));
  const probabilities = rows.map((row) => {
    const sum = row.reduce((total, logit) => total + Math.exp(logit), 0);
    return row.map((logit) => Math.exp(logit) / sum);
  });
  const tags = rows.map((row) => row.indexOf(Math.max(...row)));
  expect(numbers(results["tags"]!)).toEqual(tags);
  for (const [token, value] of numbers(results["probabilities"]!).entries())
    expect(value).toBeCloseTo(Math.max(...probabilities[token]!), 5);
  const counted = numbers(labels).flatMap((label, token) =>
    label < 0 ? [] : [-Math.log(probabilities[token]![label]!)],
  );
  expect(counted).toHaveLength(3);
  expect(numbers(results[LOSS_OUTPUT]!)[0]).toBeCloseTo(counted.reduce((sum, each) => sum + each, 0) / 3, 5);
  const sums = Object.fromEntries(
    Object.entries(built.sums).map(([name, output]) => [name, numbers(results[output]!)[0]]),
  );
  const predicted = [tags.slice(1, 3), tags.slice(6, 7)];
  expect(sums["actual"]).toBe(2);
  expect(sums["predicted"]).toBe(predicted.flat().filter((tag) => tag % 2 === 1).length);
});

test("under a random field it is a span tagger on the vectors of the encoder", async () => {
  const definition = tokenTagger({ architecture, labels: LABELS, crf: true });
  const drawn = buildPrediction(definition, { source: drawnParameters(RandomSource.fromSeed(4)), build: INFERENCE });
  const tagged = await run(drawn.graph, { input_ids, attention_mask });
  const renamed = new Map(
    [...drawn.parameters].map(([name, { tensor }]) => [
      name.replace("head.classifier.", "head.").replace("head.crf.", "crf."),
      tensor,
    ]),
  );
  const same = spanTagger({
    name: "same",
    labels: LABELS,
    vectors: (c, inputs) =>
      architecture.apply(c, { inputIds: inputs.input_ids, attentionMask: inputs.attention_mask }).vectors!(),
  });
  const other = buildPrediction(same, { source: givenParameters(renamed, "renamed"), build: INFERENCE });
  const expected = await run(other.graph, { input_ids, attention_mask });
  expect(numbers(tagged["tags"]!)).toEqual(numbers(expected["tags"]!));
  for (const [i, value] of numbers(expected["probabilities"]!).entries())
    expect(numbers(tagged["probabilities"]!)[i]).toBeCloseTo(value, 5);
  expect([...drawn.parameters.keys()].filter((name) => !/^(encoder|head)\./.test(name))).toEqual([]);
});

test("an encoder that has one vector per text alone is refused", () => {
  const pooledOnly = {
    ...architecture,
    apply: (...given: Parameters<typeof architecture.apply>) => ({ pooled: architecture.apply(...given).pooled }),
  };
  const definition = tokenTagger({ architecture: pooledOnly, labels: LABELS });
  expect(() =>
    buildPrediction(definition, { source: drawnParameters(RandomSource.fromSeed(0)), build: INFERENCE }),
  ).toThrow("a tagger needs a vector for each token, got one for each text alone");
});
