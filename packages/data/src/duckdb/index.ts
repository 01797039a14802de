export { type Cleaned, cleanByDuckDb, WRITTEN_FORMATS } from "./clean-by-duckdb.ts";
export type { CureStep } from "./cure-step.ts";
export type { IsolateRows } from "./odd-rows.ts";
export { type ProfiledSource, profileByDuckDb } from "./profile-by-duckdb.ts";
export { parquetShape, writeParquet } from "./write-parquet.ts";
