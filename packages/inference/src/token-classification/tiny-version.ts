import { unitTokenizerJson } from "@modelwright/data";
import { DTYPES, encodeModel, GraphBuilder, tensorFrom } from "@modelwright/engine";
import { LETTER_INPUTS } from "../testing/letters.ts";
import type { TinyVersion } from "../testing/tiny-version.ts";

const MAX_LENGTH = 64;
/** Ids 0 and 1 are padding and what is unknown. */
const TAGS = { a: 1, b: 2, c: 3 } as const;
const SCORE = 0.75;

/** The smallest token classifier: "a" begins a span of PER, "b" goes on with one, "c" begins one of LOC. */
export function tinyTokenClassifier(): TinyVersion<"token-classification"> {
  const letters = Object.keys(TAGS);
  const tokenizer = unitTokenizerJson(letters, { kind: "characters", vocabularySize: 5, minFrequency: 1 });
  const entity = (text: string, start: number, end: number, label: string) => ({
    start,
    end,
    label,
    text: text.slice(start, end),
    score: SCORE,
  });
  const examples = [
    { item: "xxx", entities: [] },
    { item: "x ab", entities: [entity("x ab", 2, 4, "PER")] },
    { item: "🎉ca", entities: [entity("🎉ca", 2, 3, "LOC"), entity("🎉ca", 3, 4, "PER")] },
    { item: "a a b", entities: [entity("a a b", 0, 1, "PER"), entity("a a b", 2, 5, "PER")] },
  ];
  return {
    files: {
      "onnx/model.onnx": graph(),
      "tokenizer.json": JSON.stringify(tokenizer),
      "config.json": "{}",
    },
    manifest: {
      task: "token-classification",
      labels: ["PER", "LOC"],
      signature: {
        input: "text",
        output: "entities",
        tensors: {
          inputs: LETTER_INPUTS,
          outputs: [
            { name: "tags", dtype: "int64", shape: [-1, -1] },
            { name: "probabilities", dtype: "float32", shape: [-1, -1] },
          ],
        },
      },
      preprocessing: { tokenizer: "tokenizer.json", units: "characters", maxLength: MAX_LENGTH, padId: 0 },
      model: { architecture: "bilstm-crf", base: "none", parameters: letters.length },
    },
    examples: examples.map(({ item, entities }) => ({ item, options: {}, answer: { text: item, entities } })),
    oddItems: ["", " ", "你好 🎉", "\ud83c", "\u0000", "__proto__", "a".repeat(9000), "x ".repeat(200)],
    otherOptions: {},
  };
}

function graph(): Uint8Array {
  const b = new GraphBuilder({ name: "tiny" });
  const ids = b.input("input_ids", "int64", ["batch", "sequence"]);
  const mask = b.input("attention_mask", "int64", ["batch", "sequence"]);
  const table = b.initializer("tags_of_ids", tensorFrom("int64", [5], [0, 0, TAGS.a, TAGS.b, TAGS.c]));
  b.output(b.op("Gather", [table, ids], { axis: 0 }), "tags");
  b.output(b.op("Mul", [b.op("Cast", [mask], { to: DTYPES.float32.onnx }), b.scalar(SCORE)]), "probabilities");
  return encodeModel(b.build());
}
