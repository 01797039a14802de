import { ModelwrightError } from "@modelwright/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type SimulatedRun, SimulatedWorkers, type SimulatedWorkersOptions } from "../testing/simulated-workers.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { Batcher, type BatcherOptions, type RequestTerms } from "./batcher.ts";

// What the queue promises, in time that a test lets pass: workers whose durations are a straight line, with noise.

const MAX_BATCH = 8;
const SETTINGS = { maxDelayMs: 20, latencyTargetMs: 250, queueLimit: 100_000, maxWaitMs: 500, timeoutMs: 30_000 };
/** A full batch of texts of 20 characters takes 40 ms: 200 texts per second. */
const USUAL = { workers: 1, fixedMs: 8, msPerSize: 0.2 };
const SATURATION = MAX_BATCH / (USUAL.fixedMs + USUAL.msPerSize * MAX_BATCH * 20);

type Settings = Partial<BatcherOptions<string, string> & Omit<SimulatedWorkersOptions, "clock">>;

interface Sent extends RequestTerms {
  readonly texts: readonly string[];
  readonly model?: string;
  /** After so many milliseconds the client leaves. */
  readonly leavesAfter?: number | undefined;
}

interface Outcome {
  readonly sent: Sent;
  readonly at: number;
  readonly settledAt: number;
  readonly times: number;
  readonly answers?: readonly string[];
  readonly error?: ModelwrightError;
}

function simulation(settings: Settings = {}) {
  const clock = new VirtualClock();
  const workers = new SimulatedWorkers({ ...USUAL, ...settings, clock });
  const batcher = new Batcher<string, string>({ ...SETTINGS, ...settings, executor: workers, clock });
  const outcomes: Outcome[] = [];
  const send = (sent: Sent) => {
    const { texts, model = "m", leavesAfter, ...terms } = sent;
    const lane = { key: model, model, options: {}, maxBatch: MAX_BATCH, sizeOf: (text: string) => text.length };
    const at = clock.now();
    const outcome = { sent, at, settledAt: at, times: 0 };
    outcomes.push(outcome);
    const settle = (result: Partial<Outcome>) =>
      Object.assign(outcome, result, { settledAt: clock.now(), times: outcome.times + 1 });
    try {
      const { answers, cancel } = batcher.submit(lane, texts, terms);
      answers.then(
        (given) => settle({ answers: given }),
        (error) => settle({ error }),
      );
      if (leavesAfter !== undefined) clock.after(leavesAfter, cancel);
    } catch (error) {
      settle({ error: error as ModelwrightError });
    }
  };
  /** Poisson arrivals, so many a millisecond; the same at every run. */
  const arrive = (rate: number, { from, until, seed }: { from: number; until: number; seed: number }, sent: Sent) => {
    const random = generator(seed);
    const next = (after: number) => {
      const at = after - Math.log(1 - random()) / rate;
      if (at >= until) return;
      clock.after(at - clock.now(), () => {
        send(sent);
        next(at);
      });
    };
    next(from);
  };
  return { clock, workers, batcher, outcomes, send, arrive };
}

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const text = (length = 20) => "x".repeat(length);
const codes = (outcomes: readonly Outcome[]) => new Set(outcomes.flatMap(({ error }) => error?.code ?? []));
const answered = (outcomes: readonly Outcome[]) => outcomes.filter(({ answers }) => answers !== undefined);
const tookMs = ({ at, settledAt }: Outcome) => settledAt - at;
const quantile = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))]!;
const largest = (values: readonly number[]) => Math.max(0, ...values);

