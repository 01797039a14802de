import { defaultRuntime, encodeModel, GraphBuilder, nameOutputs, RandomSource, tensorFrom } from "@modelwright/engine";
import { afterAll, beforeAll, expect, test } from "vitest";
import { numberTokenizer } from "../../testing/number-tokenizer.ts";
import { TokenTexts } from "../constraints/token-texts.ts";
import type { GenerateOptions, Generation } from "../generate-options.ts";
import { Generator } from "../generator.ts";
import { CachedReader } from "./cached-rows.ts";

// Oracle: the same decoder with keys and values that each run makes anew.

const [VOCABULARY, HEADS, WIDTH, POSITIONS] = [13, 2, 8, 150];
/** Never scored, so that texts are as long as they may be. */
const END = VOCABULARY;

/** One layer of attention over drawn embeddings of tokens and positions, as `buildDecoder` writes it. */
function decoder(): Uint8Array {
  const b = new GraphBuilder({ name: "decoder" });
  const random = RandomSource.fromSeed(5);
  const size = HEADS * WIDTH;
  const weight = (rows: number, columns: number) => {
    const values = Array.from({ length: rows * columns }, () => random.normal());
    return b.constant("float32", [rows, columns], values);
  };
  const [ids, positions] = ["input_ids", "position_ids"].map((name) => b.input(name, "int64", ["batch", "sequence"]));
  const mask = b.input("attention_mask", "int64", ["batch", "past+sequence"]);
  const past = ["key", "value"].map((part) =>
    b.input(`past_key_values.0.${part}`, "float32", ["batch", HEADS, "past", WIDTH]),
  );
  const words = weight(VOCABULARY, size);
  const places = weight(POSITIONS, size);
  const x = b.op("Add", [b.op("Gather", [words, ids!]), b.op("Gather", [places, positions!])]);
  const inHeads = () => {
    const rows = b.op("MatMul", [x, weight(size, size)]);
    return b.op("Transpose", [b.op("Reshape", [rows, b.ints([0, 0, HEADS, WIDTH])])], { perm: [0, 2, 1, 3] });
  };
  const [query, key, value] = [inHeads(), inHeads(), inHeads()];
  const [keys, values] = [key, value].map((added, i) => b.op("Concat", [past[i]!, added], { axis: 2 }));
  const lengths = [ids!, mask].map((of) => b.op("Shape", [of], { start: 1, end: 2 }));
  const later = b.op("ConstantOfShape", [b.op("Concat", lengths, { axis: 0 })], {
    value: tensorFrom("float32", [1], [-1e9]),
  });
  const first = b.op("Squeeze", [b.op("Add", [b.op("Sub", [lengths[1]!, lengths[0]!]), b.ints([1])]), b.ints([0])]);
  const padding = b.op("Mul", [b.op("Sub", [b.op("Cast", [mask], { to: 1 }), b.scalar(1)]), b.scalar(1e9)]);
  const bias = b.op("Add", [b.op("Unsqueeze", [padding, b.ints([1, 2])]), b.op("Trilu", [later, first], { upper: 1 })]);
  const scores = b.op("FusedMatMul", [query, keys!], { transB: 1, alpha: 0.1 });
  const attention = b.op("Softmax", [b.op("Add", [scores, bias])], { axis: -1 });
  const context = b.op("Transpose", [b.op("MatMul", [attention, values!])], { perm: [0, 2, 1, 3] });
  const y = b.op("Add", [x, b.op("Reshape", [context, b.ints([0, 0, size])])]);
  b.output(b.op("FusedMatMul", [y, words], { transB: 1, alpha: 0.05 }), "logits");
  b.output(keys!, "present.0.key");
  b.output(values!, "present.0.value");
  return encodeModel(nameOutputs(b.build()));
}

let generators: readonly [anew: Generator, inPlace: Generator];
beforeAll(async () => {
  const runtime = await defaultRuntime();
  const model = decoder();
  const open = async (attendsInPlace: boolean) => {
    const session = await runtime.createSession(model, { threads: 1, attendsInPlace });
    return new CachedReader(session, { maxLength: POSITIONS, runtime });
  };
  const readers = [await open(false), await open(true)] as const;
  expect(readers.map(({ hasRoom }) => hasRoom)).toEqual([false, true]);
  const tokenizer = numberTokenizer(VOCABULARY);
  const parts = { tokenizer, tokenTexts: new TokenTexts(tokenizer), endIds: new Set([END]), mostRows: 3 };
  generators = [new Generator(readers[0], parts), new Generator(readers[1], parts)];
});
afterAll(() => {
  for (const generator of generators) generator.release();
});

const both = (write: (generator: Generator) => Promise<Generation | Generation[]>) =>
  Promise.all(generators.map(write));
const prompt = (length: number) => Array.from({ length }, (_, i) => 1 + ((i * 5) % (VOCABULARY - 1)));

test.each([
  [3, { maxTokens: 140, temperature: 0 }],
  [64, { maxTokens: 70, seed: 1 }],
  [63, { maxTokens: 120, seed: 2 }],
  [5, { maxTokens: 90, beams: 3 }],
] satisfies [number, GenerateOptions][])("behind %i tokens, %o: the same text", async (length, options) => {
  const [anew, inPlace] = await both((generator) => generator.generate({ prompt: prompt(length), options }));
  expect(inPlace).toEqual(anew);
  expect(anew).toMatchObject({ tokens: options.maxTokens });
});

test("texts of unequal lengths that join and leave: those that are written alone", async () => {
  const asked = [
    [2, 80],
    [70, 9],
    [1, 3],
    [64, 30],
    [30, 66],
  ].map(([length, maxTokens], seed) => ({
    prompt: prompt(length!),
    options: { maxTokens: maxTokens!, seed },
  }));
  const alone: Generation[] = [];
  for (const each of asked) alone.push(await generators[0].generate(each));
  const written = await both((generator) => Promise.all(asked.map((each) => generator.generate(each))));
  expect(written).toEqual([alone, alone]);
});
