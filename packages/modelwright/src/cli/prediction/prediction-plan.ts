import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { extname } from "node:path";
import type { ModelManifest } from "@modelwright/contracts";
import { parquetShape } from "@modelwright/data/duckdb";

/** What decides every byte of an output: of two runs with the same plan one may go on where the other stopped. */
export interface PredictionPlan {
  readonly format: 1;
  readonly input: { readonly file: string; readonly sha256: string };
  readonly model: { readonly version: string; readonly sha256: string };
  /** What was asked for on the command line, and the columns that follow from it. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** In words, what another plan has otherwise; empty where it is the same. */
export function differences(earlier: PredictionPlan, now: PredictionPlan): string[] {
  const options = new Set([...Object.keys(earlier.options), ...Object.keys(now.options)]);
  const changed = [...options].filter((name) => !isEqual(earlier.options[name], now.options[name]));
  return [
    ...(earlier.format === now.format ? [] : ["an older Modelwright"]),
    ...(earlier.input.sha256 === now.input.sha256
      ? []
      : [earlier.input.file === now.input.file ? `what ${now.input.file} held` : `the file ${earlier.input.file}`]),
    ...(isEqual(earlier.model, now.model) ? [] : [`the version ${earlier.model.version}`]),
    ...changed.map((name) => `${name} ${JSON.stringify(earlier.options[name] ?? null)}`),
  ];
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The digest of a version by its manifest, which has the digest of every file. */
export function manifestDigest(manifest: ModelManifest): string {
  return createHash("sha256").update(JSON.stringify(manifest)).digest("hex");
}

export interface InputFile {
  readonly sha256: string;
  /** By which its rows tell where they stand: lines of a text, rows of Parquet. Undefined where nothing tells without reading it. */
  readonly lines?: number;
  /** The types of the columns, of Parquet. */
  readonly types?: ReadonlyMap<string, string>;
}

const LINE_FORMATS: readonly string[] = [".csv", ".tsv", ".jsonl", ".ndjson", ".txt"];
const LINE_END = 0x0a;

/** Looks through a file that is to be predicted of; undefined for what is no single file here: an address, a folder, several files. */
export async function inputFile(path: string): Promise<InputFile | undefined> {
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) return undefined;
  const hash = createHash("sha256");
  const ending = extname(path).toLowerCase();
  const counts = LINE_FORMATS.includes(ending);
  let lines = 1;
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    if (counts) for (let at = chunk.indexOf(LINE_END); at >= 0; at = chunk.indexOf(LINE_END, at + 1)) lines++;
  }
  const sha256 = hash.digest("hex");
  if (ending !== ".parquet") return { sha256, ...(counts ? { lines } : {}) };
  // What is wrong with it is said where its rows are read.
  const shape = await parquetShape(path).catch(() => undefined);
  if (shape === undefined) return { sha256 };
  return { sha256, lines: shape.rows, types: new Map(shape.columns.map(({ name, type }) => [name, type])) };
}