describe("a request", () => {
  test("is settled once, with its own answers or one error, whatever comes; each item runs once, and none too late", async () => {
    const request = fc.record({
      pauseMs: fc.constantFrom(0, 0, 1, 5, 60),
      model: fc.constantFrom("m", "n"),
      client: fc.constantFrom("a", "b", "c"),
      lengths: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 12 }),
      timeoutMs: fc.constantFrom(undefined, undefined, 1, 30, 200),
      leavesAfter: fc.constantFrom(undefined, undefined, undefined, 0, 25),
    });
    const setting = fc.record({
      requests: fc.array(request, { minLength: 1, maxLength: 60 }),
      workers: fc.integer({ min: 1, max: 3 }),
      maxDelayMs: fc.integer({ min: 0, max: 30 }),
      maxWaitMs: fc.constantFrom(1, 100, 100_000),
      latencyTargetMs: fc.constantFrom(1, 50, 100_000),
      queueLimit: fc.constantFrom(15, 10_000),
      fixedMs: fc.integer({ min: 0, max: 20 }),
      msPerSize: fc.constantFrom(0, 0.01, 0.3),
    });
    await fc.assert(
      fc.asyncProperty(setting, async ({ requests, ...settings }) => {
        const { clock, workers, batcher, outcomes, send } = simulation(settings);
        let at = 0;
        for (const [i, { pauseMs, lengths, ...rest }] of requests.entries()) {
          at += pauseMs;
          const texts = lengths.map((length, j) => `${i}.${j}`.padEnd(length));
          clock.after(at, () => send({ ...rest, texts }));
        }
        await clock.run();
        expect(outcomes).toHaveLength(requests.length);
        const runs = new Map<string, SimulatedRun>();
        for (const run of workers.runs) {
          expect(run.items.length).toBeLessThanOrEqual(MAX_BATCH);
          for (const item of run.items) {
            expect(runs.has(item)).toBe(false);
            runs.set(item, run);
          }
        }
        for (const { sent, at: sentAt, times, answers, error, settledAt } of outcomes) {
          expect(times).toBe(1);
          if (answers !== undefined) expect(answers).toEqual(sent.texts);
          else expect(error).toBeInstanceOf(ModelwrightError);
          const { timeoutMs = 30_000 } = sent;
          expect(settledAt - sentAt).toBeLessThanOrEqual(timeoutMs);
          // It was given to a worker in time, behind one batch at most.
          if (error?.code === "SERVER_OVERLOADED") expect(sent.texts.some((item) => runs.has(item))).toBe(false);
        }
        expect([batcher.queued, batcher.waitMs]).toEqual([0, 0]);
      }),
      { numRuns: 60 },
    );
  });

  test("of one client is not overtaken by a later one of the same, where sizes are alike", async () => {
    const sends = fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.integer({ min: 1, max: 5 })), {
      minLength: 1,
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(sends, async (given) => {
        const { clock, workers, send } = simulation({ maxWaitMs: 1e6 });
        for (const [i, [client, count]] of given.entries()) {
          const texts = Array.from({ length: count }, (_, j) => `${client} ${String(i).padStart(3, "0")} ${j}`);
          send({ client, texts });
        }
        await clock.run();
        for (const client of ["a", "b", "c"]) {
          const order = workers.runs.flatMap(({ items }) => items).filter((item) => item.startsWith(client));
          expect(order).toEqual(order.toSorted());
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("beyond saturation", () => {
  const flooded = async (settings: Settings, times = 3) => {
    const all = simulation(settings);
    const from = 2000;
    // A quiet beginning, from which the durations are learnt.
    all.arrive(SATURATION / 4, { from: 0, until: from, seed: 3 }, { texts: [text()], client: "a" });
    all.arrive(SATURATION * times, { from, until: 12_000, seed: 5 }, { texts: [text()], client: "a" });
    await all.clock.run();
    return { ...all, late: all.outcomes.filter(({ at }) => at > from) };
  };

  test("what is accepted waits no longer than the queue may take; the rest is refused at once", async () => {
    const noise = generator(11);
    const { late, workers } = await flooded({ noise: () => 0.8 + 0.4 * noise() });
    const waits = answered(late).map(tookMs);
    // Two batches are with the worker, and one's own comes behind the queue.
    expect(largest(waits)).toBeLessThan(1.2 * SETTINGS.maxWaitMs + 3 * 40);
    expect(codes(late)).toEqual(new Set(["SERVER_CLIENT_OVER_SHARE"]));
    for (const { error, at, settledAt } of late) if (error !== undefined) expect(settledAt).toBe(at);
    // The worker is never without work.
    expect(answered(late).length / 10_000 / SATURATION).toBeGreaterThan(0.95);
    expect(workers.runs.length).toBeGreaterThan(200);
  });

  test("without a bound in time it would wait as long as there is room", async () => {
    const { late } = await flooded({ maxWaitMs: 1e9 });
    expect(largest(late.map(tookMs))).toBeGreaterThan(10_000);
  });

  test("the wait that a refusal tells is the real one, within 30 %", async () => {
    for (const [isAlike, settings] of [
      [true, {}],
      [true, { workers: 2 }],
      [false, { workers: 2 }],
      [false, { fixedMs: 30, msPerSize: 0.05 }],
      [false, { fixedMs: 0, msPerSize: 0.5 }],
    ] as const) {
      const random = generator(1);
      const { clock, send, outcomes } = simulation({ ...settings, noise: () => 0.7 + 0.6 * random() });
      for (let at = 0; at < 3000; at += 2) {
        const length = isAlike ? 20 : 5 + Math.floor(random() * 40);
        clock.after(at, () => send({ client: "a", texts: [text(length)] }));
      }
      await clock.run();
      const refused = outcomes.filter(({ error, at }) => error !== undefined && at > 1000);
      expect(refused.length).toBeGreaterThan(100);
      const ratios = refused.map(({ at, error }) => {
        // Those that came last; which of them is first depends on their sizes.
        const before = outcomes.filter((each) => each.answers !== undefined && each.at < at).slice(-MAX_BATCH);
        const through = before.reduce((sum, { settledAt }) => sum + settledAt / before.length, 0);
        return (error!.details as { readonly retryAfterMs: number }).retryAfterMs / (through - at);
      });
      // Where sizes differ, some of those last ones go with earlier ones of their size.
      const near = ratios.filter((ratio) => ratio > 0.7 && ratio < 1.3).length / ratios.length;
      expect(near).toBeGreaterThanOrEqual(isAlike ? 1 : 0.8);
      expect(Math.abs(quantile(ratios, 0.5) - 1)).toBeLessThan(0.1);
    }
  });

  test("many clients are told that the server is full", async () => {
    const { clock, arrive, outcomes } = simulation();
    arrive(SATURATION / 4, { from: 0, until: 2000, seed: 3 }, { texts: [text()], client: "a" });
    for (let i = 0; i < 40; i++) {
      arrive(SATURATION / 10, { from: 2000, until: 8000, seed: i }, { texts: [text()], client: `client ${i}` });
    }
    await clock.run();
    expect(codes(outcomes)).toContain("SERVER_OVERLOADED");
    // Newcomers go before those that have more in the queue: these may wait twice as long, and for what runs.
    expect(largest(answered(outcomes).map(tookMs))).toBeLessThan(3 * SETTINGS.maxWaitMs);
  });
});

describe("a client that floods", () => {
  const beside = async (flood: { readonly client?: string; readonly times: number }) => {
    const { clock, arrive, outcomes } = simulation();
    arrive(SATURATION / 4, { from: 0, until: 2000, seed: 3 }, { texts: [text()], client: "quiet" });
    if (flood.times > 0) {
      const texts = Array.from({ length: 16 }, () => text());
      arrive((SATURATION * flood.times) / 16, { from: 2000, until: 10_000, seed: 7 }, { texts, ...flood });
    }
    arrive(SATURATION / 10, { from: 2500, until: 10_000, seed: 9 }, { texts: [text()], client: "quiet" });
    await clock.run();
    return outcomes.filter(({ sent, at }) => sent.client === "quiet" && sent.texts.length === 1 && at > 2500);
  };

  test("does not raise another's wait by more than three batches, and has nothing of it refused", async () => {
    const [alone, disturbed] = [await beside({ times: 0 }), await beside({ client: "flood", times: 20 })];
    expect(disturbed.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(disturbed.length).toBe(alone.length);
    expect(largest(disturbed.map(tookMs))).toBeLessThan(largest(alone.map(tookMs)) + 3 * 40);
  });

  test("would do so if both were one", async () => {
    const disturbed = await beside({ client: "quiet", times: 20 });
    expect(disturbed.filter(({ error }) => error !== undefined).length).toBeGreaterThan(disturbed.length / 4);
  });
});

describe("a deadline", () => {
  test("that cannot be met is told at once, and work that expired never reaches a worker", async () => {
    const { clock, workers, send, outcomes, batcher } = simulation({ maxWaitMs: 1e6 });
    for (let i = 0; i < 40; i++) send({ texts: [`first ${i}`] });
    await clock.run();
    send({ texts: Array.from({ length: 80 }, () => text()) });
    await clock.run(clock.now() + 1);
    const start = clock.now();
    expect(batcher.waitMs).toBeGreaterThan(300);
    send({ texts: ["too near"], client: "a", timeoutMs: 20 });
    expect(outcomes.at(-1)!.error).toMatchObject({ code: "SERVER_DEADLINE_TOO_NEAR", details: { timeoutMs: 20 } });
    send({ texts: ["in time"], client: "a", timeoutMs: 200 });
    await clock.run();
    expect(outcomes.at(-1)).toMatchObject({ answers: ["in time"] });
    expect(outcomes.at(-1)!.settledAt - start).toBeLessThan(200);
    expect(workers.runs.flatMap(({ items }) => items)).not.toContain("too near");
  });

  test("passes while nothing is known of durations yet: 504, and the item is not run", async () => {
    const { clock, workers, send, outcomes } = simulation({ fixedMs: 1000 });
    for (const name of ["runs", "runs next"]) {
      send({ texts: [name], model: name });
      await clock.run(clock.now() + 100);
    }
    send({ texts: ["waits"], timeoutMs: 300 });
    await clock.run();
    expect(outcomes.at(-1)).toMatchObject({
      error: { code: "SERVER_TIMEOUT", details: { timeoutMs: 300 }, status: 504 },
    });
    expect(tookMs(outcomes.at(-1)!)).toBe(300);
    expect(workers.runs.map(({ items }) => items)).toEqual([["runs"], ["runs next"]]);
  });
});
