import { describe, expect, test } from "vitest";
import type { FitContext, RunMemory } from "../../task.ts";
import type { Candidate, Measured } from "./candidate.ts";
import type { CandidateEvent } from "./candidate-event.ts";
import { chooseCandidate } from "./choose-candidate.ts";

const MEASURED: Measured = { rows: 100, validationRows: 10, outputs: 2, characters: 1000 };

interface Setting {
  readonly value: number;
  readonly logLoss?: number;
  /** Of the estimate; more than is left: it is passed over. */
  readonly seconds?: number;
}

/** Candidates that are fitted at once, and a record of which were. */
function candidatesOf(settings: Readonly<Record<string, Setting>>, fitted: string[] = []): Candidate<string>[] {
  return Object.entries(settings).map(([name, { value, logLoss = 1, seconds = 0 }]) => ({
    name,
    title: `the candidate ${name}`,
    estimate: (_, left) => (seconds > left ? { passedOver: "too long" } : { seconds }),
    fit: async () => {
      fitted.push(name);
      return name;
    },
    reached: () => ({ value, logLoss }),
  }));
}

/** Notes as a file would keep them. */
function memory(): RunMemory {
  let notes: string | undefined;
  return {
    read: async () => (notes === undefined ? undefined : JSON.parse(notes)),
    write: async (value) => {
      notes = JSON.stringify(value);
    },
    checkpoints: () => undefined as never,
  };
}

function choose(
  candidates: readonly Candidate<string>[],
  options: { budget?: string; context?: Partial<FitContext>; onMeasure?: () => void } = {},
) {
  const { budget = "1m", context, onMeasure } = options;
  return chooseCandidate(candidates, {
    budget,
    metric: "f1Macro",
    measure: async () => {
      onMeasure?.();
      return MEASURED;
    },
    context: {
      provider: { name: "cpu", passedOver: [] },
      baseDir: ".",
      onProgress: () => {},
      onModel: () => {},
      onTraining: () => {},
      shouldStop: () => false,
      ...context,
    },
  });
}

describe("chooseCandidate", () => {
  test("keeps what reaches most, and says what it was chosen from", async () => {
    const events: CandidateEvent[] = [];
    const chosen = await choose(candidatesOf({ a: { value: 0.7 }, b: { value: 0.9 }, c: { value: 0.8 } }), {
      context: { onCandidates: (event) => events.push(event) },
    });
    expect(chosen).toMatchObject({ fitted: "b", candidates: { metric: "f1Macro", kept: "b", passedOver: [] } });
    expect(chosen!.candidates.tried.map(({ name }) => name)).toEqual(["b", "c", "a"]);
    expect([...chosen!.others.keys()]).toEqual(["a", "c"]);
    expect(events[0]).toMatchObject({ type: "plan", budgetSeconds: 60 });
    expect(events.at(-1)).toMatchObject({ type: "chosen", name: "b", value: 0.9, ahead: { of: "c" } });
  });

  test("of equal ones keeps that with the smaller log loss", async () => {
    const chosen = await choose(candidatesOf({ a: { value: 0.9 }, b: { value: 0.9, logLoss: 0.2 } }));
    expect(chosen!.fitted).toBe("b");
  });

  test("passes over what the budget has no time for", async () => {
    const fitted: string[] = [];
    const chosen = await choose(candidatesOf({ a: { value: 0.7 }, b: { value: 0.9, seconds: 50 } }, fitted));
    expect(fitted).toEqual(["a"]);
    expect(chosen!.candidates).toMatchObject({ kept: "a", passedOver: [{ name: "b", reason: "too long" }] });
    expect((await choose(candidatesOf({ a: { value: 0.7, seconds: 50 } }), { budget: "2m" }))!.fitted).toBe("a");
  });

  test("goes on where it was stopped: measures once, and fits again only what may win", async () => {
    const notes = memory();
    let measured = 0;
    const onMeasure = () => {
      measured++;
    };
    const settings = { a: { value: 0.7 }, b: { value: 0.8 }, c: { value: 0.6 } };
    const stopped = candidatesOf(settings).map((each) =>
      each.name === "c" ? { ...each, fit: async () => undefined } : each,
    );
    expect(await choose(stopped, { context: { memory: notes }, onMeasure })).toBeUndefined();
    const fitted: string[] = [];
    const events: CandidateEvent[] = [];
    const resumed = await choose(candidatesOf(settings, fitted), {
      context: { memory: notes, onCandidates: (event) => events.push(event) },
      onMeasure,
    });
    expect(events[0]).toMatchObject({
      type: "plan",
      candidates: [{ name: "a", reached: { value: 0.7 } }, { name: "b", reached: { value: 0.8 } }, { isBegun: true }],
    });
    expect(events.filter(({ type }) => type === "candidate-started")).toMatchObject([
      { name: "b", again: "best" },
      { name: "c", again: "interrupted" },
    ]);
    expect(measured).toBe(1);
    expect(fitted).toEqual(["b", "c"]);
    expect(resumed!.candidates.kept).toBe("b");
    expect(resumed!.candidates.tried.map(({ name }) => name)).toEqual(["b", "a", "c"]);
  });

  test("keeps the plan that a candidate began with", async () => {
    const notes = memory();
    const plans: unknown[] = [];
    const once = (epochs: number, isStopped: boolean): Candidate<string> => ({
      name: "full",
      title: "",
      estimate: () => ({ seconds: 1, epochs }),
      fit: async (plan) => {
        plans.push(plan.epochs);
        return isStopped ? undefined : "full";
      },
      reached: () => ({ value: 1, logLoss: 0 }),
    });
    await choose([once(5, true)], { context: { memory: notes } });
    await choose([once(2, false)], { context: { memory: notes } });
    expect(plans).toEqual([5, 5]);
  });

  test("tells a candidate when its time is over", async () => {
    const isOver: boolean[] = [];
    const slow: Candidate<string> = {
      name: "slow",
      title: "",
      estimate: () => ({ seconds: 0 }),
      fit: async (_, { shouldFinish, onTraining }) => {
        isOver.push(shouldFinish());
        onTraining({ type: "resumed", step: 10, totalSteps: 10 });
        await new Promise((resolve) => setTimeout(resolve, 2));
        isOver.push(shouldFinish());
        return "slow";
      },
      reached: () => ({ value: 1, logLoss: 0 }),
    };
    await choose([slow]);
    expect(isOver).toEqual([false, true]);
  });
});
