import { z } from "zod";
import type { TaskSchemas } from "../tasks/task-schemas.ts";
import { TASKS, type TaskName, taskNames } from "../tasks/tasks.ts";
import { checkFineTuning, type FineTuning } from "./check-fine-tuning.ts";
import { checkGates } from "./check-gates.ts";
import { checkFolds } from "./sections/evaluation.ts";
import { nameSchema } from "./sections/values.ts";

type Tasks = typeof TASKS;

/** The sections of a recipe once all defaults are filled in, also those that depend on other values. */
type Sections<Task extends TaskName> = Tasks[Task] extends { readonly resolve: (sections: never) => infer Resolved }
  ? Resolved
  : z.output<Tasks[Task]["recipe"]>;

/** What each task's recipe is once all defaults are filled in. */
export type Recipes = {
  readonly [Task in TaskName]: { readonly name: string; readonly task: Task } & Sections<Task>;
};

/** What each task's recipe is as written: every default may be left out. */
export type RecipeInputs = {
  readonly [Task in TaskName]: { readonly name: string; readonly task: Task } & z.input<Tasks[Task]["recipe"]>;
};

/** A recipe of any task with all defaults filled in, also those that depend on other values. */
export type Recipe = Recipes[TaskName];
/** A recipe of any task as written. */
export type RecipeInput = RecipeInputs[TaskName];

/** The whole schema of a task's recipe as written. */
export function recipeSchema(task: TaskName): z.ZodObject {
  return z.strictObject({ name: nameSchema, task: z.literal(task), ...TASKS[task].recipe.shape });
}

/** Checks a value against the schema of a task's recipe and fills in the defaults. */
export function checkRecipe(task: TaskName, value: unknown): z.ZodSafeParseResult<Recipe> {
  const schemas: TaskSchemas = TASKS[task];
  const schema = recipeSchema(task).superRefine((value, context) => {
    const recipe = value as unknown as Recipe;
    checkGates(recipe.evaluate.gates, { task: schemas, context });
    schemas.check?.(value as never, context);
    checkFineTuning(value as unknown as FineTuning, context);
    checkFolds(recipe, context);
  });
  // The table is typed row by row; which row it is, the name says.
  return schema
    .transform((recipe) => (schemas.resolve?.(recipe as never) ?? recipe) as unknown as Recipe)
    .safeParse(value);
}

/** All that has to be there before it is known which rules hold. */
export const taskSchema = z.looseObject({ task: z.enum(taskNames) });
