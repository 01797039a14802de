import { TASKS } from "@modelwright/contracts";
import { formatMeasuresTable } from "@modelwright/evaluation";
import { colours } from "../cli/output/colours.ts";
import { moment } from "../wording/moment.ts";
import { plainText } from "../wording/plain-text.ts";
import { counted, duration } from "../wording/quantities.ts";
import { table } from "../wording/table.ts";
import type { MonitorReport, MonitorVerdict } from "./report.ts";
import { OVERALL_WORDS, VERDICT_WORDS } from "./verdict-words.ts";

const COLOUR: Readonly<Record<MonitorVerdict, (text: string) => string>> = {
  alert: colours.red,
  undecided: colours.yellow,
  fine: colours.green,
  "too few": colours.dim,
  untold: colours.dim,
};

/** A report for a reader at a terminal. */
export function monitorLines(report: MonitorReport, width: number): string[] {
  const { name, version, task, from, to, verdict, checks, predictions, quality, thumbs } = report;
  const { realised, tested, deciding } = quality;
  const { metrics } = TASKS[task];
  const measures = [
    ...("because" in realised ? [] : [{ name: "by labels", measures: realised.measures }]),
    ...("because" in quality.estimated || quality.estimated.rows === 0
      ? []
      : [{ name: "by probabilities", measures: quality.estimated.measures }]),
  ];
  return [
    `${colours.bold(`${name}:${version}`)}, ${moment(from)} to ${moment(to)}: ${counted(predictions.all, "prediction")}, ${COLOUR[verdict](OVERALL_WORDS[verdict])}`,
    ...(predictions.unreadable === 0
      ? []
      : [
          `  ${colours.yellow("!")} ${counted(predictions.unreadable, "record")} could not be read and ${predictions.unreadable === 1 ? "is" : "are"} not compared`,
        ]),
    "",
    ...table(
      ["check", "verdict", "what was found"],
      checks.map(({ check, verdict, text }) => [check, COLOUR[verdict](VERDICT_WORDS[verdict]), plainText(text)]),
      width,
    ),
    ...(measures.length === 0
      ? []
      : [
          "",
          formatMeasuresTable(
            metrics,
            [...measures, ...(tested === undefined ? [] : [{ name: "test rows", measures: { [deciding]: tested } }])],
            { width },
          ),
        ]),
    ...("because" in realised
      ? []
      : [
          "",
          `Labels came for ${counted(realised.rows, "prediction")}, ${realised.ofPeriod.toLocaleString("en-US")} of this period; half within ${duration(realised.medianDelayMs / 1000)}.`,
        ]),
    ...(thumbs === undefined ? [] : [`Thumbs: ${thumbs.up} up, ${thumbs.down} down.`]),
  ];
}
