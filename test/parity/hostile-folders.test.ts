import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { applyChatTemplate, loadTokenizer } from "@modelwright/data";
import { RandomSource, tensorFrom } from "@modelwright/engine";
import { mutateBytes } from "@modelwright/engine/testing";
import {
  type NamedModel,
  peftAdapter,
  readPeftAdapter,
  readSafetensors,
  resolvePretrained,
  resolvePretrainedDecoder,
  writeSafetensors,
} from "@modelwright/models";
import { expect, test } from "vitest";
import { describeOutcome, readHostile } from "./hostile-readings.ts";

const fixtures = fileURLToPath(new URL("fixtures/", import.meta.url));
/** Damaged copies of each file over all folders that have it, where it is set: 10000 take an hour. */
const COUNT = process.env["HOSTILE_COUNT"];

/** A folder that is damaged, one file after the other, and read. */
interface Subject {
  /** Under fixtures. */
  readonly folders: readonly string[];
  /** Makes more files of those that are there. */
  readonly prepare?: (folder: string) => Promise<unknown>;
  readonly read: (folder: string) => Promise<unknown>;
  /** Damaged copies of each file over all folders; where it is JSON, half of them in its values, otherwise in its bytes. */
  readonly files: Readonly<Record<string, number>>;
}

const [SHARDS, INDEX] = [
  ["model-1-of-2.safetensors", "model-2-of-2.safetensors"],
  "model.safetensors.index.json",
] as const;

const SUBJECTS: Readonly<Record<string, Subject>> = {
  encoder: {
    folders: ["encoders/bert", "encoders/modernbert", "encoders/xlm-roberta"],
    read: readEncoder,
    files: {
      "config.json": 150,
      "model.safetensors": 120,
      "tokenizer.json": 150,
      "modules.json": 40,
      "1_Pooling/config.json": 20,
      "tokenizer_config.json": 20,
    },
  },
  "encoder in shards": {
    folders: ["encoders/distilbert"],
    prepare: intoShards,
    read: readEncoder,
    files: { [INDEX]: 60, [SHARDS[0]]: 40 },
  },
  decoder: {
    folders: ["decoders/qwen2", "decoders/llama"],
    read: readDecoder,
    files: {
      "config.json": 80,
      "model.safetensors": 60,
      "tokenizer.json": 60,
      "tokenizer_config.json": 60,
      "chat_template.jinja": 100,
      "generation_config.json": 60,
    },
  },
  adapter: {
    folders: ["encoders/bert"],
    prepare: withAdapter,
    read: readAdapter,
    files: { "adapter_config.json": 150, "adapter_model.safetensors": 100 },
  },
};

async function readEncoder(folder: string): Promise<void> {
  const { tokenizerJson } = await (await resolvePretrained(folder, { baseDir: "/" })).load();
  loadTokenizer(tokenizerJson).read(TEXT, 16);
}

async function readDecoder(folder: string): Promise<void> {
  const { tokenizerJson, tokenizerConfig } = await (await resolvePretrainedDecoder(folder, { baseDir: "/" })).load();
  const text = applyChatTemplate(tokenizerConfig, [{ role: "user", content: TEXT }], { addGenerationPrompt: true });
  loadTokenizer(tokenizerJson).encode(text, 64);
}

/** Writes the weights of a folder into two files and an index. */
async function intoShards(folder: string): Promise<void> {
  const whole = join(folder, "model.safetensors");
  const tensors = [...readSafetensors(await readFile(whole), whole).tensors];
  const middle = tensors.length >> 1;
  const halves = [tensors.slice(0, middle), tensors.slice(middle)];
  for (const [i, half] of halves.entries())
    await writeFile(join(folder, SHARDS[i]!), Buffer.concat(writeSafetensors(new Map(half))));
  const shardOf = halves.flatMap((half, i) => half.map(([name]) => [name, SHARDS[i]]));
  await writeFile(join(folder, INDEX), JSON.stringify({ weight_map: Object.fromEntries(shardOf) }));
  await rm(whole);
}

const LAYER = "encoder.layer0.attention.query";
const MODEL: NamedModel = { modelType: "bert", layers: new Map([[LAYER, "linear"]]) };

