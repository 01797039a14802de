import type { OperatorName } from "../../ops/table.ts";
import { tensor } from "../../tensor/tensor.ts";
import { ints, type OperatorCase } from "../operator-case.ts";
import { texts, values } from "../random-tensors.ts";

const words = texts([5], ["a", "b", "a", "c", "b"]);
const POOL = {
  min_gram_length: 1,
  max_gram_length: 2,
  max_skip_count: 1,
  ngram_counts: [0, 2],
  ngram_indexes: [3, 0, 1, 2],
  pool_strings: ["a", "b", "a", "b", "b", "a"],
};
const WEIGHTS = { weights: [1, 10, 100, 1000] };

/** Cases of the operators that only know texts. */
export const mlTextsCases = {
  TfIdfVectorizer: [
    { name: "counts", inputs: [words], attributes: { ...POOL, mode: "TF" } },
    { name: "counts and weights", inputs: [words], attributes: { ...POOL, ...WEIGHTS, mode: "TFIDF" } },
    { name: "weights of what is there", inputs: [words], attributes: { ...POOL, ...WEIGHTS, mode: "IDF" } },
    { name: "rows", inputs: [texts([2, 2], ["a", "b", "b", "b"])], attributes: { ...POOL, mode: "TF" } },
    {
      name: "pairs alone",
      inputs: [words],
      attributes: { ...POOL, mode: "TF", min_gram_length: 2, max_skip_count: 0 },
    },
    { name: "no words", inputs: [texts([0], [])], attributes: { ...POOL, mode: "TF" } },
    {
      name: "integers, with an empty column",
      inputs: [values("int64", [3], [1, 2, 1])],
      attributes: {
        ...POOL,
        mode: "TF",
        ngram_counts: [0, 1],
        ngram_indexes: [0, 2],
        pool_strings: undefined,
        pool_int64s: [1, 2, 1],
      },
    },
  ],
  Tokenizer: [
    {
      name: "words",
      inputs: [texts([2], ["the cat, sat", "größe x"])],
      attributes: { tokenexp: "[a-z]+", pad_value: "#", mincharnum: 1, mark: 0 },
    },
    {
      name: "words of two letters, between marks",
      inputs: [texts([2, 1], ["the c at", ""])],
      attributes: { tokenexp: "[a-z]+", pad_value: "#", mincharnum: 2, mark: 1 },
    },
    {
      name: "no words",
      inputs: [texts([2], ["", "?"])],
      attributes: { tokenexp: "\\w+", pad_value: "#", mincharnum: 1, mark: 1 },
    },
  ],
  StringNormalizer: [
    {
      name: "stop words of any case",
      inputs: [texts([4], ["The", "quick", "FOX", "the"])],
      attributes: { stopwords: ["the"], case_change_action: "LOWER", locale: "C" },
    },
    {
      name: "stop words of this case",
      inputs: [texts([1, 3], ["The", "fox", "the"])],
      attributes: { stopwords: ["the"], is_case_sensitive: 1, case_change_action: "UPPER", locale: "C" },
    },
    {
      name: "nothing left",
      inputs: [texts([2], ["the", "the"])],
      attributes: { stopwords: ["the"], is_case_sensitive: 1 },
    },
    { name: "nothing to do", inputs: [texts([2], ["a", "Ä"])], attributes: { is_case_sensitive: 1 } },
  ],
  StringConcat: [
    { name: "broadcast", inputs: [texts([2, 1], ["a", "ß"]), texts([3], ["x", "", "🙂"])] },
    { name: "scalars", inputs: [texts([], ["a"]), texts([], ["b"])] },
  ],
  StringSplit: [
    { name: "at white space", inputs: [texts([3], ["a  b c ", " ", "x"])], outputCount: 2 },
    {
      name: "at white space, once",
      inputs: [texts([2], ["a  b  c", "  x"])],
      outputCount: 2,
      attributes: { maxsplit: 1 },
    },
    {
      name: "at a delimiter",
      inputs: [texts([3], ["a,b,,c", "", "x,"])],
      outputCount: 2,
      attributes: { delimiter: "," },
    },
    {
      name: "at a delimiter, once",
      inputs: [texts([1, 2], ["a--b--c", "x"])],
      outputCount: 2,
      attributes: { delimiter: "--", maxsplit: 1 },
    },
    { name: "no part at all", inputs: [texts([2], ["", ""])], outputCount: 2 },
  ],
  RegexFullMatch: [
    { name: "whole texts", inputs: [texts([3], ["abc", "xabc", "a\nb"])], attributes: { pattern: "a.*|abc" } },
    {
      name: "characters, not bytes",
      inputs: [texts([3], ["größe", "🙂", "🙂🙂"])],
      attributes: { pattern: "gr..e|." },
    },
  ],
} satisfies Record<string, readonly OperatorCase[]>;

