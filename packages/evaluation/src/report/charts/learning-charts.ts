import type { MetricTable } from "@modelwright/contracts";
import { type Chart, cutText, namedLines, niceRange, type Point, roomForNames, type Series } from "@modelwright/pages";
import type { LearningHistory } from "../evaluation-report.ts";

const MOST_POINTS = 250;
const SMOOTHING = 0.9;
/** Of a line's name, which stands at its end. */
const MOST_CHARACTERS = 14;

function thin(points: readonly Point[]): Point[] {
  const stride = Math.max(1, Math.ceil(points.length / MOST_POINTS));
  return points.filter((_, index) => index % stride === 0 || index === points.length - 1);
}

/** Exponential moving average without the pull towards 0 at its start (Kingma & Ba 2015, section 3). */
function smooth(points: readonly Point[]): Point[] {
  let average = 0;
  let weight = 0;
  return points.map(([step, value]) => {
    average = SMOOTHING * average + (1 - SMOOTHING) * value;
    weight = SMOOTHING * weight + (1 - SMOOTHING);
    return [step, average / weight];
  });
}

function learningChart(title: string, yTitle: string, lines: readonly Series[]): Chart {
  const values = lines.flatMap(({ points }) => points.map(([, value]) => value)).filter(Number.isFinite);
  const [min, max] = niceRange(
    values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
    values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
  );
  return {
    title,
    description: `${title}: ${lines
      .map(({ name, points }) => `${name} from ${points[0]![1].toPrecision(3)} to ${points.at(-1)![1].toPrecision(3)}`)
      .join("; ")}.`,
    x: { title: "Step", min: 0, max: Math.max(...lines.map(({ points }) => points.at(-1)![0])) },
    y: { title: yTitle, min, max },
    marginRight: lines.length === 1 ? 14 : roomForNames(lines),
    marks: (plot) => namedLines(plot, lines.length === 1 ? [{ ...lines[0]!, name: "" }] : lines),
  };
}

/** Loss, validation metrics (by their titles in the table) and learning rate; charts without points are left out. */
export function learningCharts({ steps, evaluations }: LearningHistory, table: MetricTable): Chart[] {
  const losses: Series[] = [
    { name: "training", points: thin(smooth(steps.map(({ step, loss }) => [step, loss]))) },
    { name: "validation", points: evaluations.map(({ step, loss }) => [step, loss]), hasDots: true },
  ];
  const metricNames = [...new Set(evaluations.flatMap(({ metrics }) => Object.keys(metrics)))];
  const metrics = metricNames.map(
    (metric): Series => ({
      name: cutText(Object.hasOwn(table, metric) ? table[metric]!.title : metric, MOST_CHARACTERS),
      points: evaluations.flatMap(({ step, metrics: at }): Point[] =>
        at[metric] === undefined ? [] : [[step, at[metric]]],
      ),
      hasDots: true,
    }),
  );
  const rates: Series[] = [
    { name: "learning rate", points: thin(steps.map(({ step, learningRate }) => [step, learningRate])) },
  ];
  const charts: [string, string, Series[]][] = [
    ["Loss (training: smoothed)", "Loss", losses],
    ["Validation metrics", "Value", metrics],
    ["Learning rate", "Learning rate", rates],
  ];
  return charts.flatMap(([title, yTitle, lines]) => {
    const drawn = lines
      .map((line) => ({ ...line, points: line.points.filter(([, value]) => Number.isFinite(value)) }))
      .filter(({ points }) => points.length > 0);
    return drawn.length === 0 ? [] : [learningChart(title, yTitle, drawn)];
  });
}
