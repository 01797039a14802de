import { type ColumnSketch, guessColumn } from "@modelwright/data";
import { plainText } from "../../wording/plain-text.ts";
import { counted } from "../../wording/quantities.ts";
import type { DataLook, RecipeDraft } from "../recipe-draft.ts";
import { labelLines, ranked } from "../text-encoder/table-draft.ts";
import { isMarking } from "./rows.ts";

const REST = `# Every other value has a default, which the run prints. Those that are changed first:
#   anomalous: [fraud]             # under data: the values of the label that mark an anomaly
#   ignore: [closed_at]            # under data: columns that the model must not read
# model: { threshold: { by: share, share: 0.02 } }        # flag the oddest 2 % of the rows
# model: { threshold: { by: precision, precision: 0.9 } } # flag so many that 90 % of them are known anomalies
# train: { knownAnomalies: drop }  # learn from rows that are not known anomalies only
`;

/** What is unmistakable: no other task has a column that is called so. */
const UNMISTAKABLE = /^(is[_ ]?)?(anomaly|anomalous|outlier|异常|是否异常)$/i;
/** More different values mark no rows. */
const MOST_VALUES = 10;

/** A recipe for a table whose odd rows are looked for. Data looks like it only where a column is called after anomalies; any table will do where the user names the task. */
export function draftWatching(look: DataLook): RecipeDraft | undefined {
  if (look.kind !== "table") return undefined;
  const { sketch, named } = look;
  if (
    named.text !== undefined ||
    named.labels !== undefined ||
    named.second !== undefined ||
    named.target !== undefined
  )
    return undefined;
  const filled = sketch.columns.filter((column) => column.filled > 0);
  const label = named.label === undefined ? filled.find(marks) : filled.find(({ name }) => name === named.label);
  const id = guessColumn("id", sketch, label === undefined ? [] : [label.name]);
  const others = filled.filter(({ name }) => name !== label?.name && name !== id);
  if (others.length === 0) return undefined;
  const columns = { ...(label === undefined ? {} : { label: label.name }), ...(id === undefined ? {} : { id }) };
  const known =
    label === undefined ? "no column marks known anomalies" : `known anomalies in "${plainText(label.name)}"`;
  return {
    likeness: named.label === undefined && label !== undefined && UNMISTAKABLE.test(label.name) ? 0.7 : 0,
    columns,
    rest: REST,
    found: `${known}${id === undefined ? "" : `, id in "${plainText(id)}"`}, ${counted(others.length, "column")} to read`,
    ...(label === undefined ? {} : { lines: labelLines(ranked(label.counts)) }),
    warnings:
      label === undefined
        ? [
            "without known anomalies nothing tells how many the model finds: --label <column> names a column that marks some",
          ]
        : [],
    details: { ...columns, rows: sketch.rows },
  };
}

function marks({ name, counts }: ColumnSketch): boolean {
  return isMarking(name) && counts.size <= MOST_VALUES;
}
