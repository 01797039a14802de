import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { ModelwrightError } from "@modelwright/contracts";
import { openRegistry, type PredictionRecord, type Registry } from "@modelwright/registry";
import { errorMessage } from "../inference/error-message.ts";
import type { RecordingMessage, RecordingOrder, RecordingSetup } from "./messages.ts";

// The entry of the recording thread: keeps predictions, and what becomes known of them, over a connection of its own,
// since SQLite stands its thread still at each commit. While the registry is away, it tries again.

/** Written at once; the statements of larger batches take longer than others should wait for. */
const ROWS_AT_ONCE = 500;
/** Feedback does not wait longer for a registry that is away; then it is told so. */
const PATIENCE_MS = 2000;
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [100, 2000];

/** What is no better at the next attempt. */
const HOPELESS: ReadonlySet<string> = new Set([
  "REGISTRY_READ_ONLY",
  "REGISTRY_VALUE_INVALID",
  "REGISTRY_NAME_INVALID",
]);

const port = parentPort!;
const setup = workerData as RecordingSetup;
const waiting: PredictionRecord[] = [];
let writing: Promise<void> = Promise.resolve();
let isWriting = false;
let gaveUp = false;
let registry: Registry;
/** What knows personal data is large: it is loaded only where it is needed. */
const masked = setup.masks ? (await import("@modelwright/inference")).maskPersonalData : undefined;

try {
  registry = await openRegistry(setup.registry);
  port.on("message", receive);
  send({ type: "ready" });
} catch (error) {
  send({ type: "unready", error: errorMessage(error) });
}

function receive(order: RecordingOrder): void {
  if (order.type === "predictions") {
    waiting.push(...order.rows);
    if (!isWriting) writing = writeAll();
  } else if (order.type === "feedback") void addFeedback(order);
  else void close(order.withinMs);
}

async function writeAll(): Promise<void> {
  isWriting = true;
  for (let pauseMs = FIRST_PAUSE_MS; waiting.length > 0 && !gaveUp; ) {
    const rows = waiting.slice(0, ROWS_AT_ONCE);
    try {
      await registry.stores.predictions.append(rows.map(kept));
      if (pauseMs > FIRST_PAUSE_MS) send({ type: "back" });
      pauseMs = FIRST_PAUSE_MS;
      waiting.splice(0, rows.length);
      send({ type: "written", rows: rows.length });
    } catch (error) {
      if (error instanceof ModelwrightError && HOPELESS.has(error.code)) {
        // Tried again, they would hold up all that come after them.
        waiting.splice(0, rows.length);
        send({ type: "dropped", rows: rows.length, error: errorMessage(error) });
        continue;
      }
      // The batch may have been written all the same: the same id again changes nothing.
      if (pauseMs === FIRST_PAUSE_MS) send({ type: "away", error: errorMessage(error) });
      await sleep(pauseMs);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }
  isWriting = false;
}

function kept(row: PredictionRecord): PredictionRecord {
  return masked === undefined || row.item === undefined ? row : { ...row, item: masked(row.item) };
}

/** Predictions that came before the feedback are written before it, so that they are found. */
async function addFeedback({ id, rows, models }: Extract<RecordingOrder, { type: "feedback" }>): Promise<void> {
  try {
    await Promise.race([writing, sleep(PATIENCE_MS, undefined, { ref: false })]);
    const result = await registry.stores.feedback.add(rows, models === undefined ? {} : { models });
    send({ type: "added", id, result });
  } catch (error) {
    send({ type: "refused", id, error: errorMessage(error) });
  }
}

async function close(withinMs: number): Promise<void> {
  await Promise.race([writing, sleep(withinMs, undefined, { ref: false })]);
  gaveUp = true;
  await registry.close().catch((error: unknown) => {
    if (!(error instanceof ModelwrightError)) throw error;
  });
  port.close();
}

function send(message: RecordingMessage): void {
  port.postMessage(message);
}
