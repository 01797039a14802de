import {
  type DriftReference,
  type ManifestOf,
  ModelwrightError,
  type MonitorSettings,
  parseMonitorSettings,
  TASKS,
  type TaskName,
} from "@modelwright/contracts";
import { compareWindow, type DriftWindow, mergeWindows } from "@modelwright/data";
import type { Registry, VersionRecord } from "@modelwright/registry";
import type { Estimate } from "../tasks/monitoring/monitoring.ts";
import { judgeTraffic } from "./checks.ts";
import { findReference } from "./find-reference.ts";
import { type GatheredPart, Gathering } from "./gather.ts";
import { type Period, realisedQuality, thumbsOf } from "./realised.ts";
import type { DriftSection, MonitorReport, PeriodPart } from "./report.ts";
import { momentBefore, spanMs } from "./span.ts";
import { spreadOf } from "./spread.ts";
import { unknownShareOf } from "./unknown-share.ts";

/** Parts of a period where nobody says how long they are. */
const PARTS = 7;
const MOST_PARTS = 400;

export interface WatchOptions {
  /** Default: `parseMonitorSettings({})`. */
  readonly settings?: MonitorSettings;
  /** When the period begins: `7d`, or a moment. Default: the settings'. */
  readonly since?: string;
  /** How long a part of it is. Default: the settings', otherwise a seventh of the period. */
  readonly window?: string;
  /** When it ends. Default: now. */
  readonly now?: Date;
  readonly onProgress?: (predictions: number) => void;
}

/**
 * Looks at the traffic of a version: what came in and went out beside its reference, how good answers are by labels and
 * without them, how many failed, and how long they took.
 *
 * @param reference `name`, `name@alias` or `name:3`.
 * @throws {ModelwrightError} `REGISTRY_…` for an unknown version, `CLI_OPTION_INVALID`, `DATA_REFERENCE_UNREADABLE`,
 * `RECIPE_INVALID` for a limit of a metric that the task has not.
 */
export async function watchTraffic(
  registry: Registry,
  reference: string,
  options: WatchOptions = {},
): Promise<MonitorReport> {
  const { settings = parseMonitorSettings({}), now = new Date(), onProgress } = options;
  const { since = settings.since, window = settings.window } = options;
  const version = await registry.resolve(reference);
  const manifest = version.manifest as ManifestOf<TaskName>;
  // Only here: the stages load all that training needs.
  const { STAGES } = await import("../tasks/tasks.ts");
  const task = STAGES[manifest.task];
  checkLimits(settings, manifest.task);
  const period = { from: momentBefore(since, { now, option: "--since" }).toISOString(), to: now.toISOString() };
  const starts = partStarts(period, window);
  const directory = await registry.materialise(version);
  const monitoring = "unwatched" in task.monitoring ? undefined : task.monitoring;
  const known = await findReference(registry, version, directory);
  const unknownShare = monitoring && (await unknownShareOf(directory));
  const gathering = new Gathering({ manifest, monitoring, reference: known, unknownShare, starts });
  let seen = 0;
  for await (const page of registry.stores.predictions.scan({ ...keyOf(version), ...period })) {
    gathering.add(page);
    seen += page.length;
    onProgress?.(seen);
  }
  const { answers } = gathering;
  const estimate = monitoring?.estimate;
  const { deciding } = task.family;
  const tested = manifest.metrics[deciding];
  const about = { manifest, period };
  const thumbs = await thumbsOf(registry, about);
  const facts: Omit<MonitorReport, "verdict" | "checks"> = {
    format: 1,
    name: version.name,
    version: version.version,
    task: manifest.task,
    createdAt: new Date().toISOString(),
    ...period,
    predictions: predictionsOf(gathering),
    drift:
      "unwatched" in task.monitoring
        ? { because: task.monitoring.unwatched }
        : known === undefined
          ? {
              because: `the version has no reference: make one with modelwright monitor reference ${version.name}:${version.version} --data FILE`,
            }
          : driftSection(known, gathering.parts),
    quality: {
      deciding,
      ...(tested === undefined ? {} : { tested }),
      estimated: estimateOf(estimate && (() => estimate(answers, manifest)), {
        answers: answers.length,
        known,
        deciding,
      }),
      realised: await realisedQuality(registry, task, about),
    },
    ...(thumbs === undefined ? {} : { thumbs }),
    parts: gathering.parts.map((part, i) =>
      partReport(part, { from: starts[i]!, to: starts[i + 1] ?? now.getTime(), known, least: settings.least }),
    ),
  };
  const { metrics } = TASKS[manifest.task];
  return { ...facts, ...judgeTraffic({ report: facts, settings, metrics, examples: gathering.examples }) };
}

