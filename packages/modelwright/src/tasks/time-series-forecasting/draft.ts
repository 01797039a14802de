import { type ColumnSketch, readTime, type TableSketch, timeSpelling } from "@modelwright/data";
import { plainText } from "../../wording/plain-text.ts";
import { counted } from "../../wording/quantities.ts";
import type { DataLook, RecipeDraft } from "../recipe-draft.ts";

/** Names of columns that hold what is forecast. */
const FORECAST =
  /^(target|y|value|sales|sold|units([_ ]?sold)?|quantity|qty|demand|riders(hip)?|visit(or)?s|orders|revenue|turnover|load|consumption|passengers|count|temp(erature)?|销量|销售额|客流|需求|数量|金额|收入|用电量|订单)$/i;
const TIMES = /^(time|timestamp|date|datetime|ds|day|week|month|quarter|year|日期|时间|月份|年份|年月|月|年|日)$/i;
/** Times that repeat less often than so many rows each are those of one series. */
const MOST_REPEATED = 1.02;

const REST = `# Every other value has a default, which the run prints. Those that are changed first:
#   known: [price, holiday]        # under data: columns whose values are known for the steps ahead
#   horizon: 28                    # under data: steps that are forecast
#   clean: { gaps: zero }          # under data: where no row means that nothing happened
# train: { interval: 0.8 }         # the share of values that lie between low and high of their steps
# evaluate: { gates: { mase: { max: 1 } } }   # a model above a gate is kept, but does not become the champion
`;

/** A recipe for rows that follow one another in time. Undefined where no column says when they were, or no other one is a number. */
export function draftForecast(look: DataLook): RecipeDraft | undefined {
  if (look.kind !== "table") return undefined;
  const { sketch, named } = look;
  if (named.text !== undefined || named.label !== undefined || named.labels !== undefined || named.second !== undefined)
    return undefined;
  const time = timeColumn(sketch);
  if (time === undefined) return undefined;
  const others = sketch.columns.filter((column) => column !== time && column.filled > 0);
  const numbers = others.filter(({ numbers: count, filled, counts }) => count === filled && counts.size > 1);
  const target =
    named.target === undefined
      ? (numbers.find(({ name }) => FORECAST.test(name)) ?? (numbers.length === 1 ? numbers[0] : undefined))
      : others.find(({ name }) => name === named.target);
  if (target === undefined) return undefined;
  const repeats = rowsPerTime(time);
  const series = repeats > MOST_REPEATED ? seriesColumn(sketch, { time, target, repeats }) : undefined;
  if (repeats > MOST_REPEATED && series === undefined) return undefined;
  const columns = { time: time.name, target: target.name, ...(series === undefined ? {} : { series: series.name }) };
  const isTold = TIMES.test(time.name) && FORECAST.test(target.name) && others.length <= FEW_COLUMNS;
  const incomplete = target.blankRows.length;
  return {
    likeness: isTold ? 0.7 : 0.3,
    columns,
    rest: REST,
    found: `time in "${plainText(time.name)}", "${plainText(target.name)}" to be forecast${series === undefined ? "" : `, a series per "${plainText(series.name)}"`}`,
    warnings:
      incomplete === 0
        ? []
        : [`${counted(incomplete, "row")} without a value: steps that are left open, or rows of the steps ahead`],
    details: { ...columns, rows: sketch.rows, incomplete },
  };
}

/** Beside time and target. */
const FEW_COLUMNS = 4;

/** The column of which nearly all values are times, the one that is called so first. */
function timeColumn({ columns }: TableSketch): ColumnSketch | undefined {
  const times = columns.filter(({ counts, filled, numbers, name }) => {
    const values = [...counts.keys()].slice(0, LOOKED_AT);
    if (filled === 0 || values.length < 2) return false;
    // A plain number is a time only where its column is called so.
    if (numbers === filled && !TIMES.test(name)) return false;
    const { spelling } = timeSpelling(values);
    return values.every((text) => readTime(text, spelling) !== undefined);
  });
  return times.find(({ name }) => TIMES.test(name)) ?? times[0];
}

const LOOKED_AT = 200;

/** Rows of a time, of those times that are counted. */
function rowsPerTime({ counts }: ColumnSketch): number {
  return [...counts.values()].reduce((sum, rows) => sum + rows, 0) / Math.max(1, counts.size);
}

/** The column whose values tell rows of one time apart: there are about as many as rows of a time. */
function seriesColumn(
  { columns, rows }: TableSketch,
  options: { readonly time: ColumnSketch; readonly target: ColumnSketch; readonly repeats: number },
): ColumnSketch | undefined {
  const { time, target, repeats } = options;
  return columns.find(({ name, filled, numbers, counts }) => {
    if (name === time.name || name === target.name || filled < rows || counts.size < 2) return false;
    return numbers < filled && counts.size >= Math.floor(repeats) && counts.size <= 4 * Math.ceil(repeats);
  });
}
