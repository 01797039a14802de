import { RandomSource } from "@modelwright/engine";
import type { TrafficPolicy } from "@modelwright/registry";
import { describe, expect, test } from "vitest";
import { type Decision, decide } from "./decide.ts";
import type { MeasureName } from "./measures.ts";
import { type Counts, sampleEvidence, samplePolicy } from "./testing/traffic-samples.ts";

const MEANWHILE = { champion: 1, now: "2026-11-02T00:00:00.000Z" };
const LATE = { ...MEANWHILE, now: "2026-11-15T00:00:00.000Z" };

describe("streams through the controller, looked at all the time", () => {
  interface Streams {
    readonly policy: TrafficPolicy;
    readonly streams: number;
    readonly looks: number;
    /** Of 32 requests which bits are failures, slow, right. */
    readonly draw: (
      random: RandomSource,
    ) => Readonly<Record<"failures" | "slow" | "quality", readonly [number, number]>>;
  }

  /** How streams end: after each look of 96 requests that are divided by chance, the controller decides. */
  function endings({ policy, streams, looks, draw }: Streams): Record<Decision["verdict"], number> {
    const ends = { hold: 0, step: 0, promoted: 0, "rolled-back": 0, stopped: 0, inconclusive: 0 };
    const random = RandomSource.fromSeed(94);
    for (let stream = 0; stream < streams; stream++) {
      let verdict: Decision["verdict"] = "hold";
      const counts = { failures: [0, 0, 0, 0], slow: [0, 0, 0, 0], quality: [0, 0, 0, 0] };
      let [champion, challenger] = [0, 0];
      for (let look = 0; look < looks && verdict === "hold"; look++) {
        for (let word = 0; word < 3; word++) {
          const arm = random.uint32();
          const each = ones(arm);
          challenger += each;
          champion += 32 - each;
          for (const [name, [one, other]] of Object.entries(draw(random))) {
            const found = counts[name as keyof typeof counts];
            found[0]! += ones(one & ~arm);
            found[2]! += ones(other & arm);
          }
        }
        for (const found of Object.values(counts)) [found[1], found[3]] = [champion, challenger];
        verdict = decide(policy, sampleEvidence(counts as never as Record<MeasureName, Counts>), MEANWHILE).verdict;
      }
      ends[verdict]++;
    }
    return ends;
  }

  const alpha = 0.05;
  const most = (streams: number) => streams * alpha + 3 * Math.sqrt(streams * alpha * (1 - alpha));
  const half = (random: RandomSource) => random.uint32();
  const [eighth, mostly] = [
    (random: RandomSource) => half(random) & half(random) & half(random),
    (random: RandomSource) => half(random) | half(random),
  ];
  const same = (bits: number) => [bits, bits] as const;

  test("10,000 of equal arms: promotions and roll-backs together are no more than alpha", () => {
    const [streams, rules] = [
      10_000,
      { goal: "better", leastRequests: 150, errorMargin: 0.2, qualityMargin: 0 } as const,
    ];
    const ends = endings({
      policy: samplePolicy({ rules }),
      streams,
      looks: 20,
      draw: (random) => ({
        failures: same(eighth(random)),
        slow: same(eighth(random)),
        quality: same(mostly(random)),
      }),
    });
    expect(ends.promoted + ends["rolled-back"]).toBeLessThanOrEqual(most(streams));
    // A margin of zero leaves them to chance alone: none at all would mean that nothing is looked at.
    expect(ends["rolled-back"]).toBeGreaterThan(0);
  });

  test("1,000 of a challenger worse by the margin: it is promoted as no worse no more often than alpha", () => {
    const streams = 1000;
    const ends = endings({
      policy: samplePolicy({ kind: "canary", ramp: [50, 100], rules: { qualityMargin: 0.125, leastRequests: 150 } }),
      streams,
      looks: 66,
      draw: (random) => {
        const right = mostly(random);
        // Right in 3/4 and in 3/4 × 5/6 = 5/8 of requests.
        const less = right & (half(random) | (half(random) & (half(random) | (half(random) & half(random)))));
        return { failures: same(0), slow: same(0), quality: [right, less] };
      },
    });
    expect(ends.promoted).toBeLessThanOrEqual(most(streams));
    expect(ends["rolled-back"]).toBeGreaterThan(0);
  });

  test("1,000 of a challenger that is as good are promoted as no worse, and hardly any is rolled back", () => {
    const streams = 1000;
    const ends = endings({
      policy: samplePolicy({ kind: "canary", ramp: [50, 100], rules: { qualityMargin: 0.1, leastRequests: 150 } }),
      streams,
      looks: 40,
      draw: (random) => ({ failures: same(0), slow: same(0), quality: same(mostly(random)) }),
    });
    expect(ends.promoted).toBeGreaterThan(0.9 * streams);
    expect(ends["rolled-back"]).toBeLessThan(10);
  });
});

