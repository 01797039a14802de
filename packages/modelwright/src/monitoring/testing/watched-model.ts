import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DriftReference, type ManifestOf, parseRecipe, type TaskName } from "@modelwright/contracts";
import { driftReference } from "@modelwright/data";
import { RandomSource } from "@modelwright/engine";
import { INFERENCE } from "@modelwright/inference";
import { describeTiny, writeTinyFiles } from "@modelwright/inference/testing";
import { openRegistry, type PredictionRecord, type Registry } from "@modelwright/registry";
import type { Monitoring } from "../../tasks/monitoring/monitoring.ts";
import { STAGES } from "../../tasks/tasks.ts";
import { REFERENCE_FILE } from "../make-reference.ts";

export type Watched = "tabular-classification" | "text-classification";

/** What traffic is like. */
export interface Traffic {
  readonly seed: number;
  readonly rows: number;
  /** Added to every number of a row. */
  readonly shift?: number;
  /** The share of texts in English instead of Chinese. */
  readonly english?: number;
  /** The share of answers that are "high", or "b", whatever came in. */
  readonly high?: number;
  /** A category that a tenth of the rows has. */
  readonly hostile?: string;
  /** The share of predictions that fail. */
  readonly failing?: number;
}

export const NOW = new Date("2026-11-28T12:00:00.000Z");
const DAY_MS = 86_400_000;

const LABELS: Readonly<Record<Watched, readonly [string, string]>> = {
  "tabular-classification": ["low", "high"],
  "text-classification": ["a", "b"],
};

const CHINESE = [
  "房间很干净，服务也很好",
  "早餐太差，不会再来了",
  "位置不错，交通很方便，价格也合适",
  "前台态度冷淡，等了很久",
];
const ENGLISH = "The room was clean and the staff were very friendly to all of us";

/** A registry with a version whose test rows were as traffic of seed 0 is, its rows asked and answered by formulas. */
export class WatchedModel {
  readonly registry: Registry;
  readonly task: Watched;
  readonly #folder: string;
  #count = 0;

  private constructor(registry: Registry, task: Watched, folder: string) {
    this.registry = registry;
    this.task = task;
    this.#folder = folder;
  }

  /** @param options.reference Default: that of 1,000 rows; null: none. */
  static async open(
    task: Watched,
    { tested = 0.8, reference }: { readonly tested?: number; readonly reference?: null } = {},
  ): Promise<WatchedModel> {
    const folder = await mkdtemp(join(tmpdir(), "modelwright-monitor-"));
    const registry = await openRegistry(folder);
    const tiny = await INFERENCE[task].tinyVersion();
    const recipe = parseRecipe({ name: "watched", task, data: { source: "rows.csv" }, ...tiny.recipe });
    const run = await registry.createRun({
      recipe,
      recipeSha256: "a".repeat(64),
      experiment: "watched",
      seed: 7,
      environment: {},
    });
    const stagingDirectory = join(await registry.workFolder(run.id), "staging");
    const files = reference === null ? {} : { [REFERENCE_FILE]: JSON.stringify(referenceOf(task)) };
    await writeTinyFiles(stagingDirectory, { files: { ...tiny.files, ...files } });
    const { name, version } = await registry.registerVersion({
      name: "watched",
      runId: run.id,
      stagingDirectory,
      describe: (number) => ({
        ...describeTiny(tiny as never, { name: "watched", version: number, runId: run.id }),
        labels: [...LABELS[task]],
        metrics: { f1Macro: { value: tested, low: tested - 0.03, high: tested + 0.03 } },
      }),
    });
    await registry.setAlias(name, "champion", version, "test");
    return new WatchedModel(registry, task, folder);
  }

  /** Records traffic, spread evenly over the last so many days. */
  async serve(
    traffic: Traffic,
    { days = 7, keeps = "items" }: { readonly days?: number; readonly keeps?: "items" | "answers" } = {},
  ) {
    const random = RandomSource.fromSeed(traffic.seed).stream("records");
    const { items, answers } = asked(this.task, traffic);
    const records = items.map((item, row): PredictionRecord => {
      const at = new Date(NOW.getTime() - days * DAY_MS * (1 - row / items.length)).toISOString();
      const isFailure = random.uniform() < (traffic.failing ?? 0);
      return {
        id: `0198f3a0-0000-7000-8000-${(this.#count++).toString(16).padStart(12, "0")}.0`,
        model: "watched",
        version: 1,
        arm: "champion",
        at,
        latencyMs: 5 + random.uniform(),
        ...(keeps === "items" ? { item: item as PredictionRecord["item"] & {} } : {}),
        ...(isFailure ? { error: "SERVER_TIMEOUT" } : { answer: answers[row] as PredictionRecord["answer"] & {} }),
      };
    });
    await this.registry.stores.predictions.append(records);
    return records;
  }

  async close(): Promise<void> {
    await this.registry.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Rows and what a model says of them, from one seed. */
function asked(task: Watched, { seed, rows, shift = 0, english = 0, high, hostile }: Traffic) {
  const random = RandomSource.fromSeed(seed).stream(task);
  const [low, top] = LABELS[task];
  const items: unknown[] = [];
  const answers: unknown[] = [];
  for (let row = 0; row < rows; row++) {
    const amount = random.normal() + shift;
    const ordinary = random.uniform() < 0.5 ? "a" : "b";
    const kind = hostile !== undefined && row % 10 === 0 ? hostile : ordinary;
    const text =
      random.uniform() < english ? ENGLISH : CHINESE[random.integer(CHINESE.length)]!.repeat(1 + random.integer(3));
    items.push(task === "text-classification" ? text : { amount, kind });
    const isHigh = random.uniform() < (high ?? 0.5);
    const probability = 0.5 + random.uniform() / 2;
    const probabilities = [
      { label: isHigh ? top : low, probability },
      { label: isHigh ? low : top, probability: 1 - probability },
    ];
    answers.push({ ...probabilities[0], probabilities });
  }
  return { items, answers };
}

/** What is watched of traffic, as for every version of the task. */
export function observed(task: Watched, traffic: Traffic) {
  const { inputs, outputs } = STAGES[task].monitoring as Monitoring<TaskName, unknown>;
  const { items, answers } = asked(task, traffic);
  const manifest = { preprocessing: { columns: TINY } } as unknown as ManifestOf<TaskName>;
  return { ...inputs(items as never, { manifest }), ...outputs!(answers as never, manifest) };
}

const TINY = [
  { name: "amount", kind: "number", feed: "amount" },
  { name: "kind", kind: "category", feed: "kind" },
];

export function referenceOf(task: Watched, windowRows = 300): DriftReference {
  return driftReference(observed(task, { seed: 0, rows: 1000 }), { windowRows, origin: "test rows" });
}
