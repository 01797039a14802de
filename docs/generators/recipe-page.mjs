import { recipeTasks, TASKS } from "../../packages/contracts/dist/index.js";
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

The tasks:

${recipeTasks.map((task) => `- \`${task}\` ${TASKS[task].words.summary}`).join("\n")}

Every other value has a default, which the run prints. \`--set train.epochs=2\` overrides a value for one run. A value that breaks a
rule is answered with its path, the rule, the value and what to write instead. The JSON Schema for editors is
\`recipeJsonSchema()\` of \`@modelwright/contracts\`.`;

/** Every value of a recipe with its type, default and meaning, by task. */
export function recipePage() {
  return [pageHead("Recipe", INTRODUCTION), ...recipeTasks.flatMap(taskSections)].join("\n");
}

function taskSections(task) {
  const values = recipeValues(task);
  return [...new Set(values.map(partOf))].map((part) => {
    const rows = values.filter((value) => partOf(value) === part).map(row);
    const heading = part === "" ? `## ${task}` : `### ${part} of ${task}`;
    return `${heading}\n\n${table(["value", "type", "default", "meaning"], rows)}\n`;
  });
}

/** The section that a value is in; none for those of the recipe itself. */
function partOf({ path }) {
  return path.includes(".") ? path.split(".")[0] : "";
}

function row({ path, type, fallback, required, description }) {
  const value = fallback === undefined ? (required ? "required" : "–") : `\`${fallback}\``;
  return [`\`${path}\``, type, value, description];
}
