import { loadTokenizer, type TextTokenizer, trainTokenizer } from "@modelwright/data";
import { defaultRuntime, encodeModel, GraphBuilder, tensorFrom } from "@modelwright/engine";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MaskedLanguageModel } from "./masked-language-model.ts";

const SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
const WORDS = ["red", "green", "blue", "grey"];

let tokenizer: TextTokenizer;
let model: MaskedLanguageModel;
/** What the model gives each piece wherever it looks: it knows no context. */
let probabilities: number[];

beforeAll(async () => {
  const json = await trainTokenizer({
    kind: "word-piece",
    texts: Array(5).fill(WORDS.join(" ")),
    vocabularySize: 60,
    specialTokens: SPECIAL,
  });
  tokenizer = loadTokenizer(json);
  const size = tokenizer.vocabularySize;
  const weights = Array.from({ length: size }, (_, id) => 1 + ((id * 7) % 11));
  weights[tokenizer.idOf("blue")!] = 40;
  weights[tokenizer.idOf("grey")!] = 30;
  // Special tokens are likeliest of all, and must not be what fills a mask.
  weights[tokenizer.idOf("[SEP]")!] = 90;
  const sum = weights.reduce((total, weight) => total + weight, 0);
  probabilities = weights.map((weight) => weight / sum);
  const b = new GraphBuilder({ name: "no-context" });
  const [ids] = ["input_ids", "attention_mask", "token_type_ids"].map((name) =>
    b.input(name, "int64", ["batch", "sequence"]),
  );
  const table = (name: string, columns: readonly number[]) =>
    b.initializer(name, tensorFrom("float32", [size, columns.length], Array(size).fill(columns).flat()));
  const scores = probabilities.map((probability) => Math.log(probability) + 3);
  b.output(b.op("Gather", [table("pieces", scores), ids!]), "logits");
  const first = b.op("Gather", [ids!, b.initializer("zero", tensorFrom("int64", [], [0]))], { axis: 1 });
  // The second text follows the first, it always says.
  b.output(b.op("Gather", [table("relations", [0, 2]), first]), "seq_relationship_logits");
  const session = await (await defaultRuntime()).createSession(encodeModel(b.build()));
  const [padId, unknownId, clsId, sepId, maskId] = SPECIAL.map((token) => tokenizer.idOf(token)!);
  model = new MaskedLanguageModel(
    {
      tokenizer: "tokenizer.json",
      maxLength: 16,
      padId: padId!,
      unknownId: unknownId!,
      clsId: clsId!,
      sepId: sepId!,
      maskId: maskId!,
    },
    { tokenizer, session },
  );
});
afterAll(() => model.release());

test("fills each mask with the likeliest pieces that stand for text", async () => {
  const { text, masks } = await model.fill("red [MASK] green [MASK]", { top: 2 });
  expect(text).toBe("red blue green blue");
  const words = SPECIAL.reduce((sum, token) => sum - probabilities[tokenizer.idOf(token)!]!, 1);
  for (const candidates of masks) {
    expect(candidates.map(({ piece }) => piece)).toEqual(["blue", "grey"]);
    for (const { piece, probability } of candidates)
      expect(probability).toBeCloseTo(probabilities[tokenizer.idOf(piece)!]! / words, 5);
  }
});

const documents = Array.from({ length: 6 }, (_, document) => ({
  id: `d${document}`,
  sentences: Array.from(
    { length: 12 },
    (_, at) => `${WORDS[(document + at) % 4]} ${WORDS[at % 4]} ${WORDS[document % 4]}`,
  ),
}));

test("documents cost what their masked pieces cost, and the pairs that follow each other are counted", async () => {
  const scores = await model.score(documents, { seed: 5 });
  const targets = model.targets(documents, { seed: 5 });
  for (const [i, score] of scores.entries()) {
    const labels = [...targets[i]!];
    expect(score.pieces).toBe(labels.length);
    expect(score.loss).toBeCloseTo(
      labels.reduce((sum, id) => sum - Math.log(probabilities[id]!), 0),
      4,
    );
    expect(score.right).toBe(0);
    expect(score.characters).toBeUndefined();
  }
  const pairs = scores.map((score) => score.pairs!);
  const [count, right] = [
    pairs.reduce((sum, each) => sum + each.count, 0),
    pairs.reduce((sum, each) => sum + each.right, 0),
  ];
  // About half of the pairs follow each other.
  expect(count).toBeGreaterThan(15);
  expect(right / count).toBeGreaterThan(0.2);
  expect(right / count).toBeLessThan(0.8);
});

test("the same seed asks for the same pieces, another one for others", async () => {
  const once = model.targets(documents, { seed: 5 });
  expect(model.targets(documents, { seed: 5 })).toEqual(once);
  expect(model.targets(documents, { seed: 6 })).not.toEqual(once);
});
