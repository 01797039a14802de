import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as settled } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Loading, Unit } from "../inference/messages.ts";
import { openTinyRegistry, type TinyRegistry } from "../testing/tiny-registry.ts";
import { Rehearsals } from "./rehearsal.ts";

const loading: Loading = { threads: 1, executionProvider: "cpu", maxBatch: 8, shareBases: false };

let tiny: TinyRegistry;
let unit: Unit;
let directory: string;
beforeAll(async () => {
  tiny = await openTinyRegistry();
  const [model] = await tiny.registry.listModels();
  const record = await tiny.registry.resolve(model!.name);
  const { manifest } = record;
  const folder = {
    key: `${record.name}:${record.version}`,
    directory: await tiny.registry.materialise(record),
    manifest,
  };
  unit = { id: "unit", models: [folder] };
  directory = await mkdtemp(join(tmpdir(), "rehearsal-"));
});
afterAll(async () => {
  await tiny.remove();
  await rm(directory, { recursive: true });
});

/** A program that does this with what it is asked for. */
async function program(body: string): Promise<URL> {
  const path = join(directory, `${Math.random()}.mjs`);
  await writeFile(path, body);
  return pathToFileURL(path);
}

test.each([false, true])("a version that can be served passes, prepared: %s", async (isPrepared) => {
  const rehearsals = new Rehearsals(loading);
  try {
    if (isPrepared) rehearsals.prepare();
    await rehearsals.rehearse(unit);
    await rehearsals.rehearse(unit);
  } finally {
    rehearsals.close();
  }
});

test("what is wrong with a version is told, and the next is tried anew", async () => {
  const rehearsals = new Rehearsals(loading);
  const [folder] = unit.models;
  const damaged = { ...unit, models: [{ ...folder!, directory: join(directory, "nowhere") }] };
  try {
    rehearsals.prepare();
    await expect(rehearsals.rehearse(damaged)).rejects.toMatchObject({ model: folder!.key, cause: expect.any(Error) });
    await rehearsals.rehearse(unit);
  } finally {
    rehearsals.close();
  }
});

test.each([
  ["process.once('message', () => process.exit(7))", "it ended with code 7"],
  ["process.once('message', () => process.kill(process.pid, 'SIGSEGV'))", "it ended by SIGSEGV"],
  ["process.once('message', () => process.abort())", "it ended by SIGABRT"],
])("a version that ends its process is refused: %s", async (body, problem) => {
  const rehearsals = new Rehearsals(loading, { entry: await program(body) });
  try {
    await expect(rehearsals.rehearse(unit)).rejects.toMatchObject({
      model: unit.models[0]!.key,
      cause: { code: "SERVER_REHEARSAL_FAILED", details: { problem } },
    });
  } finally {
    rehearsals.close();
  }
});

test("a prepared process that has ended meanwhile is replaced", async () => {
  const rehearsals = new Rehearsals(loading, { entry: await program("process.exit(1)") });
  rehearsals.prepare();
  await expect(rehearsals.rehearse(unit)).rejects.toMatchObject({ cause: { code: "SERVER_REHEARSAL_FAILED" } });
  rehearsals.close();
});

describe("a trial that nobody waits for", () => {
  test("passes, or says what is wrong", async () => {
    const entry = await program(
      "process.once('message', ({ unit }) => process.send(unit.id === 'sound' ? {} : { model: 'letters:1', error: { message: 'damaged' } }))",
    );
    const rehearsals = new Rehearsals(loading, { entry });
    try {
      expect(await rehearsals.tryEarly({ ...unit, id: "sound" })).toBe(true);
      const failure = expect(rehearsals.tryEarly(unit)).rejects;
      await failure.toMatchObject({ model: "letters:1", cause: { message: "damaged" } });
    } finally {
      rehearsals.close();
    }
  });

  test("gives way to one that is wanted now, and the next waits for that", async () => {
    // Answers the unit "now" alone.
    const entry = await program(
      "process.once('message', ({ unit }) => unit.id === 'now' && setTimeout(() => process.send({}, () => process.exit(0)), 50))",
    );
    const rehearsals = new Rehearsals(loading, { entry });
    const order: string[] = [];
    try {
      const early = rehearsals.tryEarly(unit).then((passed) => order.push(`early ${passed}`));
      await settled();
      const urgent = rehearsals.rehearse({ ...unit, id: "now" }).then(() => order.push("urgent"));
      const next = rehearsals.tryEarly({ ...unit, id: "now" }).then((passed) => order.push(`next ${passed}`));
      await Promise.all([early, urgent, next]);
      expect(order).toEqual(["early false", "urgent", "next true"]);
    } finally {
      rehearsals.close();
    }
  });

  test.skipIf(process.platform !== "linux")("has the priority of what others have no use for", async () => {
    const entry = await program(
      "import { getPriority } from 'node:os'; process.once('message', ({ unit }) => process.send({ model: 'x', error: { message: String(getPriority()) } }))",
    );
    const rehearsals = new Rehearsals(loading, { entry });
    try {
      await expect(rehearsals.tryEarly(unit)).rejects.toMatchObject({ cause: { message: "10" } });
      await expect(rehearsals.rehearse(unit)).rejects.toMatchObject({ cause: { message: "0" } });
    } finally {
      rehearsals.close();
    }
  });

  test("ends with the server", async () => {
    const rehearsals = new Rehearsals(loading, { entry: await program("process.once('message', () => {})") });
    const early = rehearsals.tryEarly(unit);
    await settled();
    rehearsals.close();
    expect(await early).toBe(false);
    expect(await rehearsals.tryEarly(unit)).toBe(false);
  });
});
