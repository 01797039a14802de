import { recipeValues } from "../../packages/modelwright/dist/cli/recipe-values.js";
import { pageHead, table } from "./markdown.mjs";

const INTRODUCTION = `A recipe is one YAML or JSON file, or a TypeScript module with \`export default defineRecipe({ … })\`. It decides everything that a
run does. Only \`name\`, \`task\` and \`data.source\` have to be there:

\`\`\`yaml
name: tickets
task: text-classification
data:
  source: ./tickets.csv
\`\`\`

Every other value has a default, which the run prints. \`--set train.epochs=2\` overrides a value for one run. A value that breaks a
rule is answered with its path, the rule, the value and what to write instead. The JSON Schema for editors is
\`recipeJsonSchema()\` of \`@modelwright/contracts\`.`;

/** Every value of a recipe with its type, default and meaning. */
export function recipePage() {
  const values = recipeValues();
  const sections = [...new Set(values.map(partOf))].map((part) => {
    const rows = values.filter((value) => partOf(value) === part).map(row);
    return `## ${part}\n\n${table(["value", "type", "default", "meaning"], rows)}\n`;
  });
  return [pageHead("Recipe", INTRODUCTION), ...sections].join("\n");
}

function partOf({ path }) {
  return path.includes(".") ? path.split(".")[0] : "The recipe itself";
}

function row({ path, type, fallback, required, description }) {
  const value = fallback === undefined ? (required ? "required" : "–") : `\`${fallback}\``;
  return [`\`${path}\``, type, value, description];
}
