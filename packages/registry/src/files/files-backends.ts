import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import type { UrlFailure } from "../registry-place.ts";
import { s3Files } from "../s3/s3-files.ts";
import { FILES_PARAMETERS, type FilesParameters, type FilesPlace } from "./files-place.ts";
import { sharedFolder } from "./shared-folder.ts";

type FilesBackend = (text: string, options: { parameters: FilesParameters; fail: UrlFailure }) => FilesPlace;

/** By the scheme of what stands behind `files=`; what has none is the path of a folder. */
const FILES: Readonly<Record<string, FilesBackend>> = {
  "": (path, { parameters, fail }) => {
    if (!isAbsolute(path)) throw fail(`files=${path}: must be an absolute path, for others open it from elsewhere`);
    refuseParameters(parameters, fail);
    return sharedFolder(path);
  },
  "file:": (url, { parameters, fail }) => {
    refuseParameters(parameters, fail);
    return sharedFolder(fileURLToPath(url));
  },
  "s3:": s3Files,
};

/**
 * The place of files that a URL names.
 * @throws {ModelwrightError} What `fail` makes.
 */
export function filesPlace(
  files: string | null,
  { parameters, fail }: { readonly parameters: URLSearchParams; readonly fail: UrlFailure },
): FilesPlace {
  if (files === null || files === "") {
    const forms = "add ?files=/folder, which all who use it can reach, or ?files=s3://bucket/prefix";
    throw fail(`it does not say where versions and artifacts lie: ${forms}`);
  }
  const scheme = /^([a-z][a-z0-9+.-]+:)/i.exec(files)?.[1]?.toLowerCase() ?? "";
  const backend = FILES[scheme];
  if (backend === undefined)
    throw fail(`files=${files}: files are kept in a folder or at s3://; "${scheme}" is no place for them`);
  const given = FILES_PARAMETERS.flatMap((name) => {
    const value = parameters.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return backend(files, { parameters: Object.fromEntries(given), fail });
}

function refuseParameters(parameters: FilesParameters, fail: UrlFailure): void {
  const [name] = Object.keys(parameters);
  if (name !== undefined) throw fail(`${name}= is of files at s3://, and these are in a folder`);
}
