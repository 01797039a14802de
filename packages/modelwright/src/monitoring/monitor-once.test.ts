import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseMonitorSettings } from "@modelwright/contracts";
import type { PredictionRecord } from "@modelwright/registry";
import { afterEach, describe, expect, test } from "vitest";
import { loadMonitorSettings } from "./load-settings.ts";
import { monitorLines } from "./monitor-lines.ts";
import { monitorOnce } from "./monitor-once.ts";
import { NOW, type Watched, WatchedModel } from "./testing/watched-model.ts";
import { watchTraffic } from "./watch-traffic.ts";

const opened: WatchedModel[] = [];
const open = async (...options: Parameters<typeof WatchedModel.open>) => {
  const model = await WatchedModel.open(...options);
  opened.push(model);
  return model;
};
afterEach(async () => {
  for (const model of opened.splice(0)) await model.close();
});

const watch = async (model: WatchedModel, settings = {}) =>
  watchTraffic(model.registry, "watched", { settings: parseMonitorSettings(settings), now: NOW });
const verdictsOf = ({ checks }: Awaited<ReturnType<typeof watch>>) =>
  Object.fromEntries(checks.map(({ check, verdict }) => [check, verdict]));

const FINE = {
  inputs: "fine",
  outputs: "fine",
  confidence: "fine",
  "estimated-quality": "untold",
  quality: "too few",
  failures: "fine",
  latency: "fine",
};

describe.each(["tabular-classification", "text-classification"] satisfies Watched[])(
  "traffic of a %s model",
  (task) => {
    test("that is as its test rows were asks nobody to look", async () => {
      const model = await open(task);
      await model.serve({ seed: 1, rows: 600 });
      const report = await watch(model);
      expect(verdictsOf(report)).toEqual(FINE);
      expect(report).toMatchObject({
        verdict: "fine",
        predictions: { all: 600, failures: 0, arms: { champion: 600 } },
      });
      expect(report.parts.map(({ predictions }) => predictions).reduce((a, b) => a + b)).toBe(600);
      expect(report.parts).toHaveLength(7);
    });

    test("that is answered otherwise is found in its answers alone, and in their part of the time", async () => {
      const model = await open(task);
      await model.serve({ seed: 1, rows: 700 });
      await model.serve({ seed: 2, rows: 700, high: 0.95 }, { days: 3 });
      const report = await watch(model, { since: "3d" });
      expect(verdictsOf(report)).toEqual({ ...FINE, outputs: "alert" });
      const whole = await watch(model, { window: "1d" });
      expect(whole.parts.map(({ drifted }) => drifted?.includes("answer (label)"))).toEqual(
        Array.from({ length: 7 }, (_, day) => day >= 4),
      );
    });

    test("of which there is little says so, and no more", async () => {
      const model = await open(task);
      expect((await watch(model)).verdict).toBe("too few");
      await model.serve({ seed: 1, rows: 99, shift: 3, english: 1, high: 1 });
      const report = await watch(model);
      expect(report.verdict).toBe("too few");
      expect(verdictsOf(report)).toMatchObject({ inputs: "too few", outputs: "too few", confidence: "too few" });
      expect(verdictsOf(await watch(model, { least: 50 }))).toMatchObject({ inputs: "alert", outputs: "alert" });
    });
  },
);

test("numbers of a row that shifted are found in their column alone", async () => {
  const model = await open("tabular-classification");
  await model.serve({ seed: 1, rows: 400, shift: 1 });
  const report = await watch(model);
  expect(verdictsOf(report)).toEqual({ ...FINE, inputs: "alert" });
  const { text, examples } = report.checks[0]!;
  expect(text).toMatch(/^drifted: amount, PSI \d\.\d\d \(drift from 0\.\d\d on, p < 0\.001\)$/);
  expect(examples).toHaveLength(5);
  expect(await model.registry.stores.predictions.get(examples[0]!)).toMatchObject({ model: "watched" });
});

test("texts in another language are found by language and length", async () => {
  const model = await open("text-classification");
  await model.serve({ seed: 1, rows: 400, english: 0.4 });
  const { drift, checks } = await watch(model);
  expect(checks[0]).toMatchObject({ check: "inputs", verdict: "alert" });
  const { columns } = drift as Extract<typeof drift, { columns: unknown }>;
  const drifted = columns.filter(({ verdict }) => verdict === "drifted");
  expect(drifted.map(({ name }) => name)).toEqual(["text (length)", "text (language)"]);
  expect(drifted[1]).toMatchObject({ unseen: ["en"] });
});

test("of answers alone inputs are not told, and of a version without a reference nothing is compared", async () => {
  const model = await open("tabular-classification");
  await model.serve({ seed: 1, rows: 300, shift: 2 }, { keeps: "answers" });
  expect(verdictsOf(await watch(model))).toMatchObject({ inputs: "untold", outputs: "fine" });
  const without = await open("tabular-classification", { reference: null });
  await without.serve({ seed: 1, rows: 300 });
  const report = await watch(without);
  expect(verdictsOf(report)).toMatchObject({ inputs: "untold", outputs: "untold", failures: "fine" });
  expect(report.checks[0]!.text).toContain("modelwright monitor reference watched:1 --data FILE");
});

