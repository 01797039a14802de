import type { TaskName } from "@modelwright/contracts";
import { answers as oddness } from "./anomaly-detection/answers.ts";
import { answers as vectors } from "./embedding/answers.ts";
import { answers as written } from "./instruction-tuning/answers.ts";
import { continuations, filledMasks } from "./language-modeling/answers.ts";
import { answers as labelSets } from "./multi-label-classification/answers.ts";
import { answers as recommended } from "./recommendation/answers.ts";
import { answers as rewritten } from "./sequence-to-sequence/answers.ts";
import { answers as rowLabels } from "./tabular-classification/answers.ts";
import { answers as rowNumbers } from "./tabular-regression/answers.ts";
import type { AnyTask } from "./task.ts";
import { answers as labels } from "./text-classification/answers.ts";
import { answers as numbers } from "./text-regression/answers.ts";
import { answers as forecasts } from "./time-series-forecasting/answers.ts";
import { answers as entities } from "./token-classification/answers.ts";

/** How every task answers on the command line, for those who predict: the stages load all that training needs. */
export const ANSWERS: Readonly<Record<TaskName, AnyTask["answers"]>> = {
  "text-classification": labels,
  "text-regression": numbers,
  "multi-label-classification": labelSets,
  "token-classification": entities,
  "tabular-classification": rowLabels,
  "tabular-regression": rowNumbers,
  "time-series-forecasting": forecasts,
  recommendation: recommended,
  "anomaly-detection": oddness,
  embedding: vectors,
  "causal-language-modeling": continuations,
  "masked-language-modeling": filledMasks,
  "instruction-tuning": written,
  "sequence-to-sequence": rewritten,
};
