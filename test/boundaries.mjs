// Checks the arrows between packages, and that the check saw the code it is about.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cruise } from "dependency-cruiser";

const { forbidden, options } = createRequire(import.meta.url)("../.dependency-cruiser.cjs");
const packages = JSON.parse(readFileSync("package.json", "utf8")).workspaces;
const sources = packages.map((path) => `${path}/src`);
const { output } = await cruise(sources, { ...options, ruleSet: { forbidden }, validate: true, outputType: "json" });
const { modules, summary } = JSON.parse(output);

const unseen = sources.filter((path) => !modules.some(({ source }) => source.startsWith(`${path}/`)));
const crossings = modules.flatMap(({ source, dependencies }) =>
  dependencies.filter(
    ({ resolved }) => resolved.startsWith("packages/") && resolved.split("/")[1] !== source.split("/")[1],
  ),
);
if (unseen.length > 0 || crossings.length < packages.length) {
  console.error(
    `boundaries: saw nothing of ${unseen.join(", ") || "the imports between packages"}; the check is blind`,
  );
  process.exit(1);
}
for (const { rule, from, to } of summary.violations) console.error(`boundaries: ${rule.name}: ${from} -> ${to}`);
console.log(
  `boundaries: ${modules.length} modules, ${crossings.length} imports between packages, ${summary.violations.length} violations`,
);
process.exit(summary.violations.length === 0 ? 0 : 1);
