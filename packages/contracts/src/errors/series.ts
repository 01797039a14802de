import { defineError } from "./error-definition.ts";

/** A series within a message: nothing where there is only one without a name. */
const of = (series: string) => (series === "" ? "" : `series ${series}: `);

/** Errors about values that follow one another in time. `where` is `file:line`, or a row of a request. */
export const seriesErrors = {
  SERIES_TIME_INVALID: defineError<{ where: string; column: string; expected: string; got: string }>({
    status: 400,
    meaning: "A row of a series has no time, or one that cannot be read as most rows write theirs.",
    message: (d) => `${d.where}: "${d.column}" must be ${d.expected}, got ${d.got}`,
    remedy: "Correct or remove the row, or name the column that says when rows were.",
  }),
  SERIES_TIME_REPEATED: defineError<{
    series: string;
    time: string;
    where: readonly [first: string, second: string];
    count: number;
  }>({
    status: 400,
    meaning: "A series has more than one row for the same step of time.",
    message: (d) =>
      `${of(d.series)}${d.where[0]} and ${d.where[1]} are both of ${d.time}${d.count > 1 ? `, the first of ${d.count} such pairs` : ""}`,
    remedy:
      "Name the columns that tell series apart as data.columns.series; where rows belong together, say data.clean.times: sum, mean or last.",
  }),
  SERIES_FREQUENCY_UNKNOWN: defineError<{ file: string; problem: string }>({
    status: 400,
    meaning: "How far rows of a series are apart cannot be told from their times.",
    message: (d) => `${d.file}: ${d.problem}`,
    remedy: 'Say it as data.frequency, for example day, week, month or "15 minutes".',
  }),
  SERIES_OFF_GRID: defineError<{ series: string; where: string; time: string; frequency: string; example: string }>({
    status: 400,
    meaning: "The time of a row does not lie on the grid of the series' frequency.",
    message: (d) => `${of(d.series)}${d.where}: ${d.time} is no step of one per ${d.frequency} like ${d.example}`,
    remedy: "Correct the time, or say how far rows are apart as data.frequency.",
  }),
  SERIES_TOO_SHORT: defineError<{ series: string; values: number; needed: number; why: string }>({
    status: 400,
    meaning: "A series has fewer values than its forecast needs.",
    message: (d) => `${of(d.series)}${d.values} values, at least ${d.needed} are needed ${d.why}`,
    remedy: "Give a longer history, or train with a shorter data.horizon or fewer windows.",
  }),
  SERIES_FUTURE_MISSING: defineError<{ series: string; column: string; time: string }>({
    status: 400,
    meaning: "A column that the recipe says is known ahead has no value for a step that is to be forecast.",
    message: (d) => `${of(d.series)}"${d.column}" is not given for ${d.time}, which is to be forecast`,
    remedy:
      "Give a row with the columns known ahead for each step: under future, or in a file below the history with an empty target.",
  }),
  SERIES_HORIZON_EXCEEDED: defineError<{ horizon: number; trained: number }>({
    status: 400,
    meaning: "More steps are asked for than the model was trained to forecast.",
    message: (d) => `a horizon of ${d.horizon} steps is beyond the ${d.trained} that the model was trained for`,
    remedy: "Ask for fewer steps, or train with a larger data.horizon.",
  }),
};
