import { Worker } from "node:worker_threads";
import type { AddedFeedback, NewFeedback, PredictionRecord } from "@modelwright/registry";
import { revive } from "../inference/error-message.ts";
import type { RecordingMessage, RecordingOrder, RecordingSetup } from "./messages.ts";

const ENTRY = new URL("../../dist/recording/record.js", import.meta.url);

export interface ThreadEvents {
  readonly onWritten: (rows: number) => void;
  readonly onDropped: (rows: number, error: Error) => void;
  readonly onAway: (error: Error | undefined) => void;
}

interface WaitingFeedback {
  readonly resolve: (result: AddedFeedback) => void;
  readonly reject: (error: Error) => void;
}

/** The recording thread, as the main thread sees it. */
export class RecordingThread {
  readonly #worker: Worker;
  readonly #events: ThreadEvents;
  readonly #feedback = new Map<number, WaitingFeedback>();
  /** Settles when the thread is gone. */
  readonly ended: Promise<void>;
  #lastId = 0;

  private constructor(worker: Worker, events: ThreadEvents) {
    this.#worker = worker;
    this.#events = events;
    worker.on("message", (message: RecordingMessage) => this.#receive(message));
    let problem: Error | undefined;
    worker.on("error", (error) => {
      problem = error instanceof Error ? error : new Error(String(error));
    });
    this.ended = new Promise((resolve) => {
      worker.on("exit", () => {
        for (const { reject } of this.#feedback.values()) reject(problem ?? new Error("the recording thread ended"));
        if (problem !== undefined) events.onAway(problem);
        resolve();
      });
    });
  }

  static async start(setup: RecordingSetup, events: ThreadEvents): Promise<RecordingThread> {
    const worker = new Worker(ENTRY, { workerData: setup });
    const thread = new RecordingThread(worker, events);
    await new Promise<void>((resolve, reject) => {
      worker.on("message", (message: RecordingMessage) => {
        if (message.type === "ready") resolve();
        if (message.type === "unready") reject(revive(message.error));
      });
      worker.once("error", reject);
    });
    return thread;
  }

  keep(rows: readonly PredictionRecord[]): void {
    this.#order({ type: "predictions", rows });
  }

  addFeedback(rows: readonly NewFeedback[], models: readonly string[] | undefined): Promise<AddedFeedback> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#feedback.set(id, { resolve, reject });
      this.#order({ type: "feedback", id, rows, ...(models !== undefined && { models }) });
    });
  }

  async close(withinMs: number): Promise<void> {
    this.#order({ type: "close", withinMs });
    await this.ended;
  }

  #order(order: RecordingOrder): void {
    this.#worker.postMessage(order);
  }

  #receive(message: RecordingMessage): void {
    const { onWritten, onDropped, onAway } = this.#events;
    if (message.type === "written") onWritten(message.rows);
    else if (message.type === "dropped") onDropped(message.rows, revive(message.error));
    else if (message.type === "away") onAway(revive(message.error));
    else if (message.type === "back") onAway(undefined);
    else if (message.type === "added") this.#take(message.id)?.resolve(message.result);
    else if (message.type === "refused") this.#take(message.id)?.reject(revive(message.error));
  }

  #take(id: number): WaitingFeedback | undefined {
    const waiting = this.#feedback.get(id);
    this.#feedback.delete(id);
    return waiting;
  }
}
