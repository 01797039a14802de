import type { Recipes } from "@modelwright/contracts";
import { counted } from "../../wording/quantities.ts";
import { rate, share, warmup } from "../../wording/recipe-values.ts";
import { trainedPart } from "../decoder/decoder-words.ts";
import { readTokens } from "../decoder/load-decoder.ts";
import type { Lines } from "../task.ts";

type Recipe = Recipes["instruction-tuning"];

/** What a recipe of instruction tuning decides. */
export function describeInstructionTuning({ data, model, train, evaluate }: Recipe): Lines {
  const { split } = data;
  const limit = data.limit === undefined ? "" : `, at most ${counted(data.limit, "conversation")}`;
  const duration = train.steps === undefined ? counted(train.epochs, "epoch") : counted(train.steps, "step");
  const early: Lines =
    train.patience === undefined
      ? []
      : [["stops early", `after ${counted(train.patience, "evaluation")} without a smaller loss`]];
  return [
    ["data", `${data.source}${limit}; exact copies dropped`],
    ["split", `test ${share(split.test)}, validation ${share(split.validation)}, seed ${split.seed}`],
    ["model", `${model.base}, ${trainedPart(model)}; ${readTokens(model.maxLength)} of a conversation`],
    [
      "learnt",
      "what the assistant says; questions are only read, and conversations that share a row do not see each other",
    ],
    ["training", `${duration}, batch ${train.batchSize * train.accumulate}, ${train.optimizer}, seed ${train.seed}`],
    ["rate", `${rate(train.learningRate)}, ${train.schedule} with ${warmup(train.warmup)}`],
    ...early,
    [
      "evaluated",
      `${["this model", ...evaluate.baselines].join(", ")} on the answers of the test split, ${counted(evaluate.bootstrap, "resample")}`,
    ],
  ];
}
