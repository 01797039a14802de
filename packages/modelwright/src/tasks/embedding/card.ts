import { TASKS } from "@modelwright/contracts";
import { type CardParts, codeBlock, codeSpan, type EmbeddingOutcome, embeddingCard } from "@modelwright/evaluation";
import type { DocumentContext } from "../task.ts";
import { cutTexts, encoderOrigin } from "../text-encoder/card-words.ts";
import type { FittedTextEncoder } from "../text-encoder/fit-text-encoder.ts";
import type { ExampleRows } from "./example-rows.ts";

const LEARNT = {
  pairs: "pairs of texts that belong together",
  triplets: "texts with one that belongs to them and one that does not",
  scores: "pairs of texts with a known similarity",
  labels: "labelled texts, of which those of one label belong together",
} as const;

/** What the card of an embedder says beside the shared skeleton. */
export function cardOf({
  manifest,
  fitted,
  model: { outcome },
}: DocumentContext<"embedding", ExampleRows, FittedTextEncoder, EmbeddingOutcome>): CardParts {
  const { name, task, model, preprocessing, embedding, examples } = manifest;
  const { evidence, limits } = embeddingCard(outcome);
  const { made, foreign, origin } = encoderOrigin(fitted, { model, get: "a vector" });
  const length = embedding.normalized ? " of length 1" : "";
  return {
    pipelineTag: TASKS[task].words.pipelineTag,
    taskTitle: "Sentence similarity",
    ...origin,
    summary: [
      `Gives a text a vector of ${embedding.width} numbers${length}, near those of texts that belong to it; ${made}. It learnt from ${LEARNT[examples]}.`,
    ],
    usage: [
      "On the command line, for a file of texts:",
      codeBlock("sh", `modelwright predict ${name}@champion texts.csv --output vectors.jsonl`),
      "From TypeScript or JavaScript; the cosine of two vectors says how near their texts are:",
      codeBlock(
        "ts",
        `import { loadModel } from "modelwright";

const model = await loadModel("${name}@champion", { task: "${task}" });
const [question, answer] = await model.embed(["your question", "an answer"]);`,
      ),
      `Over HTTP, after \`modelwright serve ${name}@champion\`:`,
      codeBlock(
        "sh",
        `curl -H 'content-type: application/json' -d '{"texts": ["your text"]}' http://127.0.0.1:8000/v1/models/${name}/predict`,
      ),
      ...elsewhere(fitted, embedding),
      `In any ONNX Runtime: tokenize with \`tokenizer.json\`, cut to ${preprocessing.maxLength} tokens (leave out the ${preprocessing.truncation}), pad with id ${preprocessing.padId}, run \`onnx/model.onnx\`, read the output \`sentence_embedding\`.`,
    ],
    evidence,
    limits: [foreign, cutTexts(preprocessing), ...limits],
  };
}

/** How other programs open the files, where they are laid out for them. */
function elsewhere({ loaded }: FittedTextEncoder, { normalized }: { readonly normalized: boolean }): string[] {
  const { sentence } = loaded;
  if (sentence === undefined) return [];
  const python = codeBlock(
    "python",
    `from sentence_transformers import SentenceTransformer

vectors = SentenceTransformer("path/of/this/folder").encode(["your text"])`,
  );
  const opened = ["In Python, by sentence-transformers:", python];
  if (!IN_BROWSER.has(sentence.pooling)) return opened;
  return [
    ...opened,
    "In the browser, by transformers.js:",
    codeBlock(
      "js",
      `const extract = await pipeline("feature-extraction", "path/of/this/folder", { dtype: "fp32" });
const vectors = await extract(["your text"], { pooling: "${sentence.pooling}", normalize: ${normalized} });`,
    ),
    `transformers.js and others take ${codeSpan("last_hidden_state")}, the vectors of the tokens.`,
  ];
}

/** How transformers.js can pool. */
const IN_BROWSER: ReadonlySet<string> = new Set(["mean", "cls"]);
