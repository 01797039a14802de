import { html, type Interpolation, type Markup } from "../html/html.ts";
import { fixed, type Plot } from "./chart.ts";

export type Point = readonly [x: number, y: number];

/** Looks by which lines are told apart: colour and dashes. */
const LOOKS = 4;

/** A line through points, in the look of its series, the first of which is 0. */
export function linePath(plot: Plot, points: readonly Point[], series: number): Markup {
  return html`<path class="line s${(series % LOOKS) + 1}" d="${pathOf(plot, points)}"/>`;
}

/** A thin line to compare with: what is ideal, or others of a kind. */
export function guidePath(plot: Plot, points: readonly Point[], kind: "guide" | "others" = "guide"): Markup {
  return html`<path class="${kind}" d="${pathOf(plot, points)}"/>`;
}

function pathOf(plot: Plot, points: readonly Point[]): string {
  return points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${fixed(plot.x(x))} ${fixed(plot.y(y))}`).join("");
}

/** A dot of a series; `tip` shows where the pointer rests. */
export function dot(
  plot: Plot,
  [x, y]: Point,
  look: { readonly series?: number; readonly radius?: number; readonly opacity?: number; readonly tip?: string } = {},
): Markup {
  const { series = 0, radius = 3, opacity, tip } = look;
  return html`<circle class="dot f${(series % LOOKS) + 1}" cx="${fixed(plot.x(x))}" cy="${fixed(plot.y(y))}" r="${fixed(radius)}"${opacity !== undefined && html` opacity="${opacity}"`}>${tip !== undefined && html`<title>${tip}</title>`}</circle>`;
}

/** A bar from the axis up to `height`, between two values of the other axis. */
export function column(
  plot: Plot,
  bar: { readonly from: number; readonly to: number; readonly height: number; readonly tip: string },
): Markup {
  const { from, to, height, tip } = bar;
  const [x, end, y] = [fixed(plot.x(from)), fixed(plot.x(to)), fixed(plot.y(height))];
  return html`<rect class="area" x="${x + 0.5}" y="${y}" width="${fixed(Math.max(0.5, end - x - 1))}" height="${fixed(plot.bottom - y)}"><title>${tip}</title></rect>`;
}

/** A line with its name. */
export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
  readonly hasDots?: boolean;
}

const LINE_HEIGHT = 13;

/** Lines with their names at their ends, kept apart where the ends lie close to each other. */
export function namedLines(plot: Plot, lines: readonly Series[]): Interpolation {
  const ends = lines
    .map(({ name, points }, series) => ({ name, series, y: plot.y(points.at(-1)![1]) }))
    .sort((a, b) => a.y - b.y);
  let above = Number.NEGATIVE_INFINITY;
  const lowest = plot.bottom - LINE_HEIGHT * (ends.length - 1);
  const names = ends.map(({ name, series, y }, index) => {
    above = Math.max(Math.min(y, lowest + LINE_HEIGHT * index), above + LINE_HEIGHT);
    return html`<text class="end f${(series % LOOKS) + 1}" x="${plot.right + 7}" y="${fixed(above)}" dy="3.5">${name}</text>`;
  });
  return [
    lines.map(({ points, hasDots = false }, series) => [
      linePath(plot, points, series),
      hasDots && points.map((point) => dot(plot, point, { series })),
    ]),
    names,
  ];
}

/** Room that names at the ends of lines take: letters of a small sans-serif are about 6.4 pixels wide. */
export function roomForNames(lines: readonly Series[]): number {
  return 14 + Math.ceil(6.4 * Math.max(...lines.map(({ name }) => name.length)));
}
