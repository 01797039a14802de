import { resolve } from "node:path";

/** The folder of the registry when none is named: `.modelwright` in the working directory. */
export function registryDirectory(registry?: string): string {
  return resolve(registry ?? process.env.MODELWRIGHT_REGISTRY ?? ".modelwright");
}
