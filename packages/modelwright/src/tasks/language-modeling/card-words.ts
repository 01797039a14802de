/** What the card says of one kind of language model: what it does, how it is called, what it cannot do. */
export interface CardWords {
  readonly taskTitle: string;
  readonly summary: string;
  readonly call: (name: string) => { readonly shell: string; readonly program: string };
  /** Goes on after "In any ONNX Runtime:". */
  readonly runtime: (maxLength: number) => string;
  readonly limits: readonly string[];
}

export const causalCard: CardWords = {
  taskTitle: "Text generation",
  summary: "Writes on behind a text, token by token",
  call: (name) => ({
    shell: `modelwright predict ${name}@champion "The mayor said" --max-tokens 40 --temperature 0.8`,
    program: `import { loadModel } from "modelwright";

const model = await loadModel("${name}@champion", { task: "causal-language-modeling" });
const { text } = await model.generate("The mayor said", { maxTokens: 40, temperature: 0.8, seed: 7 });`,
  }),
  runtime: (maxLength) =>
    `tokenize with \`tokenizer.json\`, put the id of \`<|endoftext|>\` in front, keep the last ${maxLength} tokens, run \`onnx/model.onnx\`, draw the next token from the softmax of the last logits.`,
  limits: [
    "It writes what is likely, not what is true, and repeats what stands in its training texts, harmful words too.",
  ],
};

export const maskedCard: CardWords = {
  taskTitle: "Fill-mask",
  summary: "Predicts the masked tokens of a text, and whether a text follows another",
  call: (name) => ({
    shell: `modelwright predict ${name}@champion "The [MASK] said so." --top 5`,
    program: `import { loadModel } from "modelwright";

const model = await loadModel("${name}@champion", { task: "masked-language-modeling" });
const { masks } = await model.fill("The [MASK] said so.", { top: 5 });`,
  }),
  runtime: (maxLength) =>
    `tokenize with \`tokenizer.json\` and its special tokens, cut to ${maxLength} tokens, run \`onnx/model.onnx\`, take the softmax of the logits at each \`[MASK]\`.`,
  limits: [
    "It says what is usual, not what is true, and has the prejudices of its training texts.",
    "It predicts tokens: a word of several tokens is several masks.",
  ],
};