function keyOf({ name, version }: VersionRecord) {
  return { model: name, version };
}

/** @throws {ModelwrightError} `RECIPE_INVALID`. */
function checkLimits({ limits: { metrics = {} } }: MonitorSettings, task: TaskName): void {
  const known = Object.keys(TASKS[task].metrics);
  const issues = Object.keys(metrics)
    .filter((name) => !known.includes(name) && !name.includes(":"))
    .map((name) => ({ at: `limits.metrics.${name}`, rule: `must be a metric of the task: ${known.join(", ")}` }));
  if (issues.length > 0) {
    throw new ModelwrightError("RECIPE_INVALID", { path: "monitor", listedBy: "modelwright evaluate --help", issues });
  }
}

function partStarts({ from, to }: Period, window: string | undefined): number[] {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  const length = window === undefined ? (end - start) / PARTS : spanMs(window);
  const count = Math.max(1, Math.ceil((end - start) / length));
  if (count > MOST_PARTS) {
    const rule = `so long that the period has at most ${MOST_PARTS} parts`;
    throw new ModelwrightError("CLI_OPTION_INVALID", { option: "--window", rule, got: window ?? "" });
  }
  return Array.from({ length: count }, (_, part) => end - (count - part) * length);
}

function predictionsOf({ parts, arms, errors, unreadable, first, last }: Gathering): MonitorReport["predictions"] {
  const latencies = Float64Array.from(parts.flatMap(({ latenciesMs }) => latenciesMs)).sort();
  return {
    all: parts.reduce((sum, { predictions }) => sum + predictions, 0),
    failures: parts.reduce((sum, { failures }) => sum + failures, 0),
    errors: [...errors].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count),
    arms: Object.fromEntries(arms),
    unreadable,
    ...(latencies.length === 0
      ? {}
      : { latencyMs: { p50: at(latencies, 0.5), p95: at(latencies, 0.95), p99: at(latencies, 0.99) } }),
    ...(first === undefined ? {} : { first }),
    ...(last === undefined ? {} : { last }),
  };
}

/** The least value that a share of the others does not exceed. */
function at(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

function driftSection(reference: DriftReference, parts: readonly GatheredPart[]): DriftSection {
  const none: DriftWindow = { rows: 0, unknown: [], columns: {} };
  const windows = parts.flatMap(({ window }) => window ?? []);
  const window = windows.length === 0 ? none : windows.reduce(mergeWindows);
  const { columns, notCompared } = compareWindow(reference, window);
  return {
    origin: reference.origin,
    referenceRows: reference.rows,
    rows: parts.reduce((sum, { answered }) => sum + answered, 0),
    itemRows: parts.reduce((sum, { items }) => sum + items, 0),
    columns: columns.map((column) => {
      const known = reference.columns[column.name];
      const spread = known && spreadOf(known.sketch, window.columns[column.name]);
      return { ...column, ...(spread === undefined ? {} : { spread }) };
    }),
    notCompared,
  };
}

function estimateOf(
  estimate: (() => Estimate) | undefined,
  {
    answers,
    known,
    deciding,
  }: { readonly answers: number; readonly known: DriftReference | undefined; readonly deciding: string },
): MonitorReport["quality"]["estimated"] {
  if (estimate === undefined) return { because: "answers of the task say nothing of how likely they are right" };
  if (answers === 0) return { rows: 0, measures: {} };
  const estimated = estimate();
  if ("because" in estimated) return estimated;
  const reference = known?.estimated?.[deciding];
  return { ...estimated, ...(reference === undefined ? {} : { reference }) };
}

function partReport(
  part: GatheredPart,
  {
    from,
    to,
    known,
    least,
  }: {
    readonly from: number;
    readonly to: number;
    readonly known: DriftReference | undefined;
    readonly least: number;
  },
): PeriodPart {
  const { predictions, failures, latenciesMs, confidence, window, answered } = part;
  const latencies = Float64Array.from(latenciesMs).sort();
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    predictions,
    failures,
    ...(latencies.length === 0 ? {} : { latencyP95Ms: at(latencies, 0.95) }),
    ...(confidence.rows === 0 ? {} : { confidence: confidence.sum / confidence.rows }),
    ...(known === undefined || window === undefined || answered < least
      ? {}
      : {
          drifted: compareWindow(known, window)
            .columns.filter(({ verdict }) => verdict === "drifted")
            .map(({ name }) => name),
        }),
  };
}
