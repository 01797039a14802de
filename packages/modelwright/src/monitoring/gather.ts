import {
  type AnswerOf,
  type DriftReference,
  type ItemOf,
  type ManifestOf,
  type TaskName,
  taskSchemas,
} from "@modelwright/contracts";
import { type DriftWindow, driftWindow, mergeWindows, sampledRows } from "@modelwright/data";
import type { Arm, PredictionRecord } from "@modelwright/registry";
import type { InputContext, Monitoring, ObservedColumns } from "../tasks/monitoring/monitoring.ts";
import { observeInputs } from "./observe-inputs.ts";

type Item = ItemOf<TaskName>;
type Answer = AnswerOf<TaskName>;

/** Answers that are kept to estimate quality from: whoever gathers draws the same. */
const MOST_ANSWERS = 5000;
const MOST_EXAMPLES = 5;
/** Items are kept as they were taken; no limit is set again. */
const ANY_SIZE = { maxItemBytes: Number.MAX_SAFE_INTEGER };

/** What the predictions of a part of the period were. */
export interface GatheredPart {
  predictions: number;
  failures: number;
  readonly latenciesMs: number[];
  readonly confidence: { sum: number; rows: number };
  window: DriftWindow | undefined;
  answered: number;
  items: number;
}

export interface GatherOptions {
  readonly manifest: ManifestOf<TaskName>;
  /** Undefined where nothing of the task's traffic is compared. */
  readonly monitoring: Monitoring<TaskName, unknown> | undefined;
  readonly reference: DriftReference | undefined;
  readonly unknownShare: InputContext<TaskName>["unknownShare"];
  /** When the parts begin, ascending, in milliseconds since 1970. */
  readonly starts: readonly number[];
}

/** Gathers predictions a page at a time, in memory that does not grow with them but for their latencies. */
export class Gathering {
  readonly #options: GatherOptions;
  readonly #answerSchema: ReturnType<typeof taskSchemas>["answer"];
  readonly #itemSchema: ReturnType<ReturnType<typeof taskSchemas>["item"]>;
  readonly parts: readonly GatheredPart[];
  readonly arms = new Map<Arm, number>();
  readonly errors = new Map<string, number>();
  readonly examples = { answered: [] as string[], failed: [] as string[] };
  unreadable = 0;
  first: string | undefined;
  last: string | undefined;
  #drawn: { readonly id: string; readonly answer: Answer }[] = [];

  constructor(options: GatherOptions) {
    this.#options = options;
    const schemas = taskSchemas(options.manifest.task);
    this.#answerSchema = schemas.answer;
    this.#itemSchema = schemas.item(ANY_SIZE);
    this.parts = options.starts.map(() => ({
      predictions: 0,
      failures: 0,
      latenciesMs: [],
      confidence: { sum: 0, rows: 0 },
      window: undefined,
      answered: 0,
      items: 0,
    }));
  }

  /** At most 5,000 answers, drawn by their ids. */
  get answers(): readonly Answer[] {
    return this.#drawnFirst().map(({ answer }) => answer);
  }

  add(records: readonly PredictionRecord[]): void {
    const byPart = new Map<GatheredPart, PredictionRecord[]>();
    for (const record of records) {
      const part = this.#partOf(record);
      byPart.set(part, [...(byPart.get(part) ?? []), record]);
    }
    for (const [part, own] of byPart) this.#addTo(part, own);
    if (this.#drawn.length > 2 * MOST_ANSWERS) this.#drawn = this.#drawnFirst();
  }

  #partOf({ at }: PredictionRecord): GatheredPart {
    const time = Date.parse(at);
    const behind = this.#options.starts.findIndex((start) => start > time);
    return this.parts[behind === -1 ? this.parts.length - 1 : Math.max(0, behind - 1)]!;
  }

  #addTo(part: GatheredPart, records: readonly PredictionRecord[]): void {
    const answered: { readonly id: string; readonly answer: Answer }[] = [];
    const asked: { readonly id: string; readonly item: Item }[] = [];
    for (const { id, arm, at, latencyMs, item, answer, error } of records) {
      part.predictions++;
      this.arms.set(arm, (this.arms.get(arm) ?? 0) + 1);
      this.first = this.first === undefined || at < this.first ? at : this.first;
      this.last = this.last === undefined || at > this.last ? at : this.last;
      if (answer === undefined) {
        part.failures++;
        const code = error ?? "unknown";
        this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
        keepNewest(this.examples.failed, id);
        continue;
      }
      part.latenciesMs.push(latencyMs);
      const read = this.#answerSchema.safeParse(answer);
      const readItem = item === undefined ? undefined : this.#itemSchema.safeParse(item);
      if (!read.success || readItem?.success === false) {
        this.unreadable++;
        continue;
      }
      answered.push({ id, answer: read.data as Answer });
      if (readItem !== undefined) asked.push({ id, item: readItem.data as Item });
      keepNewest(this.examples.answered, id);
    }
    this.#drawn.push(...answered);
    this.#observe(part, { answered, asked });
  }

  #observe(
    part: GatheredPart,
    {
      answered,
      asked,
    }: {
      readonly answered: readonly { readonly id: string; readonly answer: Answer }[];
      readonly asked: readonly { readonly id: string; readonly item: Item }[];
    },
  ): void {
    const { monitoring, reference, manifest, unknownShare } = this.#options;
    if (monitoring === undefined) return;
    const context = { manifest, ...(unknownShare && { unknownShare }) } as InputContext<TaskName>;
    const inputs = observeInputs(
      monitoring,
      asked.map(({ item }) => item),
      context,
    );
    this.unreadable += asked.length - inputs.places.length;
    const outputs =
      answered.length === 0
        ? {}
        : (monitoring.outputs?.(
            answered.map(({ answer }) => answer),
            manifest,
          ) ?? {});
    part.answered += answered.length;
    part.items += inputs.places.length;
    for (const value of confidenceOf(outputs)) {
      if (Number.isNaN(value)) continue;
      part.confidence.sum += value;
      part.confidence.rows++;
    }
    if (reference === undefined) return;
    const windows = [
      driftWindow(reference, inputs.columns, { keys: inputs.places.map((place) => asked[place]!.id) }),
      driftWindow(reference, outputs, { keys: answered.map(({ id }) => id) }),
    ];
    const window = {
      rows: answered.length,
      unknown: [],
      columns: Object.assign({}, ...windows.map(({ columns }) => columns)) as DriftWindow["columns"],
    };
    part.window = part.window === undefined ? window : mergeWindows(part.window, window);
  }

  #drawnFirst() {
    const ids = this.#drawn.map(({ id }) => id);
    return sampledRows(ids, MOST_ANSWERS).map((place) => this.#drawn[place]!);
  }
}

function keepNewest(ids: string[], id: string): void {
  ids.push(id);
  if (ids.length > MOST_EXAMPLES) ids.shift();
}

/** Numbers of the first column that says how sure the model is. */
function confidenceOf(outputs: ObservedColumns): readonly number[] {
  const column = Object.values(outputs).find(({ part }) => part === "confidence");
  return column?.kind === "number" ? Array.from(column.values) : [];
}
