import { NO_BASE, TASKS } from "@modelwright/contracts";
import { type CardParts, codeBlock, codeSpan, type WrittenTexts } from "@modelwright/evaluation";
import { madeFrom } from "../decoder/decoder-words.ts";
import type { DocumentContext } from "../task.ts";
import type { FittedSequenceToSequence } from "./fit.ts";
import type { RewrittenRows } from "./rows.ts";

type Context = DocumentContext<"sequence-to-sequence", RewrittenRows, FittedSequenceToSequence, WrittenTexts>;

/** What the card of a model that writes texts from others says beside the shared skeleton. */
export function cardOf({ manifest, fitted: { published }, recipe }: Context): CardParts {
  const { name, task, model, preprocessing } = manifest;
  const { maxSourceLength, maxTargetLength, prefix } = preprocessing;
  const { text, output } = recipe.data.columns;
  const origin = model.base === NO_BASE ? "a T5 trained from scratch on these rows alone" : madeFrom(model, codeSpan);
  const behind = prefix === "" ? "" : `; ${codeSpan(prefix)} stands in front of each text`;
  return {
    pipelineTag: TASKS[task].words.pipelineTag,
    taskTitle: "Sequence to sequence",
    ...(published === undefined
      ? {}
      : {
          license: published.about.license,
          base: {
            name: published.about.name,
            license: published.about.license,
            source: published.about.source,
            sha256: published.sha256,
          },
        }),
    summary: [`Writes ${codeSpan(output)} from ${codeSpan(text)}: ${origin}${behind}.`],
    usage: [
      codeBlock("sh", `modelwright predict ${name}@champion "your text"`),
      codeBlock(
        "ts",
        `import { loadModel } from "modelwright";

const model = await loadModel("${name}@champion", { task: "${task}" });
const { text } = await model.transform("your text");`,
      ),
      "The files are those of transformers and transformers.js (`text2text-generation`): `model.safetensors` for the one, `onnx/encoder_model.onnx` and `onnx/decoder_model_merged.onnx` for the other, with `tokenizer.json`.",
    ],
    evidence: [],
    limits: [
      "It writes what is likely, not what is true: names and numbers of the text may come out changed.",
      `It reads the first ${maxSourceLength} tokens of a text, and writes up to ${maxTargetLength}.`,
      "chrF, ROUGE and exact match count characters and words that are those of one right text; another text may be as good.",
    ],
  };
}
