import type { KeyRing, StoredKey } from "@modelwright/registry";
import fc from "fast-check";
import fastify from "fastify";
import { describe, expect, test } from "vitest";
import { Buckets } from "./buckets.ts";
import { guardRoutes } from "./guard-routes.ts";
import { keyOf } from "./key-holder.ts";
import { KnownKeys } from "./known-keys.ts";
import { TokenBucket } from "./token-bucket.ts";

const KEY: StoredKey = { id: "0".repeat(12), name: "shop", roles: ["admin"], createdAt: "", sha256: "ab".repeat(32) };
const RING: KeyRing = { isEmpty: false, keys: new Map([[KEY.id, KEY]]) };

describe("a bucket", () => {
  test("never lets more through than a minute's worth at once and its rate after that", () => {
    const steps = fc.array(fc.record({ wait: fc.nat(20_000), cost: fc.integer({ min: 1, max: 50 }) }));
    fc.assert(
      fc.property(fc.integer({ min: 50, max: 600 }), steps, (perMinute, asked) => {
        const bucket = new TokenBucket(perMinute, 0);
        let [now, taken] = [0, 0];
        for (const { wait, cost } of asked) {
          now += wait;
          const waitMs = bucket.take(cost, now);
          if (waitMs === 0) taken += cost;
          expect(taken).toBeLessThanOrEqual(perMinute + (now * perMinute) / 60_000 + 1e-6);
        }
      }),
    );
  });

  test("what it says to wait is enough, and no more than it takes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 1000 }), fc.integer({ min: 1, max: 1000 }), (perMinute, wanted) => {
        const cost = Math.min(wanted, perMinute);
        const bucket = new TokenBucket(perMinute, 0);
        bucket.take(perMinute, 0);
        const waitMs = bucket.take(cost, 0);
        expect(bucket.take(cost, waitMs * 0.99)).toBeGreaterThan(0);
        expect(bucket.take(cost, waitMs * 1.000001)).toBe(0);
      }),
    );
  });

  test("of many the one that was asked for longest ago is forgotten", () => {
    const buckets = new Buckets({ limit: 2, now: () => 0 });
    const take = (name: string) => buckets.take(name, { cost: 1, perMinute: 1 });
    expect([take("a"), take("b"), take("a"), take("c"), take("a"), take("b")]).toEqual([0, 0, 60, 0, 60, 0]);
  });
});

describe("known keys", () => {
  function setUp() {
    const state = { now: 0, reads: 0, fails: false, told: [] as unknown[], ring: RING };
    const known = new KnownKeys({
      now: () => state.now,
      onAway: (error) => state.told.push(error === undefined ? "back" : "away"),
      read: async () => {
        state.reads += 1;
        if (state.fails) throw new Error("gone");
        return state.ring;
      },
    });
    return { state, known };
  }

  test("are read again when they are old, and never older than a second", async () => {
    const { state, known } = setUp();
    await known.current();
    await known.current();
    expect(state.reads).toBe(1);
    state.ring = { isEmpty: false, keys: new Map() };
    state.now = 1001;
    expect((await known.current()).keys.size).toBe(0);
    expect(state.reads).toBe(2);
  });

  test("hold for ten minutes while the registry is away, which is told once", async () => {
    const { state, known } = setUp();
    await known.current();
    state.fails = true;
    for (state.now = 1001; state.now < 600_000; state.now += 20_000) expect(await known.current()).toBe(RING);
    state.now = 600_001;
    await expect(known.current()).rejects.toMatchObject({ code: "ACCESS_KEYS_UNKNOWN" });
    state.fails = false;
    state.now += 1001;
    await known.current().catch(() => {});
    expect(await known.current()).toBe(RING);
    expect(state.told).toEqual(["away", "back"]);
  });

  test("are unknown when they could never be read, and that there is none holds for ever", async () => {
    const { state, known } = setUp();
    state.fails = true;
    await expect(known.current()).rejects.toMatchObject({ code: "ACCESS_KEYS_UNKNOWN" });
    const open = setUp();
    open.state.ring = { isEmpty: true, keys: new Map() };
    await open.known.current();
    open.state.fails = true;
    open.state.now = 1e9;
    expect((await open.known.current()).isEmpty).toBe(true);
  });
});

test("no header gets a key, whatever stands in it", () => {
  const parts = fc.constantFrom(
    "Bearer",
    "bearer",
    "Basic",
    " ",
    "\t",
    "mw_",
    KEY.id,
    "_",
    KEY.sha256,
    "a".repeat(43),
    ",",
  );
  const header = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(parts).map((found) => found.join("")),
  );
  fc.assert(
    fc.property(header, fc.constantFrom("authorization", "x-api-key"), (value, name) => {
      expect(() => keyOf({ [name]: value }, RING, new Date())).toThrow(
        expect.objectContaining({ code: "ACCESS_KEY_INVALID" }),
      );
    }),
    { numRuns: 2000 },
  );
});

test("a route that does not say what it needs lets nobody in once there is a key", async () => {
  const { createHash } = await import("node:crypto");
  const token = `mw_${KEY.id}_${"a".repeat(43)}`;
  const sha256 = createHash("sha256").update(token).digest("hex");
  const state = { ring: { isEmpty: true, keys: new Map() } as KeyRing };
  const app = fastify();
  guardRoutes(app, { ring: async () => state.ring, onUse: () => {} });
  app.get("/forgotten", () => "secret");
  const ask = async () => (await app.inject({ url: "/forgotten", headers: { authorization: `Bearer ${token}` } })).body;
  expect(await ask()).toBe("secret");
  state.ring = { isEmpty: false, keys: new Map([[KEY.id, { ...KEY, sha256 }]]) };
  expect(await ask()).toContain("lacks the permission");
});
