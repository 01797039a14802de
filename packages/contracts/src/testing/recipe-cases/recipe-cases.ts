import type { RecipeInputs, Recipes } from "../../recipe/recipe.ts";
import type { TaskName } from "../../tasks/tasks.ts";
import type { RulesByPath } from "./sections.ts";

/** Values that are right alone and wrong beside each other. */
export interface BrokenTogether {
  /** By path; the first is the value that the message shows. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly at: string;
  readonly rule: string;
  readonly instead: string;
}

/** What is known of the recipes of a task beside its schema: the test's own copy of the reference page. */
export interface RecipeCases<Task extends TaskName> {
  /** Beside `name` and `task`. */
  readonly smallest: Omit<RecipeInputs[Task], "name" | "task">;
  /** What the smallest becomes. */
  readonly defaults: Omit<Recipes[Task], "name" | "task">;
  /** What each value refuses: every path that the schema has. */
  readonly rules: RulesByPath;
  readonly brokenTogether: readonly BrokenTogether[];
  /** Values that a recipe with other values has, by path. */
  readonly dependent: readonly {
    readonly given: Readonly<Record<string, unknown>>;
    readonly defaults: Readonly<Record<string, unknown>>;
  }[];
  /** Misspelt keys, by path, with the one that is meant. */
  readonly slips: Readonly<Record<string, string>>;
  /** Metrics of the task that the smallest recipe is not measured by. Default: none. */
  readonly unmeasured?: readonly string[];
  /** Misspelt metrics with the one that is meant. */
  readonly gateSlips: Readonly<Record<string, string>>;
}
