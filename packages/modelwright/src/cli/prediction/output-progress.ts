import { counted, duration, percent } from "../../wording/quantities.ts";

/**
 * A line about how far a file is: rows so far, and rows per second; where it is known how long the file is, the share that is
 * done and the time that the rest takes.
 *
 * @param about.lines How many lines the file has.
 * @param about.resumed Rows that were predicted before.
 */
export function outputProgress({
  lines,
  resumed,
  now = () => performance.now(),
}: {
  readonly lines?: number;
  readonly resumed: number;
  readonly now?: () => number;
}): (rows: number, line: number) => string {
  const start = now();
  let firstLine: number | undefined;
  return (rows, line) => {
    const seconds = Math.max(1e-3, (now() - start) / 1000);
    const rate = (rows - resumed) / seconds;
    const said = [
      `predicted ${counted(rows, "row")}`,
      `${rate < 10 ? rate.toFixed(1) : Math.round(rate).toLocaleString("en-US")} rows/s`,
    ];
    if (lines === undefined) return said.join(", ");
    firstLine ??= resumed === 0 ? 0 : line;
    const linesPerSecond = (line - firstLine) / seconds;
    const left = linesPerSecond > 0 ? `, ${duration(Math.max(0, lines - line) / linesPerSecond)} left` : "";
    return `${said[0]} (${percent(Math.min(1, line / lines))}), ${said[1]}${left}`;
  };
}
