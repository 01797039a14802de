import type { ManifestOf } from "@modelwright/contracts";
import {
  type AnomaliesFound,
  type AnomalyStatus,
  anomalyStatus,
  knownAnomalies,
  prepareTable,
  type RoleColumns,
  readEvaluationTable,
  rowItem,
  type TableRows,
} from "@modelwright/data";
import { preparedTable } from "../table-rows/table-split.ts";
import type { DataContext, EvaluationRows, EvaluationSource, PreparedData, Trial } from "../task.ts";
import type { AnomalyRecipe } from "./detectors/detector.ts";

/** Rows of which some may be known anomalies. */
export interface WatchedTable extends TableRows<"label"> {
  readonly found: AnomaliesFound;
}

/** Names of columns that are kept to mark odd rows. */
const MARKING =
  /^(is[_ ]?)?(anomaly|anomalous|outlier|fraud|attack|fault|defect|label|异常|是否异常|欺诈|是否欺诈|故障|是否故障|标签)$/i;

/** Whether a column is called like one that marks odd rows. */
export function isMarking(name: string): boolean {
  return MARKING.test(name);
}

/** Reads, cleans and splits a table. */
export async function prepareRows(
  { data }: AnomalyRecipe,
  { baseDir, continues, onVersion, onProgress }: DataContext,
): Promise<PreparedData<WatchedTable>> {
  const { columns, anomalous, clean } = data;
  const prepared = await prepareTable(
    // No row is of no use, but for one that cannot be divided.
    { ...data, clean: { ...clean, missing: "drop" } },
    {
      annotation: knownAnomalies({ column: columns.label, anomalous }),
      baseDir,
      continues,
      onVersion,
      onProgress: ({ step, ...progress }) => onProgress({ stage: step as "read", ...progress }),
    },
  );
  const { report, looks } = prepared;
  const found: AnomaliesFound = { empty: prepared.empty, anomalous: prepared.anomalous };
  const marking = columns.label === undefined ? looks.filter(({ name }) => isMarking(name)) : [];
  const warnings = marking.map(
    ({ name }) =>
      `"${name}" is read as any other column, though it is called like one that marks anomalies: data.columns.label: ${JSON.stringify(name)} evaluates by it and does not learn from it`,
  );
  const told = { ...prepared, report: { ...report, warnings: [...report.warnings, ...warnings] } };
  return preparedTable(told, (rows) => ({ ...rows, found }));
}

/** Rows of a file for a stored version, with what is known of them where its column of marks is there. */
export async function evaluationRows(
  { preprocessing, label }: Pick<ManifestOf<"anomaly-detection">, "preprocessing" | "label">,
  { source, columns, encoding, trained }: EvaluationSource,
): Promise<EvaluationRows<WatchedTable>> {
  const read = await readEvaluationTable(source, {
    annotation: knownAnomalies({}),
    read: preprocessing.columns,
    columns: columns as RoleColumns,
    trained: trained.columns,
    encoding,
  });
  const labels = new Set(read.split.rows.map((row) => row.label).filter((value) => value !== ""));
  const { anomalous = [] } = label ?? {};
  const hasOrdinary = [...labels].some((value) => !anomalous.includes(value));
  const found: AnomaliesFound = { empty: hasOrdinary ? "unknown" : "ordinary", anomalous };
  return { ...read, split: { ...read.split, found } };
}

export function statusesOf({ rows, found }: WatchedTable): AnomalyStatus[] {
  return anomalyStatus(rows, found);
}

const KNOWN = { anomaly: 1, ordinary: 0, unknown: -1 } as const;

/** What is known of each row, as outcomes have it. */
export function knownOf(split: WatchedTable): Int8Array {
  return Int8Array.from(statusesOf(split), (status) => KNOWN[status]);
}

/** A known anomaly of the test rows, where there is one, and two other rows. */
export function trialsOf(split: WatchedTable): readonly Trial[] {
  const statuses = statusesOf(split);
  const odd = statuses.indexOf("anomaly");
  const others = [...statuses.keys()].filter((row) => row !== odd).slice(0, 2);
  return [...(odd < 0 ? [] : [odd]), ...others].map((row) => ({
    item: rowItem(split.frame, row),
    ...(statuses[row] === "unknown" ? {} : { actual: statuses[row] === "anomaly" ? "anomalous" : "ordinary" }),
  }));
}