describe("a decision", () => {
  const canary = (percent: number, rules = {}) =>
    samplePolicy({ kind: "canary", percent, ramp: [1, 10, 50, 100], rules });
  const well = { failures: [2, 9000, 2, 9000], slow: [90, 9000, 90, 9000] } as const;
  const known = { ...well, quality: [7200, 9000, 7200, 9000] } as const;

  test.each<[string, TrafficPolicy, Parameters<typeof sampleEvidence>[0], Partial<Decision>, RegExp]>([
    ["waits for the least requests", canary(1), { failures: [0, 499, 0, 600] }, { verdict: "hold" }, /499 of the 500/],
    [
      "goes a step while nothing is against it",
      canary(1),
      { failures: [9, 900, 9, 900] },
      { verdict: "step", percent: 10 },
      /nothing is shown against it at 1 %/,
    ],
    [
      "goes on to the last step before 100",
      canary(10),
      { failures: [9, 900, 9, 900] },
      { verdict: "step", percent: 50 },
      /10 %/,
    ],
    [
      "rolls back what fails more often",
      canary(1),
      { failures: [2, 900, 90, 900] },
      { verdict: "rolled-back" },
      /failed 10.0 %, the champion 0.2 %: \+\d/,
    ],
    [
      "rolls back what is slow",
      canary(1),
      { ...well, slow: [200, 9000, 1800, 9000] },
      { verdict: "rolled-back" },
      /slower than 42 ms 20.0 %/,
    ],
    [
      "rolls back what is right less often",
      canary(1),
      { ...well, quality: [7200, 9000, 6300, 9000] },
      { verdict: "rolled-back" },
      /right answers 70.0 %, the champion 80.0 %/,
    ],
    [
      "rolls back what is complained of",
      canary(1),
      { ...well, complaints: [90, 9000, 900, 9000] },
      { verdict: "rolled-back" },
      /complained of 10.0 %/,
    ],
    [
      "rolls back by probabilities where nothing else is known",
      canary(1),
      { ...well, estimated: [7200, 9000, 6300, 9000] },
      { verdict: "rolled-back" },
      /by its own probabilities/,
    ],
    [
      "trusts truths more than probabilities",
      canary(1),
      { ...known, estimated: [7200, 9000, 6300, 9000] },
      { verdict: "step" },
      /./,
    ],
    [
      "rolls back where the split is uneven",
      canary(1),
      { failures: [0, 9000, 0, 8000] },
      { verdict: "rolled-back" },
      /8000 of 17000 .* should be about 8500/,
    ],
    [
      "promotes what is shown to be no worse",
      canary(50, { qualityMargin: 0.05 }),
      known,
      { verdict: "promoted" },
      /no worse: .*right answers/,
    ],
    [
      "does not promote while nothing is known of quality",
      canary(50),
      well,
      { verdict: "hold" },
      /of its quality too little is known/,
    ],
    [
      "promotes without quality where it is not asked for",
      canary(50, { needsQuality: false }),
      well,
      { verdict: "promoted" },
      /failed/,
    ],
    [
      "holds while the interval is wide",
      canary(50),
      { ...well, quality: [160, 200, 160, 200] },
      { verdict: "hold" },
      /right answers 80.0 %/,
    ],
    [
      "does not call as good better",
      samplePolicy({ rules: { goal: "better" } }),
      known,
      { verdict: "hold" },
      /not shown to be better: right answers/,
    ],
    [
      "does not take probabilities for better",
      samplePolicy({ rules: { goal: "better" } }),
      { ...well, estimated: [7200, 9000, 8100, 9000] },
      { verdict: "hold" },
      /feedback decides/,
    ],
    [
      "promotes what is better",
      samplePolicy({ rules: { goal: "better" } }),
      { ...well, quality: [7200, 9000, 7700, 9000] },
      { verdict: "promoted" },
      /better: .*right answers/,
    ],
    [
      "lets a shadow be followed by a canary",
      samplePolicy({ kind: "shadow", percent: 100, rules: { qualityMargin: 0.05 } }),
      { ...known, slow: [0, 0, 0, 0] },
      { verdict: "stopped" },
      /a canary can follow/,
    ],
  ])("%s", (_, policy, counts, expected, reason) => {
    const decision = decide(policy, sampleEvidence(counts), MEANWHILE);
    expect(decision).toMatchObject({ ...expected, reason: expect.stringMatching(reason) });
  });

  test("is inconclusive once its time is over, at whatever step, and promotes what was shown in the last moment", () => {
    for (const percent of [1, 50]) {
      const decision = decide(canary(percent), sampleEvidence({ failures: [0, 200, 0, 200] }), LATE);
      expect(decision).toMatchObject({ verdict: "inconclusive", reason: expect.stringContaining("2026-11-15") });
    }
    expect(decide(canary(1), sampleEvidence({}), LATE).verdict).toBe("inconclusive");
    expect(decide(canary(50, { qualityMargin: 0.05 }), sampleEvidence(known), LATE).verdict).toBe("promoted");
  });

  test("ends what is compared with a version that is champion no more, however good it looks", () => {
    for (const champion of [2, 7, undefined]) {
      const decision = decide(canary(50, { qualityMargin: 0.05 }), sampleEvidence(known), { ...MEANWHILE, champion });
      expect(decision).toMatchObject({ verdict: "stopped", reason: expect.stringContaining("the champion is") });
    }
  });
});

function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
