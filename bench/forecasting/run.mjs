#!/usr/bin/env node
// How well the default recipe forecasts the last windows of real series, beside statsforecast's AutoETS and SeasonalNaive and LightGBM by mlforecast:
// MASE by one measure, and the ratio to each of them; below 1 ours is better.
//
// node bench/forecasting/run.mjs [--python PYTHON] [--threads 2] [--tables unemployment,employment,seattle,stocks,co2,new-york] [--data FOLDER]
// (npx tsc -b first; npm install --no-save vega-datasets, or --data with its folder `data`; the header of peer.py says what Python needs)
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { train } from "modelwright";
import { describeMachine, machineTitle } from "../machine.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** Tables of vega-datasets, as rows of a CSV with a header. */
const TABLES = {
  unemployment: {
    title: "US unemployment by industry, monthly",
    rows: (folder) => [
      ["time", "target", "series"],
      ...json(folder, "unemployment-across-industries.json").map(({ date, count, series }) => [
        date.slice(0, 10),
        count,
        series,
      ]),
    ],
    peer: { series: "series", freq: "MS", season: 12, horizon: 12, windows: 2 },
  },
  employment: {
    title: "US employment by sector, monthly",
    rows: (folder) => {
      const [[, ...names], ...lines] = csv(folder, "us-employment.csv");
      const long = lines.flatMap(([month, ...jobs]) => jobs.map((count, i) => [month, count, names[i]]));
      return [["time", "target", "series"], ...long.filter(([, , name]) => name !== "nonfarm_change")];
    },
    peer: { series: "series", freq: "MS", season: 12, horizon: 12, windows: 2 },
  },
  seattle: {
    title: "daily maximum temperature in Seattle",
    rows: (folder) => [
      ["time", "target"],
      ...csv(folder, "seattle-weather.csv")
        .slice(1)
        .map((row) => [row[0], row[2]]),
    ],
    peer: { freq: "D", season: 1, horizon: 14, windows: 12 },
  },
  stocks: {
    title: "prices of 5 stocks, monthly",
    rows: (folder) => [
      ["time", "target", "series"],
      ...csv(folder, "stocks.csv")
        .slice(1)
        .map(([symbol, date, price]) => [date, price, symbol]),
    ],
    peer: { series: "series", freq: "MS", season: 1, horizon: 6, windows: 3 },
  },
  // Of the two below one setting was added after co2 was measured, none after new-york.
  co2: {
    title: "carbon dioxide over Mauna Loa, monthly",
    rows: (folder) => [
      ["time", "target"],
      // Before 1965 months are missing, which the peers do not take.
      ...csv(folder, "co2-concentration.csv")
        .filter(([month]) => month >= "1965" && month < "2100")
        .map(([month, parts]) => [month, parts]),
    ],
    peer: { freq: "MS", season: 12, horizon: 12, windows: 5 },
  },
  "new-york": {
    title: "daily maximum temperature in New York",
    rows: (folder) => [
      ["time", "target"],
      ...csv(folder, "weather.csv")
        .filter(([location]) => location === "New York")
        .map(([, date, , highest]) => [date, highest]),
    ],
    peer: { freq: "D", season: 1, horizon: 14, windows: 12 },
  },
};

const { values } = parseArgs({
  options: {
    python: { type: "string", default: "python3" },
    threads: { type: "string", default: String(os.availableParallelism()) },
    tables: { type: "string", default: Object.keys(TABLES).join(",") },
    data: { type: "string", default: "node_modules/vega-datasets/data" },
  },
});

function json(folder, file) {
  return JSON.parse(readFileSync(join(folder, file), "utf8"));
}

function csv(folder, file) {
  const lines = readFileSync(join(folder, file), "utf8").trim().split(/\r?\n/);
  return lines.map((line) => line.split(","));
}

const place = mkdtempSync(join(os.tmpdir(), "modelwright-forecasting-"));
try {
  console.log(machineTitle(describeMachine()));
  for (const name of values.tables.split(",")) {
    const { title, rows, peer } = TABLES[name];
    const source = join(place, `${name}.csv`);
    writeFileSync(
      source,
      `${rows(resolve(values.data))
        .map((row) => row.join(","))
        .join("\n")}\n`,
    );
    const { season, horizon, windows, series } = peer;
    const recipe = {
      name,
      task: "time-series-forecasting",
      data: { source, columns: series === undefined ? {} : { series }, horizon, split: { test: windows } },
      model: { season },
      train: { threads: Number(values.threads) },
    };
    const { metrics, seconds, baselines } = await train(recipe, { registry: join(place, "registry") });
    const settings = JSON.stringify({ time: "time", target: "target", ...peer });
    const { stdout } = await promisify(execFile)(values.python, [
      join(HERE, "peer.py"),
      source,
      settings,
      values.threads,
    ]);
    const peers = JSON.parse(stdout.trim().split("\n").at(-1));
    const { value, low, high } = metrics.mase;
    console.log(`${title}: MASE ${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}], ${seconds.toFixed(0)} s`);
    const { ets } = baselines;
    if (ets !== undefined) console.log(`  our ets ${ets.mase.value.toFixed(3)}`);
    for (const [other, { mase, seconds: took }] of Object.entries(peers))
      console.log(`  ${other} ${mase.toFixed(3)}, ratio ${(value / mase).toFixed(3)}, ${took.toFixed(0)} s`);
  }
} finally {
  rmSync(place, { recursive: true, force: true });
}
