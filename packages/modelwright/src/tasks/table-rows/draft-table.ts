import { type ColumnSketch, guessColumn, type TableSketch } from "@modelwright/data";
import { plainText } from "../../wording/plain-text.ts";
import { counted } from "../../wording/quantities.ts";
import type { DataLook, RecipeDraft } from "../recipe-draft.ts";
import { incompleteWarning, labelLines, MANY_COLUMNS, ranked } from "../text-encoder/table-draft.ts";

/** Names of columns that tables are kept to predict: what always is, and what may be. */
const PREDICTED = [
  /^(label|class|target|y|outcome|result|status|churn(ed)?|attrition|default(ed)?|(is[_ ]?)?fraud|survived|converted|标签|类别|目标|结果|流失|违约|是否流失|是否违约|是否欺诈)$/i,
  /^((sale|selling|unit)?[_ ]?price|value|score|rating|(compressive[_ ]?)?strength|demand|sales|income|amount|价格|销量|评分|得分|金额)$/i,
];

/** A column of numbers with more different values than this holds amounts, not classes. */
const MOST_CLASSES = 20;

/** What of a table is predicted. */
type Predicted = "label" | "target";

/** The column of a table that is predicted: the one that is named, that is called so, or the last. */
function predictedColumn(
  { columns, rows }: TableSketch,
  named: string | undefined,
): { readonly column: ColumnSketch; readonly isTold: boolean } | undefined {
  const filled = columns.filter((column) => column.filled > 0);
  const own = filled.find(({ name }) => name === named);
  if (named !== undefined) return own && { column: own, isTold: true };
  const called = PREDICTED.map((names) =>
    filled.findLast(({ name, counts }) => names.test(name) && counts.size > 1),
  ).find((column) => column !== undefined);
  if (called !== undefined) return { column: called, isTold: true };
  const text = guessColumn("text", { columns, rows });
  const last = filled.findLast(({ name, filled: values, counts, numbers }) => {
    return name !== text && counts.size > 1 && (numbers === values || counts.size <= values / 2);
  });
  return last && { column: last, isTold: false };
}

function roleOf({ filled, numbers, counts }: ColumnSketch): Predicted {
  return numbers === filled && counts.size > MOST_CLASSES ? "target" : "label";
}

/**
 * A recipe for a table whose other columns say what one of them is. Undefined where there is no such column, or nothing beside it.
 *
 * @param role What the task predicts.
 * @param rest Lines of YAML under the data.
 */
export function draftTable(look: DataLook, role: Predicted, rest: string): RecipeDraft | undefined {
  if (look.kind !== "table") return undefined;
  const { sketch, named } = look;
  if (named.text !== undefined || named.labels !== undefined || named.second !== undefined) return undefined;
  const other = role === "label" ? named.target : named.label;
  if (other !== undefined) return undefined;
  const found = predictedColumn(sketch, named[role]);
  if (found === undefined) return undefined;
  const { column, isTold } = found;
  if (named[role] === undefined && roleOf(column) !== role) return undefined;
  const id = guessColumn("id", sketch, [column.name]);
  const others = sketch.columns.filter(({ name, filled }) => filled > 0 && name !== column.name && name !== id);
  const text = guessColumn("text", sketch, [column.name]);
  const read = others.filter(({ name }) => name !== text);
  if (read.length === 0) return undefined;
  const columns = { [role]: column.name, ...(id === undefined ? {} : { id }) };
  const isLabel = role === "label";
  const labels = isLabel ? ranked(column.counts) : [];
  const incomplete = column.blankRows.length;
  return {
    likeness: text === undefined ? 0.6 : read.length >= MANY_COLUMNS ? 0.55 : 0.2,
    columns,
    rest,
    found: `${role} in "${plainText(column.name)}"${id === undefined ? "" : `, id in "${plainText(id)}"`}, ${counted(others.length, "column")} to read`,
    ...(isLabel ? { lines: labelLines(labels) } : {}),
    warnings: [
      ...incompleteWarning(incomplete, isLabel ? "a label" : "a number"),
      ...(isTold
        ? []
        : [
            `no column is called like what is predicted; the last one, "${plainText(column.name)}", was taken: --${role} <column> names another`,
          ]),
      ...(role === "target" && column.numbers < column.filled
        ? [`"${plainText(column.name)}" holds values that are no numbers; training will name the first of them`]
        : []),
    ],
    details: { ...columns, rows: sketch.rows, incomplete, ...(isLabel ? { labels } : {}) },
  };
}
