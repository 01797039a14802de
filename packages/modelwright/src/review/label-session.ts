import { randomUUID } from "node:crypto";
import { ModelwrightError } from "@modelwright/contracts";
import type { FeedbackStore, JsonValue } from "@modelwright/registry";
import type { TruthKind } from "../tasks/answer-review.ts";
import type { ReviewItem } from "./next-reviews.ts";

/** What somebody wants next. */
export type LabelAnswer =
  | { readonly kind: "label"; readonly value: JsonValue }
  | { readonly kind: "skip" }
  | { readonly kind: "undo" };

/** Labels that one person gives, one after another: each is kept at once, and the last can be taken back. */
export class LabelSession {
  readonly #store: FeedbackStore;
  readonly #items: readonly ReviewItem[];
  readonly #by: string;
  /** What was done with each item so far: the id of its feedback, or undefined where it was skipped. */
  readonly #done: (string | undefined)[] = [];

  constructor(store: FeedbackStore, items: readonly ReviewItem[], by: string) {
    this.#store = store;
    this.#items = items;
    this.#by = by;
  }

  /** Undefined where all are done. */
  get current(): ReviewItem | undefined {
    return this.#items[this.#done.length];
  }

  get place(): { readonly at: number; readonly of: number } {
    return { at: this.#done.length + 1, of: this.#items.length };
  }

  get labelled(): number {
    return this.#done.filter((id) => id !== undefined).length;
  }

  get skipped(): number {
    return this.#done.length - this.labelled;
  }

  /**
   * @returns Whether something was done: there may be nothing to take back.
   * @throws {ModelwrightError} `FEEDBACK_VALUE_INVALID`; then the item is still the current one.
   */
  async answer(answer: LabelAnswer): Promise<boolean> {
    if (answer.kind === "undo") return this.#undo();
    const item = this.current;
    if (item === undefined) return false;
    if (answer.kind === "skip") {
      this.#done.push(undefined);
      return true;
    }
    // An id of its own: what was taken back and is said again is something new.
    const id = randomUUID();
    const { prediction } = item;
    await this.#store.add([{ id, prediction, kind: "truth", value: answer.value, by: this.#by }], {
      where: () => prediction,
    });
    this.#done.push(id);
    return true;
  }

  async #undo(): Promise<boolean> {
    if (this.#done.length === 0) return false;
    const id = this.#done.at(-1);
    if (id !== undefined) await this.#store.decide([id], { state: "rejected", by: this.#by });
    this.#done.pop();
    return true;
  }
}

/** What can be typed. */
export interface LabelKeys {
  readonly truths: TruthKind;
  /** Of the model, where it has some: a number, from 1 on, stands for one. */
  readonly labels: readonly string[];
}

const COMMANDS: Readonly<Record<string, "skip" | "undo" | "quit">> = { s: "skip", u: "undo", q: "quit" };
const FLAGS: Readonly<Record<string, boolean>> = { 1: true, 2: false, y: true, n: false, true: true, false: false };
/** Of several labels none. */
const NONE = "-";

/**
 * What a key or a line means. `s` skips, `u` takes the last label back, `q` ends; `:s`, `:u` and `:q` do as well, and
 * alone where the label is a text. An empty line takes what was predicted. Labels go by their number, their name, or the
 * beginning of a name that no other begins with; several stand between commas.
 *
 * @returns Undefined where it means nothing.
 */
export function readLabelKeys(
  typed: string,
  { truths, labels }: LabelKeys,
  predicted: JsonValue | undefined,
): LabelAnswer | { readonly kind: "quit" } | undefined {
  const text = typed.trim();
  const command = COMMANDS[text.startsWith(":") ? text.slice(1) : truths === "text" ? "" : text.toLowerCase()];
  if (command !== undefined) return { kind: command };
  const value = text === "" ? predicted : READINGS[truths](text, labels);
  return value === undefined ? undefined : { kind: "label", value };
}

const READINGS: Readonly<Record<TruthKind, (text: string, labels: readonly string[]) => JsonValue | undefined>> = {
  label: oneLabel,
  labels: (text, labels) => {
    if (text === NONE) return [];
    const found = text.split(",").map((part) => oneLabel(part.trim(), labels));
    return found.every((label) => label !== undefined) ? [...new Set(found)] : undefined;
  },
  flag: (text) => FLAGS[text.toLowerCase()],
  number: (text) => (Number.isFinite(Number(text)) ? Number(text) : undefined),
  spans: (text) => {
    try {
      return JSON.parse(text) as JsonValue;
    } catch {
      return undefined;
    }
  },
  text: (text) => text,
};

function oneLabel(text: string, labels: readonly string[]): string | undefined {
  const known = labels.find((label) => label === text);
  const numbered = /^\d+$/.test(text) ? labels[Number(text) - 1] : undefined;
  const begin = labels.filter((label) => label.toLowerCase().startsWith(text.toLowerCase()));
  return known ?? numbered ?? (begin.length === 1 ? begin[0] : undefined);
}

/** Whether a label was refused, and may be given again. */
export function isRefusal(error: unknown): error is ModelwrightError {
  return error instanceof ModelwrightError && error.code === "FEEDBACK_VALUE_INVALID";
}
