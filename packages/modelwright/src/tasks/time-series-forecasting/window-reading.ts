import type { SeriesShape, WindowReading } from "@modelwright/data";

/** What of windows a graph over all columns of a shape may be fed. */
export function readingOf({ context, horizon, columns, known, past }: SeriesShape): WindowReading {
  return { context, horizon, time: columns.time, series: columns.series, known, past };
}
