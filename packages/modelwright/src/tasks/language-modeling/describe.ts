import type { ContinuedLanguageModel, ScratchLanguageModel } from "@modelwright/contracts";
import { counted } from "../../wording/quantities.ts";
import { rate, share, warmup } from "../../wording/recipe-values.ts";
import { trainedPart } from "../decoder/decoder-words.ts";
import { readTokens } from "../decoder/load-decoder.ts";
import type { Lines } from "../task.ts";
import type { LanguageModelingRecipe } from "./recipes.ts";

const LINE_ENDS = {
  join: "lines of a paragraph are joined",
  keep: "lines are kept as they are",
} as const;

/** What a recipe of a language model decides. */
export function describeLanguageModeling({ data, model, train, evaluate }: LanguageModelingRecipe): Lines {
  const { split } = data;
  const limit = data.limit === undefined ? "" : `, at most ${counted(data.limit, "document")}`;
  const { patience } = train;
  const duration = train.steps === undefined ? counted(train.epochs, "epoch") : counted(train.steps, "step");
  const early: Lines =
    patience === undefined ? [] : [["stops early", `after ${counted(patience, "evaluation")} without a smaller loss`]];
  return [
    ["data", `${data.source}${limit}; ${LINE_ENDS[data.lineEnds]}`],
    ["split", `test ${share(split.test)}, validation ${share(split.validation)} of the characters, seed ${split.seed}`],
    ...(model.base === undefined ? scratchLines(model) : continuedLines(model)),
    ["training", `${duration}, batch ${train.batchSize * train.accumulate}, ${train.optimizer}, seed ${train.seed}`],
    ["rate", `${rate(train.learningRate)}, ${train.schedule} with ${warmup(train.warmup)}`],
    ...early,
    [
      "evaluated",
      `${["this model", ...evaluate.baselines].join(", ")} on the test documents, ${counted(evaluate.bootstrap, "resample")}`,
    ],
  ];
}

function scratchLines(model: ScratchLanguageModel): Lines {
  const { tokenizer, vocabularySize, layers, width, heads, sequenceLength } = model;
  return [
    ["tokenizer", `${tokenizer}, at most ${counted(vocabularySize, "token")}, trained on the texts`],
    [
      "model",
      `${counted(layers, "layer")} of width ${width}, ${counted(heads, "head")}, ${counted(sequenceLength, "token")} at once`,
    ],
  ];
}

function continuedLines(model: ContinuedLanguageModel): Lines {
  return [
    ["tokenizer", "that of the base"],
    ["model", `${model.base}, ${trainedPart(model)}; ${readTokens(model.sequenceLength)} at once`],
  ];
}
