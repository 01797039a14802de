import { expect, test } from "vitest";
import { loadTokenizer } from "../load-tokenizer.ts";

const vocab = { "[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "<s>": 3, "</s>": 4, a: 5, b: 6, c: 7, d: 8 };
const withProcessor = (post_processor: object) =>
  loadTokenizer({
    pre_tokenizer: { type: "Whitespace" },
    model: { type: "WordLevel", unk_token: "[UNK]", vocab },
    post_processor,
  });
const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
const text = { Sequence: { id: "A", type_id: 0 } };
const template = {
  type: "TemplateProcessing",
  single: [special("[CLS]"), text, special("[SEP]")],
  special_tokens: {
    "[CLS]": { id: "[CLS]", ids: [1], tokens: ["[CLS]"] },
    "[SEP]": { id: "[SEP]", ids: [2], tokens: ["[SEP]"] },
  },
};
const roberta = { type: "RobertaProcessing", sep: ["</s>", 4], cls: ["<s>", 3], trim_offsets: true };

test.each<[string, object, number[]]>([
  ["a template", template, [1, 5, 6, 2]],
  ["BERT's", { type: "BertProcessing", sep: ["[SEP]", 2], cls: ["[CLS]", 1] }, [1, 5, 6, 2]],
  ["RoBERTa's", roberta, [3, 5, 6, 4]],
  ["one that changes offsets only", { type: "ByteLevel", trim_offsets: true }, [5, 6]],
  ["several, the last one outside", { type: "Sequence", processors: [template, roberta] }, [3, 1, 5, 6, 2, 4]],
])("%s puts special tokens around a text that is read", (_, processor, ids) => {
  const tokenizer = withProcessor(processor);
  expect([...tokenizer.read("a b", 100)]).toEqual(ids);
  expect([...tokenizer.encode("a b", 100)]).toEqual([5, 6]);
});

test("a cut keeps the special tokens", () => {
  const tokenizer = withProcessor(template);
  expect(tokenizer.frame).toEqual({ before: 1, after: 1 });
  expect([...tokenizer.read("a b c d", 4)]).toEqual([1, 5, 6, 2]);
  expect([...tokenizer.read("a b c d", 5, "middle")]).toEqual([1, 5, 6, 7, 2]);
  expect([...tokenizer.read("a b c d", 1)]).toEqual([1]);
  expect([...tokenizer.read("", 8)]).toEqual([1, 2]);
});

test.each<[string, object, string]>([
  ["another type", { type: "Prompt" }, "post_processor"],
  ["a template without the text", { ...template, single: [special("[CLS]")] }, "post_processor.single"],
  ["a template with the text twice", { ...template, single: [text, text] }, "post_processor.single"],
  ["a token that it does not explain", { ...template, single: [special("[X]"), text] }, "post_processor.single[0]"],
  ["no ids", { type: "BertProcessing", sep: "[SEP]", cls: ["[CLS]", 1] }, "post_processor.sep"],
  ["ids that are none", { type: "BertProcessing", sep: ["[SEP]", -1], cls: ["[CLS]", 1] }, "post_processor"],
])("%s is refused, naming the place", (_, processor, part) => {
  expect(() => withProcessor(processor)).toThrow(
    expect.objectContaining({
      code: "TOKENIZER_PART_UNSUPPORTED",
      details: expect.objectContaining({ part }),
    }),
  );
});
