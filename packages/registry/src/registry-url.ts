import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ModelwrightError } from "@modelwright/contracts";

/** Names where a registry is: a folder's path, or a URL. */
export type RegistryUrl = string | URL;

/** From two letters on: `c:` is a drive of Windows. */
const schemePattern = /^([a-z][a-z0-9+.-]+):/i;

/** How each kind of URL names a folder. */
const FOLDERS: Readonly<Record<string, (url: string) => string>> = { "file:": (url) => fileURLToPath(url) };

const SUPPORTED = ["the path of a folder", "file:///<path>"];

/**
 * The folder, as an absolute path, of a registry that lies in one.
 *
 * @param url A path, relative to the working directory, or `file:///…`.
 * @throws {ModelwrightError} `REGISTRY_URL_UNSUPPORTED` naming what is supported, without a password of the URL.
 */
export function registryFolder(url: RegistryUrl): string {
  const text = String(url);
  const scheme = schemePattern.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined && text !== "") return resolve(text);
  const toPath = FOLDERS[`${scheme}:`];
  const refuse = (problem: string, cause?: unknown) =>
    new ModelwrightError(
      "REGISTRY_URL_UNSUPPORTED",
      { url: withoutCredentials(text), problem, supported: SUPPORTED },
      { cause },
    );
  if (text === "") throw refuse("it is empty");
  if (toPath === undefined) throw refuse(`no registry is kept at "${scheme}:"`);
  try {
    return toPath(text);
  } catch (cause) {
    throw refuse(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** `postgres://user:secret@host/name` becomes `postgres://host/name`. */
function withoutCredentials(url: string): string {
  return url.replace(/^([^:/?#]+:\/\/)[^/?#]*@/, "$1");
}
