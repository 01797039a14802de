import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { fold, pageHead } from "./markdown.mjs";

const INTRODUCTION = `Every public name with its type, as the built packages declare it. A change of a name or of a type changes
this page, so that nobody changes the public surface without seeing it. What a name does, and its units, defaults and
errors, stand in its documentation, which an editor shows.`;

const published = new URL("../../packages/modelwright/", import.meta.url);

/** Every public name of every entry of the published package, with its declaration. */
export function apiPage() {
  const { exports } = JSON.parse(readFileSync(new URL("package.json", published), "utf8"));
  const entries = Object.entries(exports).map(([path, { types }]) => [
    path.replace(/^\./, "modelwright"),
    fileURLToPath(new URL(types, published)),
  ]);
  const program = ts.createProgram(
    entries.map(([, file]) => file),
    { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023, skipLibCheck: true },
  );
  const shown = new Map();
  const sections = entries.map(([name, file]) => section(program, name, file, shown));
  return [pageHead("Public names", INTRODUCTION), ...sections].join("\n");
}

/** The names of one entry. A name that an entry above has shown is named and not shown again. */
function section(program, name, file, shown) {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const names = checker
    .getExportsOfModule(checker.getSymbolAtLocation(source))
    .map((symbol) => ({ name: symbol.name, symbol: original(checker, symbol) }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const repeated = names.filter(({ symbol }) => shown.has(symbol));
  const declared = names.filter(({ symbol }) => !shown.has(symbol));
  for (const { symbol } of declared) shown.set(symbol, name);
  const where = [...new Set(repeated.map(({ symbol }) => shown.get(symbol)))].map((entry) => {
    const same = repeated.filter(({ symbol }) => shown.get(symbol) === entry).map((each) => `\`${each.name}\``);
    return `${fold(`As in \`${entry}\`: ${same.join(", ")}.`)}\n`;
  });
  const declarations = declared.flatMap(({ symbol }) => symbol.declarations.map(declaration));
  return [`## \`${name}\`\n`, ...where, "```ts", declarations.join("\n"), "```\n"].join("\n");
}

const original = (checker, symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);

const printer = ts.createPrinter({ removeComments: true });

/** A declaration without its comments, `export`, `declare` and what is private. */
function declaration(node) {
  // A constant's declaration stands in a list within a statement, which holds the word `const`.
  const whole = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  const { transformed } = ts.transform(whole, [withoutPrivate]);
  return printer
    .printNode(ts.EmitHint.Unspecified, transformed[0], node.getSourceFile())
    .replace(/^(?:export |default |declare )+/, "");
}

function withoutPrivate(context) {
  const visit = (node) => {
    const hidden =
      ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword);
    if (hidden || (node.name !== undefined && ts.isPrivateIdentifier(node.name))) return undefined;
    return ts.visitEachChild(node, visit, context);
  };
  return (node) => ts.visitNode(node, visit);
}
