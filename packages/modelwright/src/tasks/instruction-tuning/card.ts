import { TASKS } from "@modelwright/contracts";
import type { Conversation } from "@modelwright/data";
import { type CardParts, codeBlock, codeSpan, type DocumentScore } from "@modelwright/evaluation";
import { madeFrom } from "../decoder/decoder-words.ts";
import type { DocumentContext } from "../task.ts";
import type { FittedInstructionModel } from "./fit.ts";

type Context = DocumentContext<
  "instruction-tuning",
  readonly Conversation[],
  FittedInstructionModel,
  readonly DocumentScore[]
>;

/** What the card of a model that answers says beside the shared skeleton. */
export function cardOf({ manifest, fitted }: Context): CardParts {
  const { name, task, model, preprocessing } = manifest;
  const { pretrained, loaded, reading } = fitted;
  const { license, source } = pretrained;
  const template = reading.isPlain
    ? 'under the plain headings "### User:" and "### Assistant:", since the base has no chat template'
    : "by the chat template of the base";
  return {
    pipelineTag: TASKS[task].words.pipelineTag,
    taskTitle: "Instruction tuning",
    license,
    base: { name: pretrained.name, license, source, sha256: loaded.sha256 },
    summary: [
      `Answers prompts; ${madeFrom(model, codeSpan)}. It has learnt the answers of the training conversations, not their questions, and reads turns ${template}.`,
    ],
    usage: [
      codeBlock("sh", `modelwright predict ${name}@champion "What can you do?" --max-tokens 100 --temperature 0`),
      codeBlock(
        "ts",
        `import { loadModel } from "modelwright";

const model = await loadModel("${name}@champion", { task: "${task}" });
const { text } = await model.chat([{ role: "user", content: "What can you do?" }], { maxTokens: 100, temperature: 0 });`,
      ),
      "The files are those of transformers and transformers.js: `model.safetensors` for the one, `onnx/model.onnx` for the other, with `tokenizer.json` and the chat template in `tokenizer_config.json`.",
    ],
    evidence: [],
    limits: [
      "It says what is likely, not what is true, and repeats what stands in its training texts, harmful words too.",
      `It reads ${preprocessing.maxLength} tokens at once: of a longer conversation the last ones.`,
      "Perplexity tells how well it knows the answers of the test conversations, not how good other answers of its own are.",
    ],
  };
}
