import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

/** How compiled code names a file or a package: an import, a type's import, or the file of a worker. */
const REFERENCE = /(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"|new URL\("([^"]+\.js)", import\.meta\.url\)/g;

/**
 * The compiled files that the product reaches: no test helpers, and nothing that an earlier build left in `dist`.
 *
 * @param entries Paths of compiled modules from which users and workers start.
 * @param packages By name, each workspace package with its `folder` and `manifest`.
 * @returns Paths of `.js` files.
 */
export async function shippedModules(entries, packages) {
  const reached = new Set();
  const waiting = [...entries];
  for (let module = waiting.pop(); module !== undefined; module = waiting.pop()) {
    if (reached.has(module)) continue;
    reached.add(module);
    for (const file of [module, declarationOf(module)]) {
      if (!existsSync(file)) continue;
      for (const [, specifier, path] of (await readFile(file, "utf8")).matchAll(REFERENCE)) {
        const next = path === undefined ? locate(specifier, file, packages) : resolve(dirname(file), path);
        if (next !== undefined) waiting.push(next);
      }
    }
  }
  return [...reached];
}

/** The modules behind the names under which a package is imported. */
export function entriesOf({ folder, manifest }) {
  return Object.values(manifest.exports).map((entry) => join(folder, entry.default));
}

export function declarationOf(module) {
  return module.replace(/\.js$/, ".d.ts");
}

function locate(specifier, from, packages) {
  if (specifier.startsWith(".")) return resolve(dirname(from), specifier).replace(/\.ts$/, ".js");
  const [, name, path = ""] = /^(@modelwright\/[^/]+)(.*)$/.exec(specifier) ?? [];
  if (name === undefined) return undefined;
  const { folder, manifest } = packages.get(name);
  return join(folder, manifest.exports[`.${path}`].default);
}
