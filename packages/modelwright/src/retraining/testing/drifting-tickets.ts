import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RecipeInput } from "@modelwright/contracts";
import { openRegistry, type PredictionRecord, type Registry } from "@modelwright/registry";
import { train } from "../../pipeline/train.ts";

/** Words by label: as they were when the first version was trained, and as they are now. */
const WORDS = {
  refund: { before: ["refund", "money", "charged", "invoice"], now: ["退款", "chargeback", "reimburse", "credited"] },
  parcel: { before: ["parcel", "courier", "delivery", "late"], now: ["包裹", "locker", "dropoff", "shipment"] },
} as const;
export type Label = keyof typeof WORDS;
const LABELS = ["refund", "parcel"] as const;

/** The n-th text of a time: every one differs. */
export function ticket(n: number, time: "before" | "now"): { readonly text: string; readonly label: Label } {
  const label = LABELS[n % 2]!;
  const words = WORDS[label][time];
  const word = (k: number) => words[Math.floor(n / 2 / words.length ** k) % words.length]!;
  return { text: `${word(0)} ${word(1)} please answer, case number ${Math.floor(n / 2) * 7919}`, label };
}

/** A folder with a recipe, its data and a registry with one version of tickets as they were. */
export async function trainedTickets(rows = 160): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "retrain-"));
  await writeTickets(folder, rows);
  await writeFile(join(folder, "recipe.json"), JSON.stringify(RECIPE));
  await train(join(folder, "recipe.json"), { registry: join(folder, "registry") });
  return folder;
}

/** The data of the recipe: tickets as they were, and more of them than before where `rows` has grown. */
export async function writeTickets(folder: string, rows: number): Promise<void> {
  const lines = Array.from({ length: rows }, (_, n) => ticket(n, "before")).map(
    ({ text, label }) => `"${text}",${label}\n`,
  );
  await writeFile(join(folder, "tickets.csv"), `text,label\n${lines.join("")}`);
}

const RECIPE: RecipeInput = {
  name: "tickets",
  task: "text-classification",
  data: { source: "tickets.csv", clean: { duplicates: "exact" } },
  model: { base: "none" },
  train: { budget: "1s", threads: 1 },
  evaluate: { bootstrap: 200, baselines: [] },
};

const moment = (n: number) => new Date(Date.UTC(2026, 10, 1) + n * 1000).toISOString();
const predictionId = (n: number) => `0198f3a0-${n.toString(16).padStart(4, "0")}-7000-8000-000000000000.0`;

/** What a server kept of tickets, and what was said about them. */
export async function say(
  location: string,
  said: readonly { readonly n: number; readonly text: string; readonly truth?: string; readonly subject?: string }[],
): Promise<void> {
  await withRegistry(location, async ({ stores }) => {
    const predictions = said.map(
      ({ n, text, subject }): PredictionRecord => ({
        id: predictionId(n),
        model: "tickets",
        version: 1,
        arm: "champion",
        at: moment(n),
        latencyMs: 1,
        item: text,
        answer: { label: "refund", probability: 0.6 },
        ...(subject === undefined ? {} : { subject }),
      }),
    );
    await stores.predictions.append(predictions);
    const feedback = said.flatMap(({ n, truth }) =>
      truth === undefined
        ? []
        : [{ id: `f${n}`, prediction: predictionId(n), kind: "truth" as const, value: truth, at: moment(n + 1) }],
    );
    await stores.feedback.add(feedback);
  });
}

export async function withRegistry<T>(location: string, work: (registry: Registry) => Promise<T>): Promise<T> {
  const registry = await openRegistry(location);
  try {
    return await work(registry);
  } finally {
    await registry.close();
  }
}