/** Writes an adapter of one layer, as PEFT does. */
async function withAdapter(folder: string): Promise<void> {
  const trained = new Map(
    [
      { name: `${LAYER}.lora_A`, shape: [16, 2] },
      { name: `${LAYER}.lora_B`, shape: [2, 16] },
    ].map(({ name, shape }) => {
      const tensor = tensorFrom("float32", shape, new Array(32).fill(0.5));
      return [name, { name, tensor, decay: true }] as const;
    }),
  );
  const { config, tensors } = peftAdapter(trained, { settings: { rank: 2, alpha: 4 }, model: MODEL, base: "bert" });
  await writeFile(join(folder, "adapter_config.json"), JSON.stringify(config));
  await writeFile(join(folder, "adapter_model.safetensors"), Buffer.concat(writeSafetensors(tensors)));
}

async function readAdapter(folder: string): Promise<void> {
  const config = parsed(await readFile(join(folder, "adapter_config.json"), "utf8"));
  const { tensors } = readSafetensors(await readFile(join(folder, "adapter_model.safetensors")), "adapter");
  readPeftAdapter({ config, tensors }, { model: MODEL, file: "adapter" });
}

/** Whoever reads an adapter refuses what is no object. */
function parsed(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** What stands where another value stood. */
const STRANGERS: readonly unknown[] = [
  ...[null, "", "x".repeat(5000), -1, 0, 0.5, 1, 2 ** 31, 1e300, true, [], {}, [[]], [null], { type: "Sequence" }],
  ...["../../etc/passwd", "[CLS]", "__proto__", ["a", 1]],
];
const TEXT = "I lost my card — naïve 支付 😀 [SEP] </s>";

const CASES = Object.entries(SUBJECTS).flatMap(([kind, { folders, files }]) =>
  folders.flatMap((name) =>
    Object.entries(files).map(([file, count]) => ({
      kind,
      name,
      file,
      count: Math.ceil(Number(COUNT ?? count) / folders.length),
    })),
  ),
);

test.each(CASES)("damaged copies of $file of the $kind $name are read or refused with a code", async (one) => {
  const { prepare, read } = SUBJECTS[one.kind]!;
  const folder = await mkdtemp(join(tmpdir(), "hostile-folder-"));
  try {
    await cp(join(fixtures, one.name), folder, { recursive: true });
    await prepare?.(folder);
    await read(folder);
    const file = join(folder, one.file);
    // A copy of a Uint8Array is one; that of a Buffer is a view.
    const original = Uint8Array.from(await readFile(file));
    const outcome = await readHostile({
      count: one.count,
      size: original.length,
      read: async (seed) => {
        const isJson = file.endsWith(".json") && seed % 2 === 0;
        await writeFile(file, isJson ? mutateJson(original, seed) : mutateBytes(original, seed));
        await read(folder);
        return undefined;
      },
    });
    if (COUNT !== undefined) console.log(describeOutcome(`${one.name}/${one.file}`, one.count, outcome));
    expect(outcome.faults).toEqual([]);
    expect(outcome.refused).toBeGreaterThan(0);
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** A JSON file of which one to three values are others. */
function mutateJson(bytes: Uint8Array, seed: number): string {
  const random = RandomSource.fromSeed(seed);
  const below = (count: number) => Math.floor(random.uniform() * count);
  const root = JSON.parse(new TextDecoder().decode(bytes));
  for (let count = 1 + below(3); count > 0; count--) {
    let place = root;
    // Few steps down: most of a file are the entries of a vocabulary.
    for (;;) {
      const keys = Object.keys(place);
      const key = keys[below(keys.length)];
      if (key === undefined) break;
      const inner = place[key];
      if (typeof inner === "object" && inner !== null && random.uniform() < 0.7) {
        place = inner;
        continue;
      }
      if (random.uniform() < 0.2 && !Array.isArray(place)) delete place[key];
      else place[key] = structuredClone(STRANGERS[below(STRANGERS.length)]);
      break;
    }
  }
  return JSON.stringify(root);
}
