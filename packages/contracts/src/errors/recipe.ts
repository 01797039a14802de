import { choices, defineError } from "./error-definition.ts";

export const recipeErrors = {
  RECIPE_NOT_FOUND: defineError<{ path: string }>({
    status: 404,
    meaning: "The recipe file does not exist or cannot be read.",
    message: (d) => `${d.path}: no such recipe file`,
    remedy: "Check the path, or write a recipe with: modelwright init",
  }),
  RECIPE_IS_DATA: defineError<{ path: string; known: readonly string[] }>({
    status: 400,
    meaning: "A folder, or a file that holds data by its name, was given where a recipe is wanted.",
    message: (d) => `${d.path}: is not a recipe; the name of a recipe ends in ${choices(d.known)}`,
    remedy: (d) => `If it is your data, write a recipe for it with: modelwright init ${d.path}`,
  }),
  RECIPE_NOT_YAML: defineError<{ path: string; line: number; column: number; problem: string; remedy: string }>({
    status: 400,
    meaning: "The recipe is not well-formed YAML.",
    message: (d) => `${d.path}:${d.line}:${d.column}: not valid YAML: ${d.problem}`,
    remedy: (d) => d.remedy,
  }),
  RECIPE_NOT_LOADED: defineError<{ path: string; problem: string }>({
    status: 400,
    meaning: "The recipe is a TypeScript or JavaScript module that does not parse or fails while it is loaded.",
    message: (d) => `${d.path}: the module cannot be loaded: ${d.problem}`,
    remedy: "Fix the module; its default export must be the recipe.",
  }),
  RECIPE_INVALID: defineError<{
    path: string;
    issues: readonly { at: string; rule: string; got?: string; instead?: string }[];
    /** The command that lists what there is. Default: that of recipes. */
    listedBy?: string;
  }>({
    status: 400,
    meaning:
      "One or more recipe values break a rule; each is listed with its path, the rule, the value and what to write instead.",
    message: (d) =>
      `${d.path}: ${d.issues.length === 1 ? "one value breaks a rule" : `${d.issues.length} values break a rule`}\n${d.issues
        .map(({ at, rule, got, instead }) => {
          const value = got === undefined ? "" : `, got ${got}`;
          return `  ${at}: ${rule}${value}${instead === undefined ? "" : `; ${instead}`}`;
        })
        .join("\n")}\n`,
    remedy: ({ listedBy = "modelwright train --help" }) => `Every value is listed by: ${listedBy}`,
  }),
};
