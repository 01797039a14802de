// Checks that only a task's own folders spell its name, so that a new task touches no other code; and that the check saw the names.
import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";
import { TASKS } from "../packages/contracts/dist/index.js";

const OWN = [
  /^packages\/contracts\/src\/tasks\//,
  /^packages\/modelwright\/src\/tasks\//,
  ...Object.keys(TASKS).map((task) => new RegExp(`^packages/inference/src/${task}/`)),
];
/** OpenAI's own words. */
const OPENAI = /^packages\/contracts\/src\/http\/openai/;
/** They know no task: there, a name of one word is a word of the language. */
const BELOW_TASKS = /^packages\/(?:engine|models|data|pages)\//;
const TESTS = /\.test\.tsx?$|\/testing\//;

const [words, compounds] = [false, true].map((isCompound) =>
  Object.keys(TASKS).filter((task) => task.includes("-") === isCompound),
);
const names = new RegExp(`\\b(?:${compounds.join("|")})\\b`);
const { workspaces } = JSON.parse(readFileSync("package.json", "utf8"));
const found = workspaces
  .flatMap((root) => readdirSync(`${root}/src`, { recursive: true }).map((path) => `${root}/src/${path}`))
  .filter((path) => /\.tsx?$/.test(path) && !TESTS.test(path))
  .flatMap((path) => spelled(path));
const foreign = found.filter(({ path }) => ![...OWN, OPENAI].some((own) => own.test(path)));

if (found.length < Object.keys(TASKS).length) {
  console.error("task names: saw none where they belong; the check is blind");
  process.exit(1);
}
for (const { path, line, text } of foreign) {
  console.error(`task names: ${path}:${line}: ${text} belongs into the task's row or folder`);
}
console.log(`task names: ${found.length} literals, ${foreign.length} outside the tasks' own folders`);
process.exit(foreign.length === 0 ? 0 : 1);

/** String literals of a file that spell a task's name. */
function spelled(path) {
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const hits = [];
  const visit = (node) => {
    if (
      (ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node)) &&
      isName(node.text, path) &&
      !isImport(node)
    ) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      hits.push({ path, line: line + 1, text: JSON.stringify(node.text.slice(0, 60)) });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return hits;
}

function isName(text, path) {
  return names.test(text) || (words.includes(text) && !BELOW_TASKS.test(path));
}

/** A path of a module, which names a folder and no task. */
function isImport(node) {
  return (
    ts.isImportDeclaration(node.parent) ||
    ts.isExportDeclaration(node.parent) ||
    ts.isImportTypeNode(node.parent.parent)
  );
}
