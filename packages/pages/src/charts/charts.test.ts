import { describe, expect, test } from "vitest";
import { html } from "../html/html.ts";
import { type Chart, renderChart } from "./chart.ts";
import { confusionMap } from "./confusion-map.ts";
import { intervalPlot } from "./interval-plot.ts";
import { column, dot, linePath, namedLines, roomForNames } from "./marks.ts";

const chart = (marks: Chart["marks"], marginRight = 14) =>
  renderChart({
    title: "Loss",
    description: "Loss falls from 4 to 1",
    x: { title: "Step", min: 0, max: 100 },
    y: { title: "Loss", min: 0, max: 4 },
    marginRight,
    marks,
  }).text;

describe("renderChart", () => {
  test("puts the corners of the range at the corners of the plot", () => {
    const svg = chart((plot) =>
      linePath(
        plot,
        [
          [0, 0],
          [100, 4],
        ],
        0,
      ),
    );
    expect(svg).toContain('d="M60 208L346 10"');
    expect(svg).toContain('aria-label="Loss falls from 4 to 1"');
  });

  test("draws a column from the axis up, and says what a mark stands for", () => {
    const svg = chart((plot) => [
      column(plot, { from: 0, to: 50, height: 2, tip: "0 to 50: 2 rows" }),
      dot(plot, [50, 2], { tip: "<b>" }),
    ]);
    expect(svg).toMatch(/<rect class="area" x="60.5" y="109" width="142" height="99"><title>0 to 50: 2 rows</);
    expect(svg).toContain('cx="203" cy="109"');
    expect(svg).toContain("<title>&lt;b&gt;</title>");
  });

  test("keeps names at the ends of lines apart and within the plot, in looks of their own", () => {
    const lines = ["a", "b", "c", "d"].map((name) => ({
      name,
      points: [
        [0, 1],
        [100, 0.01],
      ] as const,
    }));
    const svg = chart((plot) => namedLines(plot, lines), roomForNames(lines));
    const ends = Array.from(svg.matchAll(/<text class="end f(\d)"[^>]* y="([\d.]+)"/g), ([, look, y]) => [
      look,
      Number(y),
    ]);
    expect(ends.map(([look]) => look)).toEqual(["1", "2", "3", "4"]);
    const heights = ends.map(([, y]) => Number(y));
    for (const [index, y] of heights.slice(1).entries()) expect(y - heights[index]!).toBeGreaterThanOrEqual(13);
    expect(Math.max(...heights)).toBeLessThanOrEqual(208);
    for (const look of [1, 2, 3, 4]) expect(svg).toContain(`class="line s${look}"`);
  });
});

test("bars stand beside each other on one scale from 0, also below it", () => {
  const value = (name: string, at: number) => ({
    name,
    value: at,
    low: at - 0.1,
    high: at + 0.1,
    text: "",
    isSubject: false,
  });
  const plot = intervalPlot([value("a", 0.5), value("b", -0.9)]).text;
  // From −1 to 1: 0 stands in the middle.
  expect(plot).toContain('class="fill" style="left:50.00%;width:25.00%"');
  expect(plot).toContain('class="fill" style="left:5.00%;width:45.00%"');
  expect(plot).toContain('class="range" style="left:70.00%;width:10.00%"');
});

describe("confusionMap", () => {
  const confusionOf = (labels: number) =>
    Array.from({ length: labels }, (_, actual) =>
      Array.from({ length: labels }, (_, predicted) =>
        predicted === actual ? 8 : predicted === (actual + 1) % labels ? 2 : 0,
      ),
    );

  test.each([2, 5, 12, 13, 77, 150])("names %d labels on both sides, and says what each mistake is", (count) => {
    const labels = Array.from({ length: count }, (_, index) => `label ${index}.`);
    const map = confusionMap(labels, confusionOf(count)).text;
    for (const label of labels) expect(map.split(`<bdi>${label}</bdi>`)).toHaveLength(3);
    const mistakes = map.match(/data-tip="Actual: label \d+\.\nPredicted: label \d+\.\n2 of 10 \(20\.0 %\)"/g);
    expect(mistakes).toHaveLength(count);
    expect(map).toContain('data-tip="Actual: label 0.\nPredicted: label 0.\n8 of 10 (80.0 %)"');
  });

  test("squares of 40 labels or fewer hold their numbers", () => {
    const labels = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);
    expect(confusionMap(labels(40), confusionOf(40)).text).toMatch(/<i class="right"[^>]*>8<\/i>/);
    expect(confusionMap(labels(41), confusionOf(41)).text).toMatch(/<i class="right"[^>]*><\/i>/);
  });

  test("a label may be any text", () => {
    const labels = [
      "__proto__",
      "</script>",
      "x".repeat(5000),
      "שלום",
      ...Array.from({ length: 10 }, (_, i) => `${i}`),
    ];
    const map = confusionMap(labels, confusionOf(labels.length)).text;
    expect(map).toContain("<bdi>__proto__</bdi>");
    expect(map).not.toContain("</script>");
    expect(map.length).toBeLessThan(30_000);
  });

  test("a label without rows has no share of nothing", () => {
    expect(
      confusionMap(
        ["a", "b"],
        [
          [0, 0],
          [0, 0],
        ],
      ).text,
    ).not.toMatch(/NaN|Infinity/);
  });
});

test("what is drawn is escaped", () => {
  expect(chart(() => html`${"<script>"}`)).not.toContain("<script>");
});
