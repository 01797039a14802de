// Writes the reference pages from what the code itself says. Run after a build: node docs/generate.mjs
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { apiPage } from "./generators/api-page.mjs";
import { benchmarkPage, benchmarkSummary } from "./generators/benchmark-page.mjs";
import { cliPage } from "./generators/cli-page.mjs";
import { errorsPage } from "./generators/errors-page.mjs";
import { faultsPage } from "./generators/faults-page.mjs";
import { featuresPage } from "./generators/features-page.mjs";
import { httpPage } from "./generators/http-page.mjs";
import { recipePage } from "./generators/recipe-page.mjs";

const MEASUREMENTS = "docs/reference/measurements.md";

/** What benchmarks tell, once there is one: `npm run bench -- all --record`. */
const MEASURED = {
  [MEASUREMENTS]: () => withBlock(MEASUREMENTS, "benchmark", benchmarkSummary),
  "docs/reference/benchmark.md": benchmarkPage,
};

/** By their path in the repository. */
const PAGES = {
  "FEATURES.md": featuresPage,
  "docs/reference/api.md": apiPage,
  "docs/reference/cli.md": cliPage,
  "docs/reference/errors.md": errorsPage,
  "docs/reference/faults.md": faultsPage,
  "docs/reference/http.md": httpPage,
  "docs/reference/recipe.md": recipePage,
  ...(existsSync(new URL("../bench/results", import.meta.url)) ? MEASURED : {}),
};

export const pageNames = Object.keys(PAGES);

const repository = new URL("../", import.meta.url);
const formatter = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome");

/** A page as it stands in the repository: in the form that the formatter gives to every page. */
export async function renderPage(name) {
  const path = fileURLToPath(new URL(name, repository));
  const args = [formatter, "format", `--stdin-file-path=${path}`];
  return execFileSync(process.execPath, args, { input: await PAGES[name](), encoding: "utf8" });
}

/** A page that is written by hand but for what stands between `<!-- block -->` and `<!-- /block -->`. */
async function withBlock(name, block, make) {
  const [start, end] = [`<!-- ${block} -->`, `<!-- /${block} -->`];
  const [before, rest] = (await readFile(new URL(name, repository), "utf8")).split(start);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`${name} has no block ${start} … ${end}`);
  return `${before}${start}\n\n${await make()}\n\n${end}${after}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of pageNames) await writeFile(new URL(name, repository), await renderPage(name));
}
