import type { Recipe } from "@modelwright/contracts";
import type { RunTask } from "./task.ts";
import { runTextClassification } from "./text-classification/run-text-classification.ts";

/** How each task goes from data to a judged model. A new task is a row here. */
export const TASKS: { readonly [Task in Recipe["task"]]: RunTask } = {
  "text-classification": runTextClassification,
};
