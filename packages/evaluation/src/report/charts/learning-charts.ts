import type { MetricTable } from "@modelwright/contracts";
import type { LearningHistory } from "../evaluation-report.ts";
import { bottomLegend, type Chart, seriesColors, seriesDashes, valueAxis } from "./chart.ts";

const MOST_POINTS = 250;
const SMOOTHING = 0.9;

type Point = readonly [step: number, value: number];

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

interface Line {
  readonly name: string;
  readonly points: readonly Point[];
  readonly showPoints?: boolean;
}

function lineChart(title: string, yName: string, lines: readonly Line[]): Chart {
  return {
    title,
    description: `${title}: ${lines
      .map(({ name, points }) => `${name} from ${points[0]![1].toPrecision(3)} to ${points.at(-1)![1].toPrecision(3)}`)
      .join("; ")}.`,
    height: 300,
    option: {
      grid: { left: 62, right: 18, top: 14, bottom: 74 },
      legend: bottomLegend(),
      xAxis: valueAxis("Step", { min: 0, max: Math.max(...lines.map(({ points }) => points.at(-1)![0])) }),
      yAxis: valueAxis(yName, { nameGap: 48, scale: true, axisLabel: { color: "var(--muted)", fontSize: 11 } }),
      series: lines.map(({ name, points, showPoints = false }, index) => ({
        type: "line",
        name,
        data: thin(points),
        silent: true,
        showSymbol: showPoints,
        symbol: "circle",
        symbolSize: 6,
        itemStyle: { color: seriesColors[index] },
        lineStyle: { color: seriesColors[index], width: 2, type: seriesDashes[index] },
      })),
    },
  };
}

/** Loss, validation metrics (by their titles in the table) and learning rate; charts without points are left out. */
export function learningCharts({ steps, evaluations }: LearningHistory, table: MetricTable): Chart[] {
  const losses: Line[] = [
    { name: "training (smoothed)", points: smooth(steps.map(({ step, loss }) => [step, loss])) },
    { name: "validation", points: evaluations.map(({ step, loss }) => [step, loss]), showPoints: true },
  ];
  const metricNames = [...new Set(evaluations.flatMap(({ metrics }) => Object.keys(metrics)))];
  const metrics = metricNames.map(
    (metric): Line => ({
      name: Object.hasOwn(table, metric) ? table[metric]!.title : metric,
      points: evaluations.flatMap(({ step, metrics: at }): Point[] =>
        at[metric] === undefined ? [] : [[step, at[metric]]],
      ),
      showPoints: true,
    }),
  );
  const rates: Line[] = [
    { name: "learning rate", points: steps.map(({ step, learningRate }) => [step, learningRate]) },
  ];
  const charts: [string, string, Line[]][] = [
    ["Loss", "Loss", losses],
    ["Validation metrics", "Value", metrics],
    ["Learning rate", "Learning rate", rates],
  ];
  return charts.flatMap(([title, yName, lines]) => {
    const drawn = lines.filter(({ points }) => points.length > 0);
    return drawn.length === 0 ? [] : [lineChart(title, yName, drawn)];
  });
}
