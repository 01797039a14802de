import { RefusedModel } from "./decode-failure.ts";

/** Where the data of a tensor stands when it is not in the model's file. */
export interface ExternalData {
  /** Path of a file, relative to the model's folder. */
  readonly location: string;
  /** In bytes. */
  readonly offset: number;
  /** In bytes; `undefined` is all from `offset` on. */
  readonly length: number | undefined;
}

/** Bytes that were found and may be read. */
export interface FoundData {
  /** The same for two tensors of one file. */
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** A model's folder, as far as a model may see it. */
export interface ModelFolder {
  /** Checks a place without reading it. Throws `RefusedModel`, with `where` in it, for one outside the folder or beyond a file's end. */
  find(data: ExternalData, where: string): FoundData;
  read(found: FoundData): Uint8Array;
}

type Entries = readonly (readonly [key: string, value: string])[];

/** The place that the entries of `external_data` describe. A key that stands twice or a number that is none is refused. */
export function parseExternalData(entries: Entries, where: string): ExternalData {
  const refuse = (rule: string, got: string): never => {
    throw new RefusedModel(rule, `${got} in external_data of ${where}`);
  };
  const fields = new Map(entries);
  if (fields.size !== entries.length) refuse("each key of external_data stands once", "one twice");
  const number = (key: string): number | undefined => {
    const text = fields.get(key);
    if (text === undefined) return undefined;
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    return Number.isSafeInteger(value) ? value : refuse("offset and length are numbers of bytes", `${key} "${text}"`);
  };
  const location = fields.get("location") ?? "";
  return { location, offset: number("offset") ?? 0, length: number("length") };
}
