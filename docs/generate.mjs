// Writes the reference pages from what the code itself says. Run after a build: node docs/generate.mjs
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { cliPage } from "./generators/cli-page.mjs";
import { errorsPage } from "./generators/errors-page.mjs";
import { httpPage } from "./generators/http-page.mjs";
import { recipePage } from "./generators/recipe-page.mjs";

/** Every generated page by its name. */
export const pages = {
  "cli.md": cliPage,
  "errors.md": errorsPage,
  "http.md": httpPage,
  "recipe.md": recipePage,
};

const folder = new URL("./reference/", import.meta.url);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await mkdir(folder, { recursive: true });
  for (const [name, page] of Object.entries(pages)) await writeFile(new URL(name, folder), await page());
}
