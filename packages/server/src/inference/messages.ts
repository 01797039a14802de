import type { ModelManifest } from "@modelwright/contracts";
import type { ExecutionProvider } from "@modelwright/engine";
import type { MemberApart, WriteRequest, Written } from "@modelwright/inference";

/** How models are loaded; a worker is started with it. */
export interface Loading {
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

/** What is loaded and unloaded as one: a version, or versions that may share a base. It never changes: a change is another unit. */
export interface Unit {
  /** Given once in the life of a server. */
  readonly id: string;
  readonly models: readonly ModelFolder[];
}

/** How the versions of a unit run. */
export interface BaseSharing {
  /** Keys of the versions that share the base; fewer than two: none does. */
  readonly members: readonly string[];
  /** Versions that seemed to have the base too. */
  readonly apart: readonly MemberApart[];
  /** Bytes of the weights of the members, as they are in memory and as whole graphs. */
  readonly bytes: { readonly shared: number; readonly apart: number };
}

/** What a worker is told. */
export type WorkerOrder = BatchMessage | WriteMessage | AbortMessage | LoadMessage | UnloadMessage | StopMessage;

export interface BatchMessage {
  readonly id: number;
  /** Runner of a model, or of a base that several share. */
  readonly model: string;
  /** As the task's item schema gives them; of a base each with the key of its model. */
  readonly items: readonly unknown[];
  /** As the task's options schema gives them. */
  readonly options: object;
}

/** Asks for a text, which comes in parts. */
export interface WriteMessage {
  readonly id: number;
  /** Runner of a model that writes. */
  readonly model: string;
  readonly write: Pick<WriteRequest, "prompt" | "options">;
}

/** Tells a worker that nobody waits for a batch or a text any more. It is answered all the same. */
export interface AbortMessage {
  readonly abort: number;
}

/** Has a worker load a unit and warm it up, beside what it runs. */
export interface LoadMessage {
  readonly load: Unit;
}

/** Tells a worker to free a unit, when what it runs of it has ended. */
export interface UnloadMessage {
  /** Its id. */
  readonly unload: string;
}

/** Tells a worker to finish its run, free its models and end. */
export interface StopMessage {
  readonly stop: true;
}

/** An error on its way between threads or processes. `code` is absent for a mistake of our own. */
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
  /** The worker takes orders. */
  | { readonly type: "ready" }
  /** A unit is loaded and warm. `sharing` is absent where it is one version, or none may share. */
  | { readonly type: "loaded"; readonly unit: string; readonly sharing?: BaseSharing }
  /** A unit cannot be loaded because of one model, and none of it is. */
  | { readonly type: "unloadable"; readonly unit: string; readonly model: string; readonly error: ErrorMessage }
  | { readonly type: "unloaded"; readonly unit: string }
  | DoneMessage
  /** A part of a text. */
  | { readonly type: "text"; readonly id: number; readonly text: string }
  | { readonly type: "written"; readonly id: number; readonly written: Written }
  | { readonly type: "failed"; readonly id: number; readonly error: ErrorMessage };
