import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** ONNX Runtime's shared libraries for this machine, as an npm package brings them. */
export interface InstalledLibrary {
  readonly directory: string;
  readonly version: string;
}

/** Gives the manifest of an installed package with its path, or undefined. */
type FindPackage = (name: string) => { readonly path: string; readonly version: string } | undefined;

/** The package that the product brings for this platform. */
const OWN_PACKAGE = `@modelwright/onnxruntime-${process.platform}-${process.arch}`;

/** The package of ONNX Runtime's project: larger, and the only one to which files for CUDA can be added. */
export const BINDING_PACKAGE = "onnxruntime-node";

/**
 * Finds ONNX Runtime's libraries. Of two packages of one version onnxruntime-node is taken: somebody wanted it. A
 * copy of another version belongs to other software, and is taken only where there is nothing else.
 *
 * @param find For tests. Default: what Node.js finds from this file.
 * @throws A plain error that names both packages, if neither is installed.
 */
export function installedLibrary(find: FindPackage = findPackage): InstalledLibrary {
  const own = find(OWN_PACKAGE);
  const binding = find(BINDING_PACKAGE);
  if (binding !== undefined && (own === undefined || own.version === binding.version)) {
    const directory = join(dirname(binding.path), "bin", "napi-v6", process.platform, process.arch);
    return { directory, version: binding.version };
  }
  if (own !== undefined) return { directory: join(dirname(own.path), "lib"), version: own.version };
  throw new Error(`neither ${OWN_PACKAGE} nor ${BINDING_PACKAGE} is installed`);
}

const require = createRequire(import.meta.url);

function findPackage(name: string): ReturnType<FindPackage> {
  let path: string;
  try {
    path = require.resolve(`${name}/package.json`);
  } catch {
    return undefined;
  }
  const { version } = require(path) as { version: string };
  return { path, version };
}
