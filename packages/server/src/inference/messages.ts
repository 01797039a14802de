import type { ModelManifest } from "@modelwright/contracts";
import type { ExecutionProvider } from "@modelwright/engine";
import type { MemberApart, WriteRequest, Written } from "@modelwright/inference";

/** What a worker thread is started with. */
export interface WorkerSetup {
  readonly models: readonly ModelFolder[];
  /** Threads of each session. */
  readonly threads: number;
  readonly executionProvider: ExecutionProvider;
  readonly maxBatch: number;
  /** Whether versions with adapters on the same base share one copy of it. */
  readonly shareBases: boolean;
}

/** Where a model lies, and what its files must be: they may have been changed since the server started. */
export interface ModelFolder {
  readonly key: string;
  readonly directory: string;
  readonly manifest: ModelManifest;
}

/** Versions that run together. */
export interface BaseSharing {
  /** Key of what runs them, whose items are `MemberItem`s. */
  readonly key: string;
  /** Keys of the versions that share the base; fewer than two: none does. */
  readonly members: readonly string[];
  /** Versions that seemed to have the base too. */
  readonly apart: readonly MemberApart[];
  /** Bytes of the weights of the members, as they are in memory and as whole graphs. */
  readonly bytes: { readonly shared: number; readonly apart: number };
}

/** What a worker is told. */
export type WorkerOrder = BatchMessage | WriteMessage | AbortMessage | StopMessage;

export interface BatchMessage {
  readonly id: number;
  /** Key of a model of the setup, or of a base that several share. */
  readonly model: string;
  /** As the task's item schema gives them; of a base each with the key of its model. */
  readonly items: readonly unknown[];
  /** As the task's options schema gives them. */
  readonly options: object;
}

/** Asks for a text, which comes in parts. */
export interface WriteMessage {
  readonly id: number;
  /** Key of a model of the setup that writes. */
  readonly model: string;
  readonly write: Pick<WriteRequest, "prompt" | "options">;
}

/** Tells a worker that nobody waits for a batch or a text any more. It is answered all the same. */
export interface AbortMessage {
  readonly abort: number;
}

/** Tells a worker to finish its run, free its models and end. */
export interface StopMessage {
  readonly stop: true;
}

/** An error on its way between threads. `code` is absent for a mistake of our own. */
export interface ErrorMessage {
  readonly code?: string;
  readonly details?: unknown;
  readonly message: string;
}

export interface DoneMessage {
  readonly type: "done";
  readonly id: number;
  /** Raw answers of the items, in their order; undefined for one that failed. */
  readonly answers: readonly unknown[];
  /** Items that failed while others did not. */
  readonly failures: readonly { readonly index: number; readonly error: ErrorMessage }[];
  /** In the worker, without the way there and back. */
  readonly preparationMs: number;
  readonly inferenceMs: number;
}

export type WorkerMessage =
  | { readonly type: "ready"; readonly sharing: readonly BaseSharing[] }
  /** A model cannot be loaded. */
  | { readonly type: "unready"; readonly model: string; readonly error: ErrorMessage }
  | DoneMessage
  /** A part of a text. */
  | { readonly type: "text"; readonly id: number; readonly text: string }
  | { readonly type: "written"; readonly id: number; readonly written: Written }
  | { readonly type: "failed"; readonly id: number; readonly error: ErrorMessage };
