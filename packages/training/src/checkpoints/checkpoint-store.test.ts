import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultRuntime } from "@modelwright/engine";
import { readSafetensors, writeSafetensors } from "@modelwright/models";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { lineFeeds, lineProgram } from "../testing/line-program.ts";
import type { FitState } from "../trainer/fit-state.ts";
import { TrainingSession } from "../trainer/training-session.ts";
import { writeFileAtomically } from "./atomic-write.ts";
import { CheckpointStore } from "./checkpoint-store.ts";

const runtime = await defaultRuntime();
const STATE: FitState = {
  updates: 7,
  bestStep: 4,
  bestScore: -0.1 - 0.2,
  evaluationsSinceBest: 1,
  plateau: { factor: 0.5, bestLoss: 1.25, evaluationsSinceBest: 1 },
  finished: false,
  curve: [{ step: 1, loss: 1 / 3, learningRate: 5e-324 }],
  evaluations: [{ step: 4, loss: 0.1, measures: { accuracy: 2 / 3, f1Macro: 0.3 } }],
};

let root: string;
let path: string;
let count = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "modelwright-checkpoint-"));
});
afterAll(() => rm(root, { recursive: true }));

let session: TrainingSession;
let best: Float32Array;
beforeEach(async () => {
  path = join(root, String(count++), "checkpoint.safetensors");
  session = await open();
  for (let i = 0; i < 3; i++) await session.step([lineFeeds([[1, 2, 3]])], { head: 0.1 });
  best = session.arena.weights.map((weight) => weight * 3);
});
afterEach(() => session.release());

async function open(): Promise<TrainingSession> {
  return TrainingSession.create(lineProgram(), { optimizer: { optimizer: "adamw" }, runtime, seed: 1 });
}

/** What a new process would find. */
async function restored(fingerprint = "a") {
  const other = await open();
  const otherBest = new Float32Array(other.arena.weights.length);
  try {
    const state = await new CheckpointStore(path, fingerprint).restore(other, otherBest);
    return { state, weights: other.arena.weights, best: otherBest, slots: other.optimizer.slots };
  } finally {
    other.release();
  }
}

describe("CheckpointStore", () => {
  test("gives back weights, optimiser state, best weights and progress, bit for bit", async () => {
    expect(await new CheckpointStore(path, "a").save(session, best, STATE)).toBe(path);
    const found = await restored();
    expect(found.state).toEqual(STATE);
    expect(found.weights).toEqual(session.arena.weights);
    expect(found.best).toEqual(best);
    expect([...found.slots.keys()]).toEqual([...session.optimizer.slots.keys()]);
    for (const [name, slot] of session.optimizer.slots) {
      expect(slot.data.some((value) => value !== 0)).toBe(true);
      expect(found.slots.get(name)?.data).toEqual(slot.data);
    }
  });

  test("answers nothing where there is no file", async () => {
    expect((await restored()).state).toBeUndefined();
  });

  test("a later checkpoint replaces the former and leaves no other file", async () => {
    const store = new CheckpointStore(path, "a");
    await store.save(session, best, STATE);
    await store.save(session, best, { ...STATE, updates: 8 });
    expect((await restored()).state?.updates).toBe(8);
    expect(await readdir(join(path, ".."))).toEqual(["checkpoint.safetensors"]);
  });

  test("refuses the checkpoint of another recipe or other data", async () => {
    await new CheckpointStore(path, "a").save(session, best, STATE);
    await expect(restored("b")).rejects.toMatchObject({ code: "TRAINING_CHECKPOINT_MISMATCH", details: { path } });
  });

  test("refuses a safetensors file that is no checkpoint", async () => {
    await mkdir(join(path, ".."));
    await writeFileAtomically(path, writeSafetensors(new Map(), {}));
    await expect(restored()).rejects.toMatchObject({ code: "TRAINING_CHECKPOINT_MISMATCH" });
  });

  test("refuses a checkpoint that lacks a parameter", async () => {
    await new CheckpointStore(path, "a").save(session, best, STATE);
    const { tensors, metadata } = readSafetensors(await readFile(path), path);
    await writeFileAtomically(path, writeSafetensors(new Map([...tensors].slice(1)), metadata));
    await expect(restored()).rejects.toMatchObject({ code: /TRAINING_CHECKPOINT_/, details: { path } });
  });

  test("a file cut short anywhere is answered as damaged, naming it", async () => {
    await new CheckpointStore(path, "a").save(session, best, STATE);
    const { length } = await readFile(path);
    const whole = `${path}.whole`;
    await copyFile(path, whole);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: length - 1 }), async (size) => {
        await copyFile(whole, path);
        await truncate(path, size);
        await expect(restored()).rejects.toMatchObject({ code: "TRAINING_CHECKPOINT_DAMAGED", details: { path } });
      }),
      { numRuns: 25 },
    );
  });

  test("a single changed bit anywhere is never taken for the checkpoint", async () => {
    await new CheckpointStore(path, "a").save(session, best, STATE);
    const bytes = await readFile(path);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length * 8 - 1 }), async (bit) => {
        const damaged = Uint8Array.from(bytes);
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        await writeFile(path, damaged);
        await expect(restored()).rejects.toMatchObject({
          code: expect.stringMatching(/^TRAINING_CHECKPOINT_(DAMAGED|MISMATCH|THREADS|PROVIDER)$/),
          details: { path },
        });
      }),
      { numRuns: 60 },
    );
  });

  test("a process killed between writing and renaming leaves the old checkpoint; what it left is removed", async () => {
    await new CheckpointStore(path, "a").save(session, best, STATE);
    const leftover = join(path, "..", ".checkpoint.safetensors.4711.tmp");
    await writeFile(leftover, (await readFile(path)).subarray(0, 100));
    const stranger = join(path, "..", "notes.tmp");
    await writeFile(stranger, "mine");
    expect((await restored()).state).toEqual(STATE);
    expect((await readdir(join(path, ".."))).toSorted()).toEqual(["checkpoint.safetensors", "notes.tmp"]);
  });

  test("a write that fails keeps the old checkpoint and no temporary file", async () => {
    await new CheckpointStore(path, "a").save(session, best, STATE);
    const failing = [new Uint8Array(10), "not bytes but a symbol" as unknown as Uint8Array];
    Object.defineProperty(failing, 1, {
      get: () => {
        throw new Error("the disk is full");
      },
    });
    await expect(writeFileAtomically(path, failing)).rejects.toThrow("the disk is full");
    expect((await restored()).state).toEqual(STATE);
    expect(await readdir(join(path, ".."))).toEqual(["checkpoint.safetensors"]);
  });
});
