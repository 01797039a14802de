import { copyFile, cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { libraryPackage, ONNX_RUNTIME_VERSION, PLATFORMS } from "./platforms.mjs";
import { declarationOf, entriesOf, shippedModules } from "./shipped-files.mjs";

const REPOSITORY = fileURLToPath(new URL("../", import.meta.url));
const PRODUCT = "modelwright";

/**
 * Lays out the one package that users install. Our other packages travel inside it as bundled dependencies, so that
 * nothing of ours has to be published beside it; what they need from others becomes a dependency of the product.
 */
export async function stageProduct(folder) {
  const root = await readJson(join(REPOSITORY, "package.json"));
  const packages = new Map();
  for (const path of root.workspaces) {
    const manifest = await readJson(join(REPOSITORY, path, "package.json"));
    packages.set(manifest.name, { folder: join(REPOSITORY, path), manifest });
  }
  const product = packages.get(PRODUCT);
  const command = join(product.folder, "dist/cli/main.js");
  const modules = await shippedModules([...entriesOf(product), command], packages);
  const placeOf = (name) => (name === PRODUCT ? folder : join(folder, "node_modules", name));

  for (const module of modules) {
    const [name, home] = [...packages].find(([, { folder: home }]) => module.startsWith(join(home, "dist")));
    await copyModule(module, home.folder, placeOf(name));
  }
  for (const [name, { manifest }] of packages) {
    if (name === PRODUCT) continue;
    await writeJson(join(placeOf(name), "package.json"), bundledManifest(manifest));
  }
  await cp(join(product.folder, "bin"), join(folder, "bin"), { recursive: true });
  await copyFile(join(product.folder, "README.md"), join(folder, "README.md"));
  await copyFile(join(REPOSITORY, "LICENSE"), join(folder, "LICENSE"));
  await writeJson(join(folder, "package.json"), productManifest(product.manifest, packages, root));
  return folder;
}

/** A module with its typings and the source to which both of its maps lead. */
async function copyModule(module, home, place) {
  const source = module.replace(join(home, "dist"), join(home, "src")).replace(/\.js$/, ".ts");
  const declaration = declarationOf(module);
  for (const file of [module, `${module}.map`, declaration, `${declaration}.map`, source]) {
    const target = join(place, relative(home, file));
    await mkdir(dirname(target), { recursive: true });
    await copyFile(file, target);
  }
}

function bundledManifest({ name, version, description, license, type, engines, exports }) {
  return { name, version, description, license, type, engines, files: ["dist", "src"], exports };
}

function productManifest(product, packages, { overrides }) {
  const bundled = [...packages.keys()].filter((name) => name !== PRODUCT).sort();
  const everyDependency = [...packages.values()].flatMap(({ manifest }) => Object.entries(manifest.dependencies ?? {}));
  // onnxruntime-node holds the libraries of all platforms, and its script downloads more: see platforms.mjs.
  const { "onnxruntime-node": _, ...dependencies } = Object.fromEntries(
    // npm takes no overrides from a dependency. What the repository pins becomes a dependency, which npm then shares.
    [...everyDependency, ...Object.entries(overrides)].sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return {
    ...product,
    files: ["bin", "dist", "src"],
    dependencies,
    // What only some sources of data need, a user installs: bundled packages have no peers that npm would see.
    ...Object.fromEntries(
      ["peerDependencies", "peerDependenciesMeta"].map((field) => [
        field,
        Object.assign({}, ...[...packages.values()].map(({ manifest }) => manifest[field])),
      ]),
    ),
    bundledDependencies: bundled,
    optionalDependencies: Object.fromEntries(
      Object.keys(PLATFORMS).map((platform) => [libraryPackage(platform), ONNX_RUNTIME_VERSION]),
    ),
  };
}

async function readJson(path) {
  return JSON.parse(await readFile(path, "utf8"));
}

async function writeJson(path, value) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(value, undefined, 2)}\n`);
}
