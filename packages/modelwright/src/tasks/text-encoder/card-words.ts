import {
  type ClassifierFineTune,
  type ClassifierFineTuneKind,
  DEFAULT_TASK,
  fineTuneKind,
  type ManifestOf,
} from "@modelwright/contracts";
import { codeBlock, codeSpan, escapeMarkdown } from "@modelwright/evaluation";
import { languageNames } from "../../wording/languages.ts";
import { counted } from "../../wording/quantities.ts";
import type { FittedTextEncoder } from "./fit-text-encoder.ts";
import type { TextEncoderRecipe } from "./text-encoder-recipe.ts";

/**
 * What a card says of where a model comes from, and of texts that its encoder has not seen.
 *
 * @param get What these get: `a label`.
 */
export function encoderOrigin(
  { base: name, loaded: { title, pretrained, sha256, units } }: FittedTextEncoder,
  { model, get }: { readonly model: EncoderModel; readonly get: string },
) {
  if (pretrained === undefined) {
    return {
      made: `${title}, trained from scratch on the training rows, ${sizeOf(model)}`,
      foreign: `It knows ${units} of its training texts only; other texts get ${get} all the same.`,
      origin: {},
    };
  }
  const { languages, license, source } = pretrained;
  return {
    made: madeFrom(model),
    foreign: `${cardLanguages(languages)}; texts in other languages get ${get} all the same.`,
    origin: { license, base: { name, license, source, sha256 } },
  };
}

/** Which languages an encoder has seen, as ISO 639-1 codes; empty when not known. */
function cardLanguages(codes: readonly string[]): string {
  if (codes.length === 0) return "Its languages are not known";
  return `It has seen texts in ${escapeMarkdown(languageNames(codes))} only`;
}

type EncoderModel = ManifestOf<TextEncoderRecipe["task"]>["model"];

/** How an encoder was trained, in front of its name. */
const TUNING: Readonly<Record<ClassifierFineTuneKind, (model: EncoderModel, layers: number) => string>> = {
  full: () => "fine-tuned from",
  last: (_, layers) => `fine-tuned in the last ${counted(layers, "layer")} of`,
  bitfit: () => "fine-tuned in the biases of",
  lora: ({ adapter }) =>
    `${adapter?.kind === "dora" ? "DoRA" : "LoRA"} of rank ${adapter?.rank} trained on, and added to the weights of,`,
  frozen: () => "a head trained on the frozen encoder",
  contrastive: () => "tuned by pairs of texts with the same label (as SetFit does), under a head on its vectors, from",
};

/** From what and how a model was made, and how large it is. */
function madeFrom(model: EncoderModel): string {
  const { kind, layers = 0 } = fineTuneKind(model.fineTune as ClassifierFineTune);
  return `${TUNING[kind](model, layers)} ${codeSpan(model.base)}, ${sizeOf(model)}`;
}

function sizeOf({ parameters, trained = parameters }: EncoderModel): string {
  const part = trained === parameters ? "" : `, of which ${trained.toLocaleString("en")} were trained`;
  return `${parameters.toLocaleString("en")} parameters${part}`;
}

/** What a manifest says of long texts. */
interface LongTexts {
  readonly maxLength: number;
  readonly truncation: "end" | "middle";
  readonly windows?: { readonly overlap: number; readonly most: number } | undefined;
}

/** How long texts become rows of tokens, for who runs the graph alone. */
function cutWords({ maxLength, truncation, windows }: LongTexts): string {
  if (windows === undefined) return `cut to ${maxLength} tokens (leave out the ${truncation})`;
  const { most, overlap } = windows;
  return `cut into at most ${most} windows of ${maxLength} tokens, special ones included, with ${overlap} tokens of each in the next (the last one ends where the text ends)`;
}

/** What becomes of long texts. */
export function cutTexts({ maxLength, truncation, windows }: LongTexts): string {
  if (windows !== undefined) {
    const { most, overlap } = windows;
    return `Texts longer than ${maxLength} tokens are read in windows of so many, each sharing ${overlap} tokens with the one before; of texts longer than ${most} windows the ${truncation} is left out.`;
  }
  return `Of texts longer than ${maxLength} tokens the ${truncation} is left out.`;
}

/** How the two texts of an item become one row of tokens. */
const PAIR_WORDS = {
  none: "",
  joined: ", joined by a line break",
  template: " as a pair, with its token types where the graph takes them",
} as const;

/** What a model reads at once. */
export function readWords({ pair }: { readonly pair?: unknown }): string {
  return pair === undefined ? "a text" : "a pair of texts";
}

/** How a model is called that reads texts by an encoder. */
export function textEncoderUsage(
  { name, version, task, preprocessing }: ManifestOf<TextEncoderRecipe["task"]>,
  words: {
    /** What of `result` a program looks at. */
    readonly result: string;
    /** What the server answers for one text. */
    readonly answer: string;
    /** What a request may ask for. Default: nothing. */
    readonly more?: string;
    /** What becomes of the graph's output. */
    readonly after: string;
  },
): string[] {
  const { result, answer, more, after } = words;
  const isPair = preprocessing.pair !== undefined;
  const item = isPair ? '{ text: "your text", second: "another text" }' : '"your text"';
  const json = isPair ? '{"text": "your text", "second": "another text"}' : '"your text"';
  const tokenized = isPair ? "tokenize the two texts with `tokenizer.json`" : "tokenize with `tokenizer.json`";
  const options = task === DEFAULT_TASK ? "" : `, { task: "${task}" }`;
  return [
    `On the command line; ${codeSpan(`${name}@champion`)} is the version in use, ${codeSpan(`${name}:${version}`)} this one:`,
    codeBlock("sh", `modelwright predict ${name}@champion "your text"${isPair ? ' --second "another text"' : ""}`),
    "From TypeScript or JavaScript:",
    codeBlock(
      "ts",
      `import { loadModel } from "modelwright";

const model = await loadModel("${name}@champion"${options});
const [result] = await model.predict([${item}]);
console.log(${result});`,
    ),
    `Over HTTP, after \`modelwright serve ${name}@champion\`; the server describes every route at \`/openapi.json\`:`,
    codeBlock(
      "sh",
      `curl -H 'content-type: application/json' -d '{"texts": [${json}]}' http://127.0.0.1:8000/v1/models/${name}/predict`,
    ),
    `It answers one prediction per ${isPair ? "pair" : "text"}, in their order${more === undefined ? "" : `; ${more}`}:`,
    codeBlock("text", `{"model": {"name": "${name}", "version": ${version}}, "predictions": [${answer}]}`),
    `In any ONNX Runtime (Python, C#, Java, Rust, the browser): ${tokenized}${PAIR_WORDS[preprocessing.pair ?? "none"]}, ${cutWords(preprocessing)}, pad with id ${preprocessing.padId}, run \`onnx/model.onnx\`, ${preprocessing.windows === undefined ? "" : "average the outputs of the windows of a text, "}${after}.`,
  ];
}
