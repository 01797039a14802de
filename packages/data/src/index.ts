export { type PrepareOptions, prepareData } from "./prepare-data.ts";
export type { DataReport, DataStep, PreparedData } from "./prepared-data.ts";
export type { TextRow } from "./text-row.ts";
