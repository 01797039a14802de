// Writes the reference pages from what the code itself says. Run after a build: node docs/generate.mjs
import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { cliPage } from "./generators/cli-page.mjs";
import { errorsPage } from "./generators/errors-page.mjs";
import { httpPage } from "./generators/http-page.mjs";
import { recipePage } from "./generators/recipe-page.mjs";

const PAGES = { "cli.md": cliPage, "errors.md": errorsPage, "http.md": httpPage, "recipe.md": recipePage };

export const pageNames = Object.keys(PAGES);

const folder = new URL("./reference/", import.meta.url);
const formatter = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome");

/** A page as it stands in docs/reference: in the form that the formatter gives to every page. */
export async function renderPage(name) {
  const path = fileURLToPath(new URL(name, folder));
  const args = [formatter, "format", `--stdin-file-path=${path}`];
  return execFileSync(process.execPath, args, { input: await PAGES[name](), encoding: "utf8" });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await mkdir(folder, { recursive: true });
  for (const name of pageNames) await writeFile(new URL(name, folder), await renderPage(name));
}
