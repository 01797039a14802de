import { encodeModel, GraphBuilder, tensorFrom, type Value } from "@modelwright/engine";
import { LETTER_READING, LETTER_TOKENS, letterCounter } from "../testing/letters.ts";
import type { TinyVersion } from "../testing/tiny-version.ts";

/** Padding, which stands in front of each text that is written and ends it. */
const PAD = 0;
const LONGEST = 12;

/** The smallest model that writes a text from another one: it copies it, token by token. */
export function tinySequenceToSequenceModel(): TinyVersion<"sequence-to-sequence"> {
  const { tokenizer, maxLength, padId } = LETTER_READING;
  const free = (name: string) => ({ name, dtype: "int64", shape: [-1, -1] });
  const vectors = { name: "last_hidden_state", dtype: "float32", shape: [-1, -1, LETTER_TOKENS] };
  return {
    files: {
      "onnx/encoder_model.onnx": encoder(),
      "onnx/decoder_model_merged.onnx": decoder(),
      "tokenizer.json": letterCounter(["a"], "unused")["tokenizer.json"]!,
      "config.json": "{}",
    },
    manifest: {
      task: "sequence-to-sequence",
      signature: {
        input: "text",
        output: "text",
        tensors: { inputs: [free("input_ids"), free("attention_mask")], outputs: [vectors] },
        decoder: { inputs: [free("input_ids")], outputs: [{ ...vectors, name: "logits" }] },
      },
      preprocessing: {
        tokenizer,
        prefix: "a ",
        maxSourceLength: maxLength,
        maxTargetLength: LONGEST,
        startId: PAD,
        endIds: [PAD],
        padId,
      },
      model: { architecture: "copy", base: "none", fineTune: "full", parameters: 1, trained: 1 },
    },
    examples: [
      { item: "one", options: {}, answer: { text: "a one", tokens: 6, finish: "end-of-text" } },
      { item: "", options: { beams: 2 }, answer: { text: "a ", tokens: 3, finish: "end-of-text" } },
      { item: "two", options: { maxTokens: 4 }, answer: { text: "a t", tokens: 4, finish: "max-tokens" } },
      { item: "banana", options: { stop: "n" }, answer: { text: "a ba", tokens: 6, finish: "stop-string" } },
    ],
    oddItems: ["", " ", "你好 🎉", "\ud83c", "\u0000", "__proto__", "a".repeat(9000), "x ".repeat(200)],
    otherOptions: { maxTokens: 3 },
  };
}

/** Of each token the vector that has 1 in its place. */
function encoder(): Uint8Array {
  const b = new GraphBuilder({ name: "encoder" });
  const ids = b.input("input_ids", "int64", ["batch", "source"]);
  b.input("attention_mask", "int64", ["batch", "source"]);
  const places = tensorFrom(
    "float32",
    [LETTER_TOKENS, LETTER_TOKENS],
    Array.from({ length: LETTER_TOKENS ** 2 }, (_, i) => (i % (LETTER_TOKENS + 1) === 0 ? 1 : 0)),
  );
  b.output(b.op("Gather", [b.initializer("places", places), ids], { axis: 0 }), "last_hidden_state");
  return encodeModel(b.build());
}

/** The vectors of the source in their order, as scores; behind them those of padding. They are kept as keys, and as values. */
function decoder(): Uint8Array {
  const b = new GraphBuilder({ name: "decoder" });
  const ids = b.input("input_ids", "int64", ["batch", "target"]);
  b.input("encoder_attention_mask", "int64", ["batch", "source"]);
  const vectors = b.input("encoder_hidden_states", "float32", ["batch", "unread source", LETTER_TOKENS]);
  const read = b.op("Unsqueeze", [b.op("Cast", [ids], { to: 1 }), b.ints([1, 3])]); // [B, 1, T, 1]
  const kept = (part: string, added: Value, width: number) => {
    const past = b.input(`past_key_values.0.${part}`, "float32", ["batch", 1, `past ${part}`, width]);
    const present = b.op("Concat", [past, added], { axis: 2 });
    b.output(present, `present.0.${part}`);
    return { past, present };
  };
  const { past } = kept("decoder.key", read, 1);
  kept("decoder.value", read, 1);
  const added = b.op("Unsqueeze", [vectors, b.ints([1])]); // [B, 1, S, V]
  const { present: source } = kept("encoder.key", added, LETTER_TOKENS);
  kept("encoder.value", added, LETTER_TOKENS);
  const end = tensorFrom(
    "float32",
    [1, 1, 1, LETTER_TOKENS],
    Array.from({ length: LETTER_TOKENS }, (_, id) => (id === PAD ? 1 : 0)),
  );
  const batch = b.op("Shape", [ids], { start: 0, end: 1 });
  const shape = b.op("Concat", [batch, b.ints([1, 1, LETTER_TOKENS])], { axis: 0 });
  const all = b.op("Concat", [source, b.op("Expand", [b.initializer("end", end), shape])], { axis: 2 }); // [B, 1, S + 1, V]
  const size = (value: Value, axis: number) =>
    b.op("Squeeze", [b.op("Shape", [value], { start: axis, end: axis + 1 })]);
  const first = size(past, 2);
  const next = b.op("Range", [first, b.op("Add", [first, size(ids, 1)]), b.scalar(1, "int64")]); // [T]
  const places = b.op("Min", [next, size(source, 2)]);
  const scores = b.op("Squeeze", [b.op("Gather", [all, places], { axis: 2 }), b.ints([1])]); // [B, T, V]
  b.output(b.op("Mul", [scores, b.scalar(10)]), "logits");
  return encodeModel(b.build());
}
