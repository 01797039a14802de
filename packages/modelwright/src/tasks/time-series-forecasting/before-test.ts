import type { SeriesSplit } from "@modelwright/data";
import type { LearningPart } from "../task.ts";

/** Everything before the test windows, to learn from: windows of training, and those of validation behind them. */
export function beforeTest({ train, validation }: LearningPart<SeriesSplit>): SeriesSplit {
  const { panel, shape } = validation;
  // Places of series differ where one begins after the training steps.
  const places = train.panel.series.map(({ key }) =>
    panel.series.findIndex((each) => each.key.join("\0") === key.join("\0")),
  );
  const earlier = train.windows.map(({ series, origin }) => ({ series: places[series]!, origin }));
  return { panel, shape, windows: [...earlier, ...validation.windows] };
}
