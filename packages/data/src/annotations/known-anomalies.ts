import { ModelwrightError } from "@modelwright/contracts";
import { counted, listed } from "../report-builder.ts";
import type { RowWith } from "../roles/read-rows.ts";
import type { Annotation } from "./annotation.ts";

/** What is known of a row. */
export type AnomalyStatus = "anomaly" | "ordinary" | "unknown";

/** What the checks tell of rows of which some may be known anomalies. */
export interface AnomaliesFound {
  /** Values that mark an anomaly; absent: none are known. */
  readonly anomalous?: readonly string[] | undefined;
  /** What an empty cell says. */
  readonly empty: "ordinary" | "unknown";
}

/** How tables mark rows, in lower case. A column with any other value has to be explained. */
const WORDS: Readonly<Record<"anomaly" | "ordinary", ReadonlySet<string>>> = {
  anomaly: new Set(
    "1 true yes y anomaly anomalous abnormal outlier odd fraud fraudulent attack fault faulty failure defect defective bad 异常 是 欺诈 故障 攻击 缺陷".split(
      " ",
    ),
  ),
  ordinary: new Set(
    "0 false no n ordinary normal inlier nominal regular usual ok legit legitimate genuine benign good healthy 正常 否 合格".split(
      " ",
    ),
  ),
};

/** Rows of each split at least: of fewer none can be odd. */
const ROWS_PER_SPLIT = 2;

const statusOf = (label: string, { anomalous = [], empty }: AnomaliesFound): AnomalyStatus =>
  label === "" ? empty : anomalous.includes(label) ? "anomaly" : "ordinary";

/** What is known of each row. */
export function anomalyStatus(rows: readonly RowWith<"label">[], found: AnomaliesFound): AnomalyStatus[] {
  return rows.map(({ label }) => statusOf(label, found));
}

/**
 * Marks of known anomalies, as far as there are any: a table needs no column for them, and a row no value.
 *
 * @param options.column That of the marks. Default: none.
 * @param options.anomalous Values that mark an anomaly. Default: told from common words.
 */
export function knownAnomalies(options: {
  readonly column?: string | undefined;
  readonly anomalous?: readonly string[] | undefined;
}): Annotation<"label", AnomaliesFound> {
  const { column } = options;
  return {
    role: "label",
    isOptional: true,
    noun: "mark",
    stratum: "known anomalies",
    shown: ({ label }) => `"${label}"`,
    key: ({ label }) => label,
    digested: ({ label }) => label,
    strata: (rows) => rows.map(({ label = "" }) => [label]),
    check: (rows, { file, splits, report }) => {
      const needed = splits * ROWS_PER_SPLIT;
      if (rows.length < needed) throw new ModelwrightError("DATA_TOO_FEW_ROWS", { file, rows: rows.length, needed });
      if (column === undefined) return { empty: "unknown" };
      const counts = new Map<string, number>();
      for (const { label } of rows) if (label !== "") counts.set(label, (counts.get(label) ?? 0) + 1);
      const values = [...counts.keys()].sort();
      if (values.length === 0)
        throw new ModelwrightError("DATA_EMPTY", { file, problem: `no row has a value in "${column}"` });
      const anomalous = anomalousValues(values, { ...options, column, file });
      const found: AnomaliesFound = { anomalous, empty: anomalous.length < values.length ? "unknown" : "ordinary" };
      const statuses = anomalyStatus(rows, found);
      const count = (status: AnomalyStatus) => statuses.filter((each) => each === status).length;
      const known = count("anomaly");
      if (known === rows.length) throw new ModelwrightError("DATA_ALL_ANOMALOUS", { file, column, rows: known });
      const marks = anomalous.map((value) => `"${value}" ${counts.get(value)!.toLocaleString("en-US")}`);
      const rest = [
        `${counted(count("ordinary"), "row")} ordinary`,
        ...(count("unknown") === 0 ? [] : [`of ${counted(count("unknown"), "row")} nothing is known`]),
      ];
      report.step("known anomalies", `${counted(known, "row")}: ${listed(marks)}; ${rest.join(", ")}`, rows.length);
      if (known > count("ordinary"))
        report.warn(
          `more rows are known as anomalies (${known}) than as ordinary (${count("ordinary")}): data.anomalous says which values mark the odd ones`,
        );
      return found;
    },
    checkPublished: () => {},
    absent: (rows, found) =>
      found.anomalous === undefined || anomalyStatus(rows, found).includes("anomaly") ? [] : ["has no known anomaly"],
  };
}

/** The values that mark an anomaly: those that are told, or are common words for one beside common words for the opposite. */
function anomalousValues(
  values: readonly string[],
  {
    column,
    anomalous,
    file,
  }: { readonly column: string; readonly anomalous?: readonly string[] | undefined; readonly file: string },
): readonly string[] {
  const absent = anomalous?.find((value) => !values.includes(value));
  if (absent !== undefined)
    throw new ModelwrightError("DATA_ANOMALOUS_ABSENT", { file, column, value: absent, values });
  if (anomalous !== undefined) return anomalous;
  const odd = values.filter((value) => WORDS.anomaly.has(value.toLowerCase()));
  const isClear =
    odd.length > 0 && values.every((value) => odd.includes(value) || WORDS.ordinary.has(value.toLowerCase()));
  if (!isClear) throw new ModelwrightError("DATA_ANOMALIES_UNCLEAR", { file, column, values });
  return odd;
}
