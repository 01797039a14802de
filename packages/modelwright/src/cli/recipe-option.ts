import { closestName, taskNames } from "@modelwright/contracts";
import { recipeValues } from "./recipe-values.ts";

/** What other tools call values of our recipes. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  lr: "learningRate",
  model: "base",
  device: "executionProvider",
};

/** Shorter names are near to too many. */
const LEAST_TO_GUESS = 4;

/**
 * The override that was meant by an option that `train` does not have: `train.epochs` for `--epochs`.
 *
 * @param option As it was typed, `--batch-size` or `--batchSize=8`.
 */
export function recipePathMeant(option: string): string | undefined {
  const typed = option.replace(/^-+/, "").replace(/=.*$/s, "");
  const camelCase = typed.replace(/[-_](\w)/g, (_, letter: string) => letter.toUpperCase());
  const name = OTHER_NAMES[camelCase] ?? camelCase;
  const paths = [...new Set(taskNames.flatMap((task) => recipeValues(task).map(({ path }) => path)))];
  const exact = paths.find((path) => path === name || path.endsWith(`.${name}`));
  if (exact !== undefined) return exact;
  if (name.length < LEAST_TO_GUESS) return undefined;
  const meant = closestName(name, paths.map(lastOf));
  return paths.find((path) => lastOf(path) === meant);
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}
