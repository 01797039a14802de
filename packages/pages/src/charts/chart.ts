import { html, type Interpolation, type Markup } from "../html/html.ts";
import { formatTick, ticksBetween } from "./scale.ts";

/** An axis from `min` to `max`. */
export interface Axis {
  readonly title: string;
  readonly min: number;
  readonly max: number;
}

/** Where values stand in the drawing: pixels at full size. */
export interface Plot {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Chart {
  readonly title: Interpolation;
  /** What a reader who cannot see the chart is told. */
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  /** Room right of the plot, for names at the ends of lines. Default 14. */
  readonly marginRight?: number;
  readonly marks: (plot: Plot) => Interpolation;
}

/** As wide as a phone, so that letters keep their size there. */
const WIDTH = 360;
const HEIGHT = 250;
const MARGIN = { left: 60, top: 10, bottom: 42 };

export const CHART_STYLE = `
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 2rem 2.5rem; align-items: start; }
.chart { margin: 0; min-width: 0; }
.chart figcaption { font-weight: 600; font-size: .9375rem; margin-bottom: .5rem; }
.chart svg { display: block; width: 100%; height: auto; max-width: 31rem; overflow: visible; font-size: 11px; }
.chart text { fill: var(--muted); }
.chart .axis { stroke: var(--line); stroke-width: 1; }
.chart .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.chart .guide { fill: none; stroke: var(--muted); stroke-width: 1; stroke-dasharray: 3 4; }
.chart .others { fill: none; stroke: var(--muted); stroke-width: 1; opacity: .28; }
.chart .s1 { stroke: var(--series-1); } .chart .s2 { stroke: var(--series-2); stroke-dasharray: 7 5; }
.chart .s3 { stroke: var(--series-3); stroke-dasharray: 1.5 5; } .chart .s4 { stroke: var(--series-4); stroke-dasharray: 10 4 2 4; }
.chart .dot { stroke-dasharray: none; stroke-width: 1; stroke: var(--page); } .chart .area { fill: var(--series-1); opacity: .9; }
.chart .f1 { fill: var(--series-1); } .chart .f2 { fill: var(--series-2); } .chart .f3 { fill: var(--series-3); }
.chart .f4 { fill: var(--series-4); } .chart text.end { font-weight: 600; }
`;

/** A chart as an SVG that stands inside the page. */
export function renderChart(chart: Chart): Markup {
  const { title, description, x, y, marginRight = 14, marks } = chart;
  const plot = plotOf(x, y, marginRight);
  const { left, right, top, bottom } = plot;
  const across = ticksBetween(x.min, x.max, 5);
  const upward = ticksBetween(y.min, y.max, 5);
  const columns = across.values.map(
    (value) =>
      html`<text x="${fixed(plot.x(value))}" y="${bottom + 15}" text-anchor="middle">${formatTick(value, across.step)}</text>`,
  );
  const lines = upward.values.map((value) => {
    const at = fixed(plot.y(value));
    return html`<line class="axis" x1="${left}" x2="${right}" y1="${at}" y2="${at}"/><text x="${left - 7}" y="${at}" dy="3.5" text-anchor="end">${formatTick(value, upward.step)}</text>`;
  });
  const middle = { x: (left + right) / 2, y: (top + bottom) / 2 };
  return html`<figure class="chart"><figcaption>${title}</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${description}">${lines}${columns}<text x="${middle.x}" y="${HEIGHT - 7}" text-anchor="middle">${x.title}</text><text transform="translate(11 ${middle.y}) rotate(-90)" text-anchor="middle">${y.title}</text>${marks(plot)}</svg></figure>`;
}

function plotOf(x: Axis, y: Axis, marginRight: number): Plot {
  const [left, right, top, bottom] = [MARGIN.left, WIDTH - marginRight, MARGIN.top, HEIGHT - MARGIN.bottom];
  return {
    x: (value) => left + ((value - x.min) / (x.max - x.min)) * (right - left),
    y: (value) => bottom - ((value - y.min) / (y.max - y.min)) * (bottom - top),
    left,
    right,
    top,
    bottom,
  };
}

/** A coordinate to a tenth of a pixel. */
export function fixed(value: number): number {
  return Math.round(value * 10) / 10;
}
