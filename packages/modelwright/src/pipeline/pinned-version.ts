/** A version of the registry, as a recipe names one: `gpt-brown@champion` or `gpt-brown:3`. */
const VERSION = /^[a-z0-9][a-z0-9._-]*(@[a-z0-9][a-z0-9._-]*|:[1-9]\d*)$/;

export function isVersionReference(reference: string): boolean {
  return VERSION.test(reference);
}