test("labels that came say how good answers are, however late, the newest of each", async () => {
  const model = await open("tabular-classification", { tested: 0.9 });
  const served = await model.serve({ seed: 1, rows: 400 }, { days: 20 });
  const at = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000).toISOString();
  const truth = ({ id, answer }: PredictionRecord, right: boolean, hours: number) => {
    const { label } = answer as { label: string };
    const value = right === (label === "high") ? "high" : "low";
    return { prediction: id, kind: "truth" as const, value, at: at(hours) };
  };
  const { feedback } = model.registry.stores;
  await feedback.add(served.slice(0, 20).map((record) => truth(record, true, 30)));
  expect((await watch(model)).quality.realised).toEqual({ because: "20 labels came, 30 are wanted", labels: 20 });
  await feedback.add(served.slice(0, 200).map((record, i) => truth(record, i % 2 === 0, 24)));
  await feedback.add([{ prediction: served[0]!.id, kind: "thumb", value: "up", at: at(1) }]);
  const report = await watch(model);
  expect(report.quality.realised).toMatchObject({ rows: 200, ofPeriod: 0, unanswered: 0 });
  const { measures, medianDelayMs } = report.quality.realised as Extract<
    typeof report.quality.realised,
    { measures: unknown }
  >;
  expect(measures.accuracy!.value).toBeCloseTo(0.5, 10);
  expect(medianDelayMs / 86_400_000).toBeGreaterThan(8);
  expect(report.checks.find(({ check }) => check === "quality")).toMatchObject({ verdict: "alert" });
  expect(report.thumbs).toMatchObject({ up: 1, down: 0 });
  const limited = await watch(model, { limits: { metrics: { accuracy: { min: 0.4 } } } });
  expect(limited.checks.find(({ check }) => check === "quality")!.text).toContain("macro F1 is");
  await expect(watch(model, { limits: { metrics: { accuracee: { min: 1 } } } })).rejects.toMatchObject({
    code: "RECIPE_INVALID",
    details: { issues: [{ at: "limits.metrics.accuracee" }] },
  });
});

test("failures and latencies are held to limits", async () => {
  const model = await open("tabular-classification");
  await model.serve({ seed: 1, rows: 500, failing: 0.2 });
  const report = await watch(model, { limits: { latency: { p95: 5 } } });
  expect(verdictsOf(report)).toMatchObject({ failures: "alert", latency: "alert" });
  expect(report.predictions.errors[0]).toMatchObject({ code: "SERVER_TIMEOUT" });
  const some = await watch(model, { limits: { failures: 0.2, latency: { p99: 100 } } });
  expect(["fine", "undecided"]).toContain(verdictsOf(some).failures);
  expect(verdictsOf(some).latency).toBe("fine");
});

test("a look writes its report where the settings say, and reads well at a terminal", async () => {
  const model = await open("text-classification");
  await model.serve({ seed: 1, rows: 300, english: 1 });
  const folder = await mkdtemp(join(tmpdir(), "modelwright-reports-"));
  const settings = parseMonitorSettings({ reports: "monitoring", url: "https://ops.example/m/" });
  const { files, report, alerts } = await monitorOnce(model.registry, {
    model: "watched@champion",
    settings,
    folder,
    now: NOW,
  });
  expect(files!.page).toBe(join(folder, "monitoring", "watched-1-20261128T120000Z.html"));
  expect(JSON.parse(await readFile(files!.json, "utf8"))).toEqual(JSON.parse(JSON.stringify(report)));
  expect(alerts.opened[0]!.evidence).toMatchObject({ report: "https://ops.example/m/watched-1-20261128T120000Z.html" });
  const lines = monitorLines(report, 100).join("\n");
  for (const { check } of report.checks) expect(lines).toContain(check);
  await rm(folder, { recursive: true });
});

test("settings are read with secrets of the environment, and what breaks a rule is named", async () => {
  const folder = await mkdtemp(join(tmpdir(), "modelwright-settings-"));
  const file = join(folder, "m.yaml");
  const read = async (text: string, environment = {}) => {
    await writeFile(file, text);
    return loadMonitorSettings(file, environment);
  };
  const variable = (name: string) => `$\{${name}}`;
  const good = `alerts: [{ webhook: "https://hooks.example/${variable("TOKEN")}", secret: "${variable("SECRET")}", on: [inputs] }]`;
  const { settings } = await read(good, { TOKEN: "abc", SECRET: "12345678" });
  expect(settings.alerts).toEqual([{ webhook: "https://hooks.example/abc", secret: "12345678", on: ["inputs"] }]);
  const issuesOf = async (text: string) => {
    const error = await read(text).catch((thrown: unknown) => thrown);
    return (error as { details: { issues: { at: string }[] } }).details.issues.map(({ at }) => at);
  };
  expect(await issuesOf(good)).toEqual(["alerts.0.webhook", "alerts.0.secret"]);
  expect(await issuesOf("since: yesterday\nleast: 3\n")).toEqual(["since", "least"]);
  expect(await issuesOf("alerts: [{ email: a@b.example }]")).toEqual(["alerts.0.from", "alerts.0.server"]);
  expect(await issuesOf("alerts: [{ command: x, webhook: https://a.example }]")).toEqual(["alerts.0"]);
  expect(await issuesOf("alerts: [{ command: x, on: [drift] }]")).toEqual(["alerts.0.on.0"]);
  await rm(folder, { recursive: true });
});
