import {
  type Axis,
  dot,
  html,
  linePath,
  type Markup,
  niceRange,
  type PageSection,
  type Point,
  renderChart,
  section,
} from "@modelwright/pages";
import { counted } from "../../wording/quantities.ts";
import type { PeriodPart } from "../report.ts";

const DAY_MS = 86_400_000;

/** A figure of each part of the period. */
interface Line {
  readonly title: string;
  readonly unit: string;
  readonly of: (part: PeriodPart) => number | undefined;
  /** Whether its axis begins at 0. */
  readonly fromZero: boolean;
}

const LINES: readonly Line[] = [
  { title: "Predictions", unit: "per part", of: ({ predictions }) => predictions, fromZero: true },
  {
    title: "Columns that drifted",
    unit: "columns",
    of: ({ drifted }) => drifted?.length,
    fromZero: true,
  },
  {
    title: "How sure the model is, on average",
    unit: "confidence",
    of: ({ confidence }) => confidence,
    fromZero: false,
  },
  { title: "95 % of the answers took at most", unit: "ms", of: ({ latencyP95Ms }) => latencyP95Ms, fromZero: true },
  {
    title: "Items that failed",
    unit: "%",
    of: ({ failures, predictions }) => (predictions === 0 ? undefined : (100 * failures) / predictions),
    fromZero: true,
  },
];

/** How the traffic came, part by part of the period; nothing where there is one part. */
export function timeSection(parts: readonly PeriodPart[]): PageSection[] {
  if (parts.length < 2) return [];
  const charts = LINES.flatMap((line) => chartOf(line, parts) ?? []);
  return charts.length === 0 ? [] : [section("Over time", html`<div class="charts">${charts}</div>`)];
}

function chartOf({ title, unit, of, fromZero }: Line, parts: readonly PeriodPart[]): Markup | undefined {
  const end = Date.parse(parts.at(-1)!.to);
  const points = parts.flatMap((part): (readonly [...Point, PeriodPart])[] => {
    const value = of(part);
    return value === undefined ? [] : [[(Date.parse(part.from) - end) / DAY_MS, value, part]];
  });
  if (points.length < 2) return undefined;
  const values = points.map(([, value]) => value);
  const [low, high] = niceRange(
    fromZero ? 0 : Math.min(...values),
    Math.max(...values, fromZero ? 1 : Number.NEGATIVE_INFINITY),
  );
  const x: Axis = { title: "days before the end", min: (Date.parse(parts[0]!.from) - end) / DAY_MS, max: 0 };
  return renderChart({
    title,
    description: `${title} in ${counted(points.length, "part")} of the period, from ${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)} ${unit}`,
    x,
    y: { title: unit, min: low, max: high === low ? low + 1 : high },
    marks: (plot) => [
      linePath(
        plot,
        points.map(([from, value]) => [from, value]),
        0,
      ),
      points.map(([from, value, { from: at, drifted }]) =>
        dot(plot, [from, value], {
          tip: `${at.slice(0, 16).replace("T", " ")}: ${Number(value.toFixed(3)).toLocaleString("en-US")}${title.startsWith("Columns") && drifted?.length ? `: ${drifted.join(", ")}` : ""}`,
        }),
      ),
    ],
  });
}
