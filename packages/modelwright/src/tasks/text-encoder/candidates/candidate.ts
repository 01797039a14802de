import type { FitContext } from "../../task.ts";
import type { Estimate, Reached } from "./candidate-event.ts";

/** How fast a network is on this machine. */
export interface Pace {
  /** Seconds in which it reads a text. */
  readonly secondsPerText: number;
  /** Seconds of an update of all of it; absent where not even one pass fits the budget. */
  readonly secondsPerStep?: number | undefined;
  /** Updates of a pass over the rows, where texts may be several rows; absent where updates were not measured. */
  readonly stepsPerEpoch?: number | undefined;
  /** Seconds before the first update of all of it. */
  readonly setupSeconds?: number | undefined;
}

/** What is known of data and machine before candidates are planned; measured once per run. */
export interface Measured {
  readonly rows: number;
  readonly validationRows: number;
  readonly outputs: number;
  /** Of all training texts. */
  readonly characters: number;
  /** Of the pretrained encoder, where it is worth a try. */
  readonly pretrained?: Pace;
  /** Of the network from scratch, where it is worth a try. */
  readonly scratch?: Pace;
}

/** One of the models that a run may end with. */
export interface Candidate<Fitted> {
  readonly name: string;
  /** What it is, in a few words. */
  readonly title: string;
  /**
   * @param left Seconds that it may take.
   * @returns Why it is passed over, or how long it takes.
   */
  estimate(measured: Measured, left: number): Estimate | { readonly passedOver: string };
  /** Undefined when it was stopped before its end. */
  fit(plan: Estimate, context: CandidateContext): Promise<Fitted | undefined>;
  /** What it reached on the validation rows. */
  reached(fitted: Fitted): Reached;
}

/** What a candidate is given beside its plan. */
export interface CandidateContext extends FitContext {
  /** True when its time is over: training ends with the best weights so far. */
  readonly shouldFinish: () => boolean;
}
