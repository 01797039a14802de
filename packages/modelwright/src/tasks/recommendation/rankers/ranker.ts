import type { RankerKind, Recipes } from "@modelwright/contracts";
import type { GraphBuilder, Value } from "@modelwright/engine";
import type { LearningHistory } from "@modelwright/evaluation";
import type { Lesson } from "../catalogue.ts";
import type { HeldEvents } from "../held-events.ts";

/** What ranks the items of a catalogue by what a user liked. */
export interface Ranker {
  readonly kind: RankerKind;
  /** In a few words: `ease, 300 neighbours, regularisation 150`. */
  readonly settings: string;
  readonly parameters: number;
  /** How training went, of one that learns in passes. */
  readonly history?: LearningHistory | undefined;
  /**
   * @param liked int64 `[batch, history]`: numbers of items, that of the items in all where there is none.
   * @returns float32 `[batch, items]`.
   */
  compile(b: GraphBuilder, liked: Value): Value;
}

export interface RankerContext {
  readonly onProgress: (share: number) => void;
  /** True asks to stop. */
  readonly shouldStop: () => boolean;
}

export type RankerRecipe = Pick<Recipes["recommendation"], "model" | "train">;

/** A way to rank. `Choice` are its settings that the validation events decide. */
export interface RankerRow<Choice = unknown> {
  readonly title: string;
  /** Settings to choose from; of one alone nothing is chosen. */
  choices(recipe: RankerRecipe, lesson: Lesson): readonly Choice[];
  /** Whether `fit` asks the ranker `before` how long to learn. Default: false. */
  readonly isSteered?: boolean;
  /** What the choice is made on, where all is too much. Default: all. */
  rehearsal?(lesson: Lesson, held: HeldEvents): { readonly lesson: Lesson; readonly held: HeldEvents };
  /**
   * Learns from events. Undefined where it was stopped.
   *
   * @param held What may steer the training. Absent: all is learnt from, as long as `before` was.
   * @param before What was trained with the same settings on a part of the events.
   */
  fit(
    lesson: Lesson,
    choice: Choice,
    options: RankerContext & {
      readonly recipe: RankerRecipe;
      readonly held?: HeldEvents | undefined;
      readonly before?: Ranker | undefined;
    },
  ): Promise<Ranker | undefined>;
}
