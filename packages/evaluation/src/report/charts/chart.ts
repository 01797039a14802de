import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { cleanText, escapeHtml, html, Markup } from "../html/html.ts";

use([BarChart, LineChart, ScatterChart, GridComponent, LegendComponent, SVGRenderer]);

export interface Chart {
  /** What a reader who cannot see the chart is told. */
  readonly description: string;
  readonly title: string;
  /** Pixels at full size; the page scales it down. Default 440 × 320. */
  readonly width?: number;
  readonly height?: number;
  readonly option: EChartsCoreOption;
}

/** Colours of series, as CSS variables that follow the reader's light or dark setting. */
export const seriesColors = [1, 2, 3, 4, 5, 6].map((index) => `var(--series-${index})`);

/** Line styles that tell series apart without colour. */
export const seriesDashes = ["solid", "dashed", "dotted", [8, 3, 2, 3], [2, 5], [12, 4]] as const;

/** The look of a value axis. */
export function valueAxis(name: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    type: "value",
    name,
    nameLocation: "middle",
    nameGap: 28,
    nameTextStyle: { color: "var(--muted)", fontSize: 12 },
    axisLabel: { color: "var(--muted)", fontSize: 11, hideOverlap: true },
    axisLine: { show: true, lineStyle: { color: "var(--line)" } },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: "var(--line)", opacity: 0.6 } },
    ...more,
  };
}

/** The look of a legend under the plot. */
export function bottomLegend(): Record<string, unknown> {
  return {
    bottom: 0,
    icon: "roundRect",
    itemWidth: 14,
    itemHeight: 4,
    itemGap: 26,
    textStyle: { color: "var(--ink)", fontSize: 12, overflow: "truncate", width: 150 },
  };
}

/** Invisible; sets a text apart from the name that it would otherwise be. */
const WORD_JOINER = "\u2060";

/**
 * The same option in which no text is the name of a property that every object has. ECharts keeps the widths of texts
 * in a plain object: a label `__proto__` would replace that object's prototype and write to everybody's.
 */
function withoutInheritedNames(value: unknown): unknown {
  if (typeof value === "string") return value in Object.prototype ? value + WORD_JOINER : value;
  if (Array.isArray(value)) return value.map(withoutInheritedNames);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutInheritedNames(inner)]));
}

/** Draws a chart on the server as an SVG that stands inside the page. */
export function renderChart(chart: Chart): Markup {
  const { width = 440, height = 320, title, description, option } = chart;
  const instance = init(null, null, { renderer: "svg", ssr: true, width, height });
  let svg: string;
  try {
    instance.setOption({
      animation: false,
      backgroundColor: "transparent",
      textStyle: { fontFamily: "inherit", color: "var(--ink)" },
      ...(withoutInheritedNames(option) as EChartsCoreOption),
    });
    svg = instance.renderToSVGString();
  } finally {
    // A chart that is not disposed of keeps a timer, and with it the process, alive.
    instance.dispose();
  }
  const name = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  const still = cleanText(svg)
    .replaceAll(WORD_JOINER, "")
    // ECharts counts its charts up; the same report must give the same bytes.
    .replace(/(id="|url\(#)zr\d+-/g, `$1${name}-`)
    .replace(/<style[^>]*>[\s\S]*?<\/style>/g, "")
    .replace(/ class="[^"]*"/g, "")
    .replace(/^<svg/, `<svg role="img" aria-label="${escapeHtml(description)}"`);
  return html`<figure class="chart"><figcaption>${title}</figcaption>${new Markup(still)}</figure>`;
}