const pair = texts([2], ["a", "größe"]);
const place = (data: readonly number[]) => values("int64", [data.length], data);

const CASTS = [
  {
    name: "floats to texts",
    inputs: [values("float32", [7], [1.5, 1e10, -0, 1e-5, 123456.789, Number.NaN, Number.NEGATIVE_INFINITY])],
    attributes: { to: 8 },
  },
  {
    name: "float64 to texts",
    inputs: [values("float64", [5], [0.1, 1 / 3, 1e20, -1e-7, 2 ** 53])],
    attributes: { to: 8 },
  },
  { name: "integers to texts", inputs: [values("int64", [2], [-5, 2 ** 53 - 1])], attributes: { to: 8 } },
  { name: "bools to texts", inputs: [values("bool", [2], [1, 0])], attributes: { to: 8 } },
  { name: "texts to floats", inputs: [texts([5], ["1.5", "-2e3", "nan", "INF", "-inf"])], attributes: { to: 1 } },
  { name: "texts to integers", inputs: [texts([2], ["5", "-7"])], attributes: { to: 7 } },
  { name: "texts to texts", inputs: [pair], attributes: { to: 8 } },
];

/** Cases on texts of operators that know numbers too; they stand behind the others. */
export const TEXT_CASES: Partial<Record<OperatorName, readonly OperatorCase[]>> = {
  Cast: CASTS.map((example) => ({ ...example, differentiableInputs: [] })),
  Concat: [{ name: "texts", inputs: [pair, texts([1], [""])], attributes: { axis: 0 } }],
  Constant: [
    { name: "a text", inputs: [], attributes: { value_string: "größe" } },
    { name: "texts", inputs: [], attributes: { value_strings: ["a", "", "🙂"] } },
    { name: "a tensor of texts", inputs: [], attributes: { value: tensor("string", [2, 1], ["a", "b"]) } },
  ],
  Split: [{ name: "texts", inputs: [pair], attributes: { num_outputs: 2 }, outputCount: 2 }],
  ...onTexts({
    Identity: [pair],
    Equal: [pair, texts([2], ["a", "b"])],
    Where: [values("bool", [2], [1, 0]), pair, texts([1], ["x"])],
    Gather: [pair, place([1, 1, 0])],
    GatherElements: [pair, place([1, 0])],
    GatherND: [pair, values("int64", [1, 1], [1])],
    Reshape: [pair, ints([2, 1])],
    Flatten: [pair],
    Squeeze: [texts([1, 2], ["a", "b"]), ints([0])],
    Unsqueeze: [pair, ints([1])],
    Transpose: [texts([2, 2], ["a", "b", "c", "d"])],
    Slice: [pair, ints([1]), ints([2])],
    Expand: [texts([1], [""]), ints([2, 2])],
    Tile: [pair, ints([2])],
    Shape: [pair],
    Size: [pair],
    Compress: [pair, values("bool", [2], [0, 1])],
    ScatterElements: [pair, place([1]), texts([1], ["z"])],
    ScatterND: [pair, values("int64", [1, 1], [1]), texts([1], ["z"])],
  }),
};

function onTexts(inputs: Readonly<Record<string, OperatorCase["inputs"]>>): Record<string, readonly OperatorCase[]> {
  return Object.fromEntries(Object.entries(inputs).map(([opType, own]) => [opType, [{ name: "texts", inputs: own }]]));
}
