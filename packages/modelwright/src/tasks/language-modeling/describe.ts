import { counted } from "../../wording/quantities.ts";
import { rate, share, warmup } from "../../wording/recipe-values.ts";
import type { Lines } from "../task.ts";
import type { LanguageModelingRecipe } from "./kinds.ts";

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
    ["tokenizer", `${model.tokenizer}, at most ${counted(model.vocabularySize, "token")}, trained on the texts`],
    [
      "model",
      `${counted(model.layers, "layer")} of width ${model.width}, ${counted(model.heads, "head")}, ${counted(model.sequenceLength, "token")} at once`,
    ],
    ["training", `${duration}, batch ${train.batchSize * train.accumulate}, ${train.optimizer}, seed ${train.seed}`],
    ["rate", `${rate(train.learningRate)}, ${train.schedule} with ${warmup(train.warmup)}`],
    ...early,
    [
      "evaluated",
      `${["this model", ...evaluate.baselines].join(", ")} on the test documents, ${counted(evaluate.bootstrap, "resample")}`,
    ],
  ];
}
