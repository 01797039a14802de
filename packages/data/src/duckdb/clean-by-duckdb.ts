import { mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, extname, join, resolve } from "node:path";
import { type Cures, ModelwrightError } from "@modelwright/contracts";
import type { TableProfile } from "../profile/table-profile.ts";
import { type CuredRelation, type CureStep, cureRelation } from "./cure-relation.ts";
import { quotedText } from "./open-duckdb.ts";
import { profileRelation } from "./profile-relation.ts";
import type { Relation } from "./relation.ts";
import { type RelationOptions, withRelation } from "./with-relation.ts";

/** Of ten parts the one of a row; whole numbers of 128 bits are divided a hundred times as slowly. */
const PART = "(h >> 64)::UBIGINT % 10";
/** How DuckDB writes a table, by the ending of the file. */
const FORMATS: Readonly<Record<string, string>> = {
  ".parquet": "FORMAT parquet",
  ".csv": "FORMAT csv, HEADER",
  ".tsv": "FORMAT csv, HEADER, DELIMITER '\t'",
  ".jsonl": "FORMAT json",
  ".ndjson": "FORMAT json",
};
/** Of ten rows, by their hash; a row stays where it is when others come. */
const SPLITS = [
  { name: "train", of: "BETWEEN 0 AND 7" },
  { name: "validation", of: "= 8" },
  { name: "test", of: "= 9" },
] as const;

export const WRITTEN_FORMATS: readonly string[] = Object.keys(FORMATS);

export interface CleanOptions extends RelationOptions {
  readonly cures: Cures;
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
 * Cures a table of any size and writes it: CSV, JSON Lines or Parquet, one file or three. Files are complete or absent. In one file
 * rows keep their order, in three they may be mixed.
 *
 * @throws {ModelwrightError} `DATA_CURE_UNFIT`, `DATA_PEER_MISSING`, `DATA_FORMAT_UNKNOWN`, and what opening and reading a table throw.
 */
export async function cleanByDuckDb(source: string, options: CleanOptions): Promise<Cleaned> {
  const { cures, split } = options;
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
      const cured = await cureRelation(relation, { cures, found, keepOrder: split === undefined });
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

/** Parquet files in one pass over the rows, others in one each. */
async function copySplits(
  relation: Relation,
  options: { readonly cured: CuredRelation; readonly folder: string; readonly ending: string; readonly format: string },
): Promise<Written[]> {
  const { cured, folder, ending, format } = options;
  if (ending !== ".parquet") {
    const files: Written[] = [];
    for (const { name, of } of SPLITS) {
      const to = join(folder, `${name}${ending}`);
      files.push({ name, ...(await copy(relation, { cured, to, format, where: `${PART} ${of}` })) });
    }
    return files;
  }
  const names = SPLITS.map(({ name, of }) => `WHEN ${PART} ${of} THEN ${quotedText(name)}`).join(" ");
  const query = `COPY (SELECT ${cured.columns}, CASE ${names} END AS "${SPLIT_COLUMN}" FROM ${cured.from})
    TO ${quotedText(join(folder, "splits"))} (${format}, PARTITION_BY ("${SPLIT_COLUMN}"), RETURN_STATS)`;
  const files: Written[] = [];
  for await (const batch of relation.database.rows(query)) {
    for (const [path, rows] of batch) {
      const name = SPLITS.find((each) => String(path).includes(`=${each.name}/`))!.name;
      files.push({ name, from: String(path), rows: Number(rows) });
    }
  }
  return SPLITS.flatMap(({ name }) => files.filter((file) => file.name === name));
}

/** Names the parts; no column of a table is called so by chance. */
const SPLIT_COLUMN = "modelwright split";
