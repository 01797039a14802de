import type { Recipe, Recipes, RecipeTask } from "@modelwright/contracts";
import { runLanguageModeling } from "./language-modeling/run-language-modeling.ts";
import type { JudgedModel, TaskContext } from "./task.ts";
import { runTextClassification } from "./text-classification/run-text-classification.ts";

/** From data to a judged model; undefined when training was stopped before its end. */
type RunTask<Task extends RecipeTask> = (
  recipe: Recipes[Task],
  context: TaskContext,
) => Promise<JudgedModel | undefined>;

/** A new task is a row here. */
const TASKS: { readonly [Task in RecipeTask]: RunTask<Task> } = {
  "text-classification": runTextClassification,
  "causal-language-modeling": runLanguageModeling,
  "masked-language-modeling": runLanguageModeling,
};

export function runTask(recipe: Recipe, context: TaskContext): Promise<JudgedModel | undefined> {
  return runOf(recipe.task, recipe, context);
}

/** The task and its recipe as one type, so that the row fits the recipe. */
function runOf<Task extends RecipeTask>(
  task: Task,
  recipe: Recipes[Task],
  context: TaskContext,
): Promise<JudgedModel | undefined> {
  return TASKS[task](recipe, context);
}
