import type { SeriesShape } from "@modelwright/data";
import { defaultRuntime, encodeModel, tensor } from "@modelwright/engine";
import { expect, test } from "vitest";
import { ForecastGraph } from "./forecast-graph.ts";
import { type SmoothingPlan, smooth, smoothings } from "./smoothing.ts";
import { smoothingGraph } from "./smoothing-graph.ts";

const shape = (season: number, context: number, horizon: number): SeriesShape => ({
  columns: { time: "time", target: "target", series: [] },
  spelling: "2026-01-31",
  targetColumn: {},
  known: [],
  past: [],
  horizon,
  season,
  context,
  leastValues: 2,
  windows: { count: 1, step: horizon },
});

const plan = (season: number, horizon: number): SmoothingPlan => ({
  season,
  horizon,
  settings: smoothings(season),
  logarithms: true,
});

/** What a generator of no library makes. */
function noise(i: number): number {
  const x = Math.sin(12.9898 * i + 78.233) * 43758.5453;
  return x - Math.floor(x) - 0.5;
}

const HISTORIES: Readonly<Record<string, (i: number) => number>> = {
  "grows by shares": (i) => 50 * 1.02 ** i * (1 + 0.3 * Math.sin((2 * Math.PI * i) / 4)) + noise(i),
  "falls and crosses zero": (i) => 20 - i + 5 * Math.cos((2 * Math.PI * i) / 4) + 3 * noise(i),
  "has gaps": (i) => (i % 5 === 2 ? Number.NaN : 8 + noise(i)),
  "begins late": (i) => (i < 30 ? Number.NaN : 100 + 4 * noise(i)),
  "is constant": () => 7,
  "is zero": () => 0,
};

test.each([4, 1])("of season %i is the same in the graph as here", async (season) => {
  const [context, horizon] = [46, 6];
  const all = plan(season, horizon);
  const graph = new ForecastGraph(shape(season, context, horizon), undefined);
  graph.b.output(smoothingGraph(graph, all), "forecast");
  const session = await (await defaultRuntime()).createSession(encodeModel(graph.build()), { threads: 1 });
  const histories = Object.values(HISTORIES).map((of) => Array.from({ length: context }, (_, i) => Math.fround(of(i))));
  const { forecast } = await session.run({
    history: tensor("float32", [histories.length, context], Float32Array.from(histories.flat())),
  });
  session.release();
  for (const [row, history] of histories.entries()) {
    const expected = smooth(history, all).forecast;
    const size = Math.max(1, ...expected.map(Math.abs));
    for (const [step, value] of expected.entries()) {
      const got = (forecast!.data as Float32Array)[row * horizon + step]!;
      expect(Math.abs(got - value) / size, `${Object.keys(HISTORIES)[row]}, step ${step}`).toBeLessThan(2e-4);
    }
  }
});

test("goes on with a line, a season and a constant", () => {
  const forecast = (season: number, of: (i: number) => number) =>
    smooth(
      Array.from({ length: 48 }, (_, i) => of(i)),
      plan(season, 6),
    ).forecast;
  const expectNear = (got: Float64Array, of: (i: number) => number, share: number) => {
    for (const [step, value] of got.entries())
      expect(Math.abs(value - of(48 + step)) / Math.abs(of(48 + step))).toBeLessThan(share);
  };
  const line = (i: number) => 100 + 3 * i;
  const wave = (i: number) => 100 + [0, 30, -10, 5][i % 4]!;
  const growth = (i: number) => 10 * 1.03 ** i;
  expectNear(forecast(1, line), line, 0.01);
  expectNear(forecast(4, wave), wave, 0.01);
  expectNear(forecast(1, growth), growth, 0.03);
  expectNear(
    forecast(4, () => 5),
    () => 5,
    1e-6,
  );
});

test("weighs settings to one, by the size of nothing but their errors", () => {
  const history = Array.from({ length: 40 }, (_, i) => 50 + 10 * noise(i));
  const { weights, forecast } = smooth(history, plan(4, 3));
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
  const larger = smooth(
    history.map((value) => 1000 * value),
    plan(4, 3),
  );
  for (const [step, value] of forecast.entries()) expect(larger.forecast[step]! / value).toBeCloseTo(1000, 6);
});
