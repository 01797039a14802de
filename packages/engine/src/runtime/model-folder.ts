import { closeSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, sep } from "node:path";
import { RefusedModel } from "../onnx/decode-failure.ts";
import type { ExternalData, FoundData, ModelFolder } from "../onnx/external-data.ts";

const RULE = "all data is in the file itself or in a file inside the model's own folder";

/**
 * The folder of a model's file, from which `decodeModel` may take external data.
 *
 * @param options.store A folder in which what lies beside the file may really lie, where files are links into a store, as in the cache of a
 *   hub. Default: the file itself and its data lie in one folder.
 * @returns `undefined` when there is no such file.
 */
export function modelFolder(
  file: string,
  { store }: { readonly store?: string | undefined } = {},
): (ModelFolder & { readonly path: string }) | undefined {
  const path = realPath(file);
  const folder = path === undefined || store === undefined ? path && dirname(path) : realPath(dirname(file));
  if (folder === undefined) return undefined;
  const allowed = [folder, ...(store === undefined ? [] : [realPath(store) ?? folder])];
  return { path: folder, find: (data, where) => find(folder, { ...data, allowed, where }), read };
}

interface Asked extends ExternalData {
  /** Folders in which the data may really lie. */
  readonly allowed: readonly string[];
  readonly where: string;
}

/** Links are resolved before the place is compared with the folder. */
function find(folder: string, { location, offset, length, allowed, where }: Asked): FoundData {
  const refuse = (got: string): never => {
    throw new RefusedModel(RULE, `${got} in external_data of ${where}`);
  };
  const shown = location.length > 100 ? `${location.slice(0, 100)}…` : location;
  const isRelative = location !== "" && !isAbsolute(location) && !/^[a-z]:|\\|\0/i.test(location);
  if (!isRelative || location.split("/").includes("..")) refuse(`the location "${shown}"`);
  const path = realPath(join(folder, location)) ?? refuse(`the location "${shown}", where no file is,`);
  const isInside = allowed.some((place) => path.startsWith(place.endsWith(sep) ? place : `${place}${sep}`));
  if (!isInside) refuse(`"${shown}", a link to elsewhere,`);
  const stats = statSync(path);
  if (!stats.isFile()) refuse(`"${shown}", which is no file,`);
  const end = length === undefined ? stats.size : offset + length;
  if (offset > end || end > stats.size) refuse(`bytes ${offset} to ${end} of the ${stats.size} of "${shown}"`);
  return { path, start: offset, end };
}

function read({ path, start, end }: FoundData): Uint8Array {
  const bytes = new Uint8Array(end - start);
  const handle = openSync(path, "r");
  try {
    for (let at = 0; at < bytes.length; ) {
      const count = readSync(handle, bytes, at, bytes.length - at, start + at);
      if (count === 0) throw new RefusedModel(RULE, `a file that became shorter: "${path}"`);
      at += count;
    }
    return bytes;
  } finally {
    closeSync(handle);
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
