import type { CpuOperator, ExecutionProvider, ProviderDescription } from "@modelwright/engine";

/** One update, as progress shows it and curves are drawn from it. */
export interface StepEvent {
  readonly type: "step";
  /** Updates made, from 1. */
  readonly step: number;
  readonly totalSteps: number;
  /** Share of the data seen so far: 1.5 is half-way through the second pass. */
  readonly epoch: number;
  readonly loss: number;
  readonly gradientNorm: number;
  /** By parameter group. */
  readonly learningRates: Readonly<Record<string, number>>;
  readonly rowsPerSecond: number;
  readonly secondsLeft: number;
}

/** Evaluated on the validation split. */
export interface EvaluationEvent {
  readonly type: "evaluation";
  readonly step: number;
  readonly totalSteps: number;
  readonly epoch: number;
  readonly loss: number;
  /** Further measures by name: `accuracy` and `f1Macro` of a classifier. */
  readonly measures: Readonly<Record<string, number>>;
  /** True when these weights are the best so far. */
  readonly best: boolean;
}

export interface CheckpointEvent {
  readonly type: "checkpoint";
  readonly step: number;
  readonly path: string;
}

export interface ResumeEvent {
  readonly type: "resumed";
  readonly step: number;
  readonly totalSteps: number;
}

export interface EarlyStopEvent {
  readonly type: "early-stop";
  readonly step: number;
  readonly bestStep: number;
  readonly evaluations: number;
}

/** Training ended before its plan, since its time was over. */
export interface OutOfTimeEvent {
  readonly type: "out-of-time";
  readonly step: number;
  readonly totalSteps: number;
  readonly bestStep: number;
}

/** Where a run computes, told before its first step; a run that is to use the CPU does not tell. */
export interface ProviderEvent {
  readonly type: "provider";
  readonly executionProvider: ExecutionProvider;
  /** What `auto` would have taken before it, and why it could not. */
  readonly passedOver: readonly ProviderDescription[];
  /** Operators of the graphs that train and evaluate that it leaves to the CPU, with copies there and back. */
  readonly onCpu: readonly CpuOperator[];
}

export type TrainingEvent =
  | ProviderEvent
  | StepEvent
  | EvaluationEvent
  | CheckpointEvent
  | ResumeEvent
  | EarlyStopEvent
  | OutOfTimeEvent;
