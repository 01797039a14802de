import { mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, extname, join, resolve } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import type { TableProfile } from "../profile/table-profile.ts";
import { type CuredRelation, type CureOptions, cureRelation } from "./cure-relation.ts";
import type { CureStep } from "./cure-step.ts";
import { quotedText } from "./open-duckdb.ts";
import { profileRelation } from "./profile-relation.ts";
import type { Relation } from "./relation.ts";
import { type RelationOptions, withRelation } from "./with-relation.ts";

/** How DuckDB writes a table, by the ending of the file. */
const FORMATS: Readonly<Record<string, string>> = {
  // Of columns with more different values in a row group it takes time to find that a dictionary is of no use.
  ".parquet": "FORMAT parquet, DICTIONARY_SIZE_LIMIT 10000",
  ".csv": "FORMAT csv, HEADER",
  ".tsv": "FORMAT csv, HEADER, DELIMITER '\t'",
  ".jsonl": "FORMAT json",
  ".ndjson": "FORMAT json",
};
/** Of ten parts of the rows, by their hash; a row stays where it is when others come. */
const SPLITS = [
  { name: "train", where: "part < 8" },
  { name: "validation", where: "part = 8" },
  { name: "test", where: "part = 9" },
] as const;

export const WRITTEN_FORMATS: readonly string[] = Object.keys(FORMATS);

export interface CleanOptions extends RelationOptions, CureOptions {
  /** A file, whose ending says how it is written; with `split` a folder, which is there. */
  readonly out: string;
  /** Writes `train`, `validation` and `test` (80, 10 and 10 %) with this ending. Default: one file. */
  readonly split?: string;
}

export interface Cleaned {
  /** Of the rows as they were read. */
  readonly profile: TableProfile;
  readonly steps: readonly CureStep[];
  /** What was written; `name` of a split. */
  readonly files: readonly { readonly path: string; readonly rows: number }[];
}

/**
 * Cures a table of any size and writes it: CSV, JSON Lines or Parquet, one file or three. Files are complete or absent, and
 * rows keep their order.
 *
 * @throws {ModelwrightError} `DATA_CURE_UNFIT`, `PEER_MISSING`, `DATA_FORMAT_UNKNOWN`, and what opening and reading a table throw.
 */
export async function cleanByDuckDb(source: string, options: CleanOptions): Promise<Cleaned> {
  const { split } = options;
  const out = resolve(options.out);
  const ending = split ?? extname(out).toLowerCase();
  const format = FORMATS[ending];
  if (format === undefined)
    throw new ModelwrightError("DATA_FORMAT_UNKNOWN", { file: options.out, extension: ending, known: WRITTEN_FORMATS });
  // Beside the place of the files, so that they can be moved there.
  const folder = await mkdtemp(join(split === undefined ? dirname(out) : out, ".modelwright-clean-"));
  try {
    return await withRelation(source, { ...options, folders: [folder] }, async (relation) => {
      const found = await profileRelation(relation);
      const cured = await cureRelation(found, options);
      const written =
        split === undefined
          ? [await copy(relation, { cured, to: join(folder, `out${ending}`), format })]
          : await copySplits(relation, { cured, folder, ending, format });
      const files: { path: string; rows: number }[] = [];
      for (const { from, rows, name } of written) {
        const path = name === undefined ? out : join(out, `${name}${ending}`);
        await rename(from, path);
        files.push({ path, rows });
      }
      return { profile: found.profile, steps: cured.steps, files };
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Written {
  readonly name?: string;
  readonly from: string;
  readonly rows: number;
}

async function copy(
  { database }: Relation,
  options: { readonly cured: CuredRelation; readonly to: string; readonly format: string; readonly where?: string },
): Promise<Written> {
  const { cured, to, format, where = "true" } = options;
  const columns = format.startsWith("FORMAT csv") ? cured.texts : cured.columns;
  const rowsOf = `SELECT ${columns} FROM ${cured.from} WHERE ${where}${cured.order}`;
  const query = `COPY (${rowsOf}) TO ${quotedText(to)} (${format})`;
  let rows = 0;
  for await (const [row] of database.rows(query)) rows = Number(row![0]);
  return { from: to, rows };
}

async function copySplits(
  relation: Relation,
  options: { readonly cured: CuredRelation; readonly folder: string; readonly ending: string; readonly format: string },
): Promise<Written[]> {
  const { cured, folder, ending, format } = options;
  const written = async ({ name, where }: (typeof SPLITS)[number]): Promise<Written> => {
    const database = await relation.database.beside();
    try {
      const to = join(folder, `${name}${ending}`);
      return { name, ...(await copy({ ...relation, database }, { cured, to, format, where })) };
    } finally {
      await database.close();
    }
  };
  const [large, ...small] = SPLITS;
  // A split of few row groups leaves cores idle.
  return [await written(large), ...(await Promise.all(small.map(written)))];
}
