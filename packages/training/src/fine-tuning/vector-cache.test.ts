import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RandomSource, tensorFrom } from "@modelwright/engine";
import { bert, buildModel, drawnParameters, type LoadedPretrained, textInputs } from "@modelwright/models";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { embedTexts, type VectorsEvent } from "./embed-texts.ts";
import { VectorCache } from "./vector-cache.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-vectors-"));
});
afterEach(() => rm(folder, { recursive: true }));

const vector = (value: number) => [tensorFrom("float32", [2, 3], new Array(6).fill(value))];

describe("the cache of vectors", () => {
  test("gives what was kept under a key, and nothing under another", async () => {
    const cache = new VectorCache({ folder: join(folder, "made", "when", "needed") });
    expect(await cache.read("a")).toBeUndefined();
    const kept = [...vector(1), tensorFrom("float32", [0, 3], []), ...vector(2)];
    await cache.write("a", kept);
    expect(await cache.read("a")).toEqual(kept);
    expect(await cache.read("b")).toBeUndefined();
  });

  test.each([
    ["cut short", (bytes: Buffer) => bytes.subarray(0, -5)],
    [
      "changed in one bit",
      (bytes: Buffer) => Buffer.from(bytes.map((byte, i) => (i === bytes.length - 3 ? byte ^ 1 : byte))),
    ],
    ["emptied", () => Buffer.alloc(0)],
  ])("passes over a file that was %s, and writes it anew", async (_, damage) => {
    const cache = new VectorCache({ folder });
    await cache.write("a", vector(1));
    const path = join(folder, "a.safetensors");
    await writeFile(path, damage(await readFile(path)));
    expect(await cache.read("a")).toBeUndefined();
    await cache.write("a", vector(1));
    expect(await cache.read("a")).toEqual(vector(1));
  });

  test("forgets what was not used for longest, and keeps nothing too large", async () => {
    await new VectorCache({ folder }).write("a", vector(1));
    const { size } = await stat(join(folder, "a.safetensors"));
    const cache = new VectorCache({ folder, maxBytes: 2.5 * size });
    const old = (key: string, seconds: number) =>
      utimes(join(folder, `${key}.safetensors`), new Date(), Date.now() / 1000 - seconds);
    await cache.write("b", vector(2));
    await old("a", 20);
    await old("b", 10);
    expect(await cache.read("a")).toEqual(vector(1));
    await cache.write("c", vector(3));
    expect((await readdir(folder)).toSorted()).toEqual(["a.safetensors", "c.safetensors"]);
    await new VectorCache({ folder, maxBytes: size - 1 }).write("d", vector(4));
    expect(await cache.read("d")).toBeUndefined();
  });

  test("takes away what a killed run left, and nothing else", async () => {
    const cache = new VectorCache({ folder });
    for (const name of [".killed.tmp", ".running.tmp", "notes.txt"]) await writeFile(join(folder, name), "half");
    await utimes(join(folder, ".killed.tmp"), new Date(), Date.now() / 1000 - 2 * 3600);
    await cache.write("a", vector(1));
    expect((await readdir(folder)).toSorted()).toEqual([".running.tmp", "a.safetensors", "notes.txt"]);
  });

  test("is shared by runs that write and read the same at once", async () => {
    const runs = Array.from({ length: 8 }, async (_, run) => {
      const cache = new VectorCache({ folder, maxBytes: 2000 });
      for (let i = 0; i < 10; i++) {
        const key = String((run + i) % 4);
        await cache.write(key, vector(Number(key)));
        const read = await cache.read(key);
        // Another run may have needed the room.
        if (read !== undefined) expect(read).toEqual(vector(Number(key)));
      }
    });
    await Promise.all(runs);
    expect((await readdir(folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

describe("texts are embedded", () => {
  const architecture = bert({ vocabularySize: 30, width: 8, layers: 1, heads: 2, innerWidth: 12, positions: 6 });
  const pretrained = (seed: number): LoadedPretrained => {
    const { parameters } = buildModel({
      name: "encoder",
      source: drawnParameters(RandomSource.fromSeed(seed)),
      build: { trainable: () => false },
      body: (c) => {
        const { inputIds, attentionMask } = textInputs(c);
        const embedding = architecture.apply(c, { inputIds, attentionMask }).pooled();
        return { inputs: [inputIds, attentionMask], outputs: { embedding } };
      },
    });
    return { encoder: architecture, parameters, tokenizerJson: {} };
  };
  const encoded = [[1, 2, 3], [4], [5, 6]].map((ids) => Int32Array.from(ids));
  const split = { encoded, reading: { maxLength: 6, truncation: "end" } } as const;

  async function embedded(
    changed: { readonly seed?: number; readonly texts?: typeof encoded; readonly threads?: number } = {},
  ) {
    const events: VectorsEvent[] = [];
    const read: number[] = [];
    const { vectors } = await embedTexts(
      pretrained(changed.seed ?? 1),
      [{ ...split, encoded: changed.texts ?? encoded }, split],
      {
        threads: changed.threads ?? 1,
        vectorCache: new VectorCache({ folder }),
        onVectors: (event) => events.push(event),
        onEmbed: (done) => read.push(done),
      },
    );
    return { vectors, events, isRead: read.length > 0 };
  }

  test("once: later runs have the same bits from the cache, without the encoder", async () => {
    const first = await embedded();
    const again = await embedded();
    expect(first.events).toEqual([{ texts: 6, from: "encoder" }]);
    expect(again.events).toEqual([{ texts: 6, from: "cache" }]);
    expect([first.isRead, again.isRead]).toEqual([true, false]);
    expect(again.vectors).toEqual(first.vectors);
  });

  test.each([
    ["weights", { seed: 2 }],
    ["texts", { texts: encoded.toReversed() }],
    ["threads, which round sums differently", { threads: 2 }],
  ])("anew for other %s", async (_, changed) => {
    await embedded();
    expect((await embedded(changed)).isRead).toBe(true);
  });

  test("all the same where they cannot be kept, and that is told", async () => {
    await rm(folder, { recursive: true });
    await writeFile(folder, "no folder");
    const { vectors, events } = await embedded();
    expect(vectors.map(({ shape }) => shape)).toEqual([
      [3, 8],
      [3, 8],
    ]);
    expect(events).toEqual([{ texts: 6, from: "encoder", problem: expect.stringMatching(/EEXIST|ENOTDIR/) }]);
    await rm(folder);
    await mkdir(folder);
  });
});
