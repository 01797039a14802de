import type { AddedFeedback, NewFeedback, PredictionRecord } from "@modelwright/registry";
import type { ErrorMessage } from "../inference/messages.ts";

/** What the recording thread is started with. */
export interface RecordingSetup {
  /** By which it opens the registry. */
  readonly registry: string;
  /** Whether personal data in items is masked before they are kept. */
  readonly masks: boolean;
}

export type RecordingOrder =
  | { readonly type: "predictions"; readonly rows: readonly PredictionRecord[] }
  | {
      readonly type: "feedback";
      readonly id: number;
      readonly rows: readonly NewFeedback[];
      readonly models?: readonly string[];
    }
  /** Ends it when all is written, or at the latest after so many milliseconds. */
  | { readonly type: "close"; readonly withinMs: number };

export type RecordingMessage =
  | { readonly type: "ready" }
  | { readonly type: "unready"; readonly error: ErrorMessage }
  | { readonly type: "written"; readonly rows: number }
  /** Can never be written. */
  | { readonly type: "dropped"; readonly rows: number; readonly error: ErrorMessage }
  /** Cannot be written now; it is tried again. */
  | { readonly type: "away"; readonly error: ErrorMessage }
  | { readonly type: "back" }
  | { readonly type: "added"; readonly id: number; readonly result: AddedFeedback }
  | { readonly type: "refused"; readonly id: number; readonly error: ErrorMessage };
