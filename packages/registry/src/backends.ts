import { ModelwrightError } from "@modelwright/contracts";
import { FOLDER } from "./folder/folder-place.ts";
import { POSTGRES } from "./postgres/postgres-place.ts";
import type { Backend, RegistryPlace, RegistryUrl, UrlFailure } from "./registry-place.ts";

/** By the scheme of a URL; what has none is the path of a folder. */
const BACKENDS: Readonly<Record<string, Backend>> = {
  "": FOLDER.path,
  "file:": FOLDER.url,
  "postgres:": POSTGRES,
  "postgresql:": POSTGRES,
};

/** From two letters on: `c:` is a drive of Windows. */
const schemePattern = /^([a-z][a-z0-9+.-]+:)/i;

/**
 * The place that a path or a URL names.
 *
 * @param url A path, relative to the working directory, `file:///…`, or `postgres://…`.
 * @throws {ModelwrightError} `REGISTRY_URL_UNSUPPORTED` naming what is supported, without a password of the URL;
 *   `REGISTRY_VARIABLE_MISSING`.
 */
export function registryPlace(url: RegistryUrl): RegistryPlace {
  const text = String(url);
  const fail: UrlFailure = (problem, cause) =>
    new ModelwrightError(
      "REGISTRY_URL_UNSUPPORTED",
      {
        url: withoutCredentials(text),
        problem,
        supported: [...new Set(Object.values(BACKENDS).map(({ form }) => form))],
      },
      { cause },
    );
  if (text === "") throw fail("it is empty");
  const scheme = schemePattern.exec(text)?.[1]?.toLowerCase() ?? "";
  const backend = BACKENDS[scheme];
  if (backend === undefined) throw fail(`no registry is kept at "${scheme}"`);
  return backend.place(text, fail);
}

/** `postgres://user:secret@host/name` becomes `postgres://host/name`; with a password of any characters. */
function withoutCredentials(url: string): string {
  return url.replace(/^([^:/?#]+:\/\/).*@/s, "$1").replace(/([?&](?:password|sslpassword)=)[^&#]*/gi, "$1…");
}
