import type { AnswerOf, ManifestOf, TaskName } from "@modelwright/contracts";
import type { JsonValue, PredictionRecord } from "@modelwright/registry";
import type { AnswerReview } from "../tasks/answer-review.ts";
import { contentKey, drawnNumber } from "./content-key.ts";
import { ContentTable } from "./content-table.ts";
import type { LabelledContents } from "./labelled-contents.ts";
import { Sayings } from "./sayings.ts";
import { TopContents } from "./top-contents.ts";

/** An answer that somebody may be asked to label. */
export interface Candidate {
  readonly key: number;
  readonly prediction: string;
  /** Whether it is what a shadow answered, of which the client was not told. */
  readonly isShadow: boolean;
  readonly version: number;
  readonly item: JsonValue;
  readonly said: JsonValue | undefined;
  readonly probability: number | undefined;
  readonly doubt: number | undefined;
  readonly weighed: string | undefined;
  /** Whether another answer to the same was different. */
  readonly isDisputed: boolean;
  /** That answer, where it is still known. */
  readonly other: JsonValue | undefined;
  readonly isDisliked: boolean;
}

/** What was seen on the way. */
export interface SeenPredictions {
  predictions: number;
  failed: number;
  /** The server kept answers alone. */
  withoutItem: number;
  /** Of versions that are gone. */
  unreadable: number;
  /** Whose content is labelled. */
  labelled: number;
}

export interface CandidateOptions {
  readonly review: AnswerReview<TaskName>;
  readonly labelled: LabelledContents;
  readonly seed: number;
  /** Candidates of each kind that are kept. */
  readonly most: number;
}

/** Gathers predictions one by one, in memory that does not grow with them but for 32 to 64 bytes of each content. */
export class ReviewCandidates {
  readonly #options: CandidateOptions;
  readonly #sayings = new Sayings();
  readonly #said = new ContentTable();
  readonly #unsure: TopContents<Candidate>;
  readonly #disputed: TopContents<Candidate>;
  readonly #drawn: TopContents<Candidate>;
  readonly seen: SeenPredictions = { predictions: 0, failed: 0, withoutItem: 0, unreadable: 0, labelled: 0 };

  constructor(options: CandidateOptions) {
    this.#options = options;
    const { most } = options;
    this.#unsure = new TopContents(most);
    this.#disputed = new TopContents(most);
    this.#drawn = new TopContents(most);
  }

  /** Contents that are not labelled. */
  get contents(): number {
    return this.#said.size;
  }

  /** In the order in which they were made: of one content the newest answer counts. */
  add(record: PredictionRecord, manifest: ManifestOf<TaskName> | undefined): void {
    const { id, version, item, answer, arm } = record;
    const { review, labelled, seed } = this.#options;
    this.seen.predictions++;
    if (answer === undefined) this.seen.failed++;
    else if (item === undefined) this.seen.withoutItem++;
    else if (manifest === undefined) this.seen.unreadable++;
    if (answer === undefined || item === undefined || manifest === undefined) return;
    const key = contentKey(item);
    if (labelled.has(key)) {
      this.seen.labelled++;
      return;
    }
    const given = answer as AnswerOf<TaskName>;
    const said = review.said(given);
    const { other } = this.#said.put(key, this.#sayings.numberOf(said ?? null));
    // What nobody was told is a second opinion, and no more.
    if (arm === "shadow" && other === undefined) return;
    const candidate: Candidate = {
      key,
      prediction: id,
      isShadow: arm === "shadow",
      version,
      item,
      said,
      probability: review.probability?.(given),
      doubt: review.doubt?.(given, manifest),
      weighed: review.weighed?.(given, manifest),
      isDisputed: other !== undefined,
      other: other === undefined ? undefined : this.#sayings.said(other),
      isDisliked: labelled.isDisliked(key),
    };
    const rank = drawnNumber(key, seed);
    if (candidate.doubt === undefined) this.#unsure.drop(key);
    else this.#unsure.offer(candidate, candidate.doubt);
    if (candidate.isDisputed || candidate.isDisliked) this.#disputed.offer(candidate, candidate.doubt ?? rank);
    else this.#disputed.drop(key);
    this.#drawn.offer(candidate, rank);
  }

  /** Those of which the model is least sure, the least first; without those whose answers do not tell. */
  unsure(): readonly Candidate[] {
    return this.#unsure.ordered();
  }

  /** Those to which two answers differ, or whose answer somebody did not like; the least sure first. */
  disputed(): readonly Candidate[] {
    return this.#disputed.ordered();
  }

  /** Any, in an order that the seed draws. */
  drawn(): readonly Candidate[] {
    return this.#drawn.ordered();
  }
}
