import { type CandidatesManifest, durationSeconds } from "@modelwright/contracts";
import type { FitContext } from "../../task.ts";
import type { Candidate, Measured } from "./candidate.ts";
import type { Estimate, PlannedCandidate, Reached } from "./candidate-event.ts";

/** What a run remembers of its choice, so that a resumed run decides the same. */
interface Choice {
  readonly measured: Measured;
  /** Seconds spent so far. */
  spent: number;
  /** By name; with the seconds that were left when it began. */
  readonly begun: Record<string, Estimate & { readonly allowance: number }>;
  readonly reached: Record<string, Reached & { readonly seconds: number }>;
  readonly passedOver: Record<string, string>;
}

/** The best candidate of a run, and what it was chosen from. */
export interface Chosen<Fitted> {
  readonly fitted: Fitted;
  readonly candidates: CandidatesManifest;
  /** The others that were fitted in this process, by name. */
  readonly others: ReadonlyMap<string, Fitted>;
}

/** Share of the budget for training; the rest is for evaluating, registering and what estimates get wrong. */
const TRAINING_SHARE = 0.8;

/**
 * Fits candidates one after another, as far as the budget allows, and keeps the one that reaches most on the validation rows; of equal ones that
 * with the smaller log loss.
 *
 * What was measured and decided is remembered: a resumed run does not measure again, and does not fit again what has already lost.
 *
 * @param options.measure Measured once, before the first candidate.
 * @returns `undefined` when it was stopped before its end.
 */
export async function chooseCandidate<Fitted>(
  candidates: readonly Candidate<Fitted>[],
  options: {
    readonly budget: string;
    readonly metric: string;
    readonly measure: (budgetSeconds: number) => Promise<Measured>;
    readonly context: FitContext;
  },
): Promise<Chosen<Fitted> | undefined> {
  const { metric, context } = options;
  const started = performance.now();
  const budgetSeconds = durationSeconds(options.budget);
  const usable = budgetSeconds * TRAINING_SHARE;
  const remembered = (await context.memory?.read()) as Choice | undefined;
  const choice: Choice = remembered ?? {
    measured: await options.measure(usable),
    spent: 0,
    begun: {},
    reached: {},
    passedOver: {},
  };
  const before = choice.spent;
  const elapsed = () => before + (performance.now() - started) / 1000;
  const remember = async () => {
    choice.spent = elapsed();
    await context.memory?.write(choice);
  };
  const tell = context.onCandidates ?? (() => {});
  await remember();
  if (context.shouldStop()) return undefined;
  tell({ type: "plan", budgetSeconds, metric, candidates: planned(candidates, choice, usable - elapsed()) });

  const fitted = new Map<string, Fitted>();
  for (const candidate of candidates) {
    const { name, title } = candidate;
    const known = choice.reached[name];
    if (choice.passedOver[name] !== undefined || (known !== undefined && bestOf(choice) !== name)) continue;
    let plan = choice.begun[name];
    const again = known === undefined ? plan && ("interrupted" as const) : ("best" as const);
    if (plan === undefined) {
      const left = usable - elapsed();
      const estimate = candidate.estimate(choice.measured, left);
      if ("passedOver" in estimate) {
        choice.passedOver[name] = estimate.passedOver;
        tell({ type: "candidate-passed-over", name, reason: estimate.passedOver });
        await remember();
        continue;
      }
      plan = { ...estimate, allowance: left };
      choice.begun[name] = plan;
      await remember();
    }
    if (context.shouldStop()) return undefined;
    tell({
      type: "candidate-started",
      name,
      title,
      ...(plan.epochs === undefined ? {} : { epochs: plan.epochs }),
      ...(again === undefined ? {} : { again }),
    });
    const clock = new Clock(plan.allowance);
    const began = performance.now();
    const model = await candidate.fit(plan, {
      ...context,
      ...(context.memory === undefined ? {} : { checkpoints: context.memory.checkpoints(name) }),
      shouldFinish: () => clock.isOver,
      onTraining: (event) => {
        if (event.type === "resumed") clock.leave(1 - event.step / event.totalSteps);
        context.onTraining(event, name);
      },
    });
    if (model === undefined) {
      await remember();
      return undefined;
    }
    fitted.set(name, model);
    if (known === undefined) {
      const seconds = (performance.now() - began) / 1000;
      choice.reached[name] = { ...candidate.reached(model), seconds };
      await remember();
    }
    tell({ type: "candidate", name, metric, ...choice.reached[name]! });
  }
  const kept = bestOf(choice)!;
  tell({ type: "chosen", name: kept, metric, value: choice.reached[kept]!.value, ...aheadOf(choice, kept) });
  const model = fitted.get(kept)!;
  fitted.delete(kept);
  return { fitted: model, candidates: manifestOf(choice, { kept, metric }), others: fitted };
}

/**
 * What is planned from the outset; each candidate is planned again, by the time that is left, when its turn comes. What a
 * resumed run has begun, reached or passed over stays.
 */
function planned<Fitted>(
  candidates: readonly Candidate<Fitted>[],
  { measured, begun, reached, passedOver }: Choice,
  usable: number,
): PlannedCandidate[] {
  let left = usable;
  return candidates.map(({ name, title, estimate }) => {
    const reason = passedOver[name];
    if (reason !== undefined) return { name, title, estimate: { passedOver: reason } };
    const plan = begun[name] ?? estimate(measured, left);
    const known = reached[name];
    if (known !== undefined) return { name, title, estimate: plan, reached: known };
    if ("seconds" in plan) left -= plan.seconds;
    return { name, title, estimate: plan, ...(begun[name] === undefined ? {} : { isBegun: true }) };
  });
}

/** The name of the best so far. */
function bestOf({ reached }: Choice): string | undefined {
  return ranked(reached)[0]?.[0];
}

function ranked(reached: Choice["reached"]) {
  return Object.entries(reached).sort(([, a], [, b]) => b.value - a.value || (a.logLoss ?? 0) - (b.logLoss ?? 0));
}

function aheadOf({ reached }: Choice, kept: string) {
  const [best, second] = ranked(reached);
  if (best === undefined || second === undefined) return {};
  return { ahead: { of: second[0], by: reached[kept]!.value - second[1].value } };
}

function manifestOf(
  { reached, begun, passedOver }: Choice,
  { kept, metric }: { readonly kept: string; readonly metric: string },
): CandidatesManifest {
  return {
    metric,
    kept,
    tried: ranked(reached).map(([name, { value, logLoss, seconds }]) => {
      const epochs = begun[name]?.epochs;
      return {
        name,
        value,
        ...(logLoss === undefined ? {} : { logLoss }),
        seconds,
        ...(epochs === undefined ? {} : { epochs }),
      };
    }),
    passedOver: Object.entries(passedOver).map(([name, reason]) => ({ name, reason })),
  };
}

/** Tells when so many seconds are over. */
class Clock {
  readonly #allowance: number;
  #end: number;

  constructor(seconds: number) {
    this.#allowance = seconds;
    this.#end = performance.now() + seconds * 1000;
  }

  /** Starts again with a share of the seconds. */
  leave(share: number): void {
    this.#end = performance.now() + this.#allowance * share * 1000;
  }

  get isOver(): boolean {
    return performance.now() > this.#end;
  }
}
