import type { FeedbackRecord, JoinedFeedback, JsonValue, PredictionRecord } from "@modelwright/registry";
import { canonicalJson } from "../feedback/canonical-json.ts";
import { contentKey, drawnNumber } from "./content-key.ts";
import { ContentTable } from "./content-table.ts";
import { Sayings } from "./sayings.ts";
import { TopContents } from "./top-contents.ts";

/** Labelled contents that are looked at for errors, and drawn at random where there are more. */
const MOST_LABELLED = 10_000;

/** A content with the label that was given last. */
export interface LabelledContent {
  readonly key: number;
  readonly prediction: PredictionRecord & { readonly item: JsonValue };
  readonly value: JsonValue;
  readonly by: string | undefined;
  /** Whether it was given twice, the same way. */
  readonly isConfirmed: boolean;
}

/** What people and systems said of contents: who labelled them, and how well they liked the answer. */
export class LabelledContents {
  readonly #seed: number;
  readonly #by: string | undefined;
  readonly #labellers = new Sayings();
  readonly #labels = new ContentTable();
  readonly #thumbs = new ContentTable();
  readonly #drawn = new TopContents<LabelledContent>(MOST_LABELLED);
  readonly #once: TopContents<LabelledContent>;

  /**
   * @param options.by Who is going to label: nobody is asked twice for the same.
   * @param options.repeated Contents at most that a second person is asked about.
   */
  constructor({
    seed,
    by,
    repeated,
  }: { readonly seed: number; readonly by?: string | undefined; readonly repeated: number }) {
    this.#seed = seed;
    this.#by = by;
    this.#once = new TopContents(Math.max(1, repeated));
  }

  /** In the order in which it came. */
  add({ feedback, prediction }: JoinedFeedback): void {
    const { item } = prediction;
    if (item === undefined) return;
    const key = contentKey(item);
    if (feedback.kind === "thumb") this.#thumbs.put(key, Number(feedback.value === "up"));
    if (feedback.kind === "truth" || feedback.kind === "correction") {
      this.#label(key, feedback, { ...prediction, item });
    }
  }

  #label(
    key: number,
    { value, by }: FeedbackRecord,
    prediction: PredictionRecord & { readonly item: JsonValue },
  ): void {
    const { other } = this.#labels.put(key, this.#labellers.numberOf(by ?? ""));
    const before = this.#drawn.get(key)?.value;
    const isConfirmed = before !== undefined && canonicalJson(before) === canonicalJson(value);
    const labelled = { key, prediction, value, by, isConfirmed };
    const rank = drawnNumber(key, this.#seed);
    this.#drawn.offer(labelled, rank);
    if (other === undefined && by !== this.#by) this.#once.offer(labelled, rank);
    else this.#once.drop(key);
  }

  get size(): number {
    return this.#labels.size;
  }

  has(key: number): boolean {
    return this.#labels.get(key) !== undefined;
  }

  /** Whether somebody did not like the answer, and nobody liked it since. */
  isDisliked(key: number): boolean {
    return this.#thumbs.get(key)?.last === 0;
  }

  /** All of them, or 10,000 that the seed draws. */
  drawn(): readonly LabelledContent[] {
    return this.#drawn.ordered();
  }

  /** Those that one person has labelled, another one than who is going to, in an order that the seed draws. */
  labelledOnce(): readonly LabelledContent[] {
    return this.#once.ordered();
  }
}
