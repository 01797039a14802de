/** Where the registry is when none is named: `.modelwright` in the working directory. A path or a URL, for `openRegistry`. */
export function registryLocation(registry?: string): string {
  return registry ?? process.env.MODELWRIGHT_REGISTRY ?? ".modelwright";
}
