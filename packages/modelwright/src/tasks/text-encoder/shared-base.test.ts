import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ModelManifest } from "@modelwright/contracts";
import type { Tensor } from "@modelwright/engine";
import { type BaseMember, loadVersion, SharedBase, sharingKey } from "@modelwright/inference";
import type { Parameters } from "@modelwright/models";
import { peftCases } from "@modelwright/models/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drawnAdapted, linear, queries, stageAdapted } from "../testing/adapted-versions.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-shared-base-"));
});
afterAll(() => rm(folder, { recursive: true }));

const TEXTS = ["w3 w4 w5", "w6", "", "w7 w8 w9 w10 w11 w12 w13 w14 w15 w16 w17 w18 w19 w20 w21 w22", "w3 w30 w9 w2"];

/** Items of all members, mixed; and what each answers alone, by its whole graph. */
async function compare(members: readonly BaseMember[], base: SharedBase) {
  const items = TEXTS.flatMap((item) => members.map(({ key }) => ({ member: key, item })));
  const together = await (await base.prepare(items)).run();
  const alone = new Map<string, readonly unknown[]>();
  for (const { key, directory, manifest } of members) {
    const model = await loadVersion(directory, { manifest, threads: 1 });
    alone.set(key, await (await model.prepare(TEXTS as never)).run());
    model.release();
  }
  const numbers = (raw: unknown) => (typeof raw === "number" ? [raw] : Array.from(raw as Float64Array));
  return items.map(({ member, item }, i) => ({
    member,
    item,
    together: numbers(together[i]),
    alone: numbers(alone.get(member)![TEXTS.indexOf(item)]),
  }));
}

describe("versions on one base", () => {
  test("answer together as each does alone, whatever their ranks, layers, heads and tasks", async () => {
    const members = [
      await stageAdapted(
        folder,
        "first",
        drawnAdapted(1, { settings: { rank: 2, alpha: 4 }, targets: linear, outputs: 3 }),
      ),
      await stageAdapted(
        folder,
        "narrow",
        drawnAdapted(2, { settings: { rank: 1, alpha: 1 }, targets: queries, outputs: 5, scale: 0.5 }),
      ),
      await stageAdapted(
        folder,
        "wide",
        drawnAdapted(3, { settings: { rank: 5, alpha: 8, rsLora: true }, targets: linear, outputs: 2 }),
      ),
      await stageAdapted(
        folder,
        "number",
        drawnAdapted(4, { settings: { rank: 3, alpha: 3 }, targets: linear, outputs: 1, task: "text-regression" }),
      ),
    ];
    expect(new Set(members.map(({ manifest }) => sharingKey(manifest))).size).toBe(1);
    const { base, apart } = await SharedBase.load(members, { threads: 1, maxBatch: 4 });
    expect(apart).toEqual([]);
    expect(base!.members).toEqual(members.map(({ key }) => key));
    const answers = await compare(members, base!);
    for (const { member, item, together, alone } of answers) {
      expect(together.length, member).toBe(alone.length);
      for (const [i, value] of together.entries())
        expect(Math.abs(value - alone[i]!), `${member}: "${item}"`).toBeLessThan(2e-5);
    }
    expect(new Set(answers.map(({ alone }) => JSON.stringify(alone))).size).toBe(answers.length);
    expect((await base!.warmUp()).longestItemMs).toBeGreaterThan(0);
    base!.release();
  });

  test("give what PEFT gives", async () => {
    const cases = peftCases().filter(({ name }) => name === "lora" || name === "rslora");
    expect(cases).toHaveLength(2);
    const members: BaseMember[] = [];
    for (const { name, model, parameters, adapters } of cases) {
      members.push(
        await stageAdapted(folder, `peft-${name}`, {
          model,
          parameters: asParameters(parameters),
          adapters,
          outputs: 3,
        }),
      );
    }
    const { base, apart } = await SharedBase.load(members, { threads: 1 });
    expect(apart).toEqual([]);
    const { input_ids, attention_mask } = cases[0]!.feeds;
    const [rows, length] = input_ids.shape as [number, number];
    const texts = Array.from({ length: rows }, (_, row) =>
      Array.from({ length }, (_, at) => row * length + at)
        .filter((at) => attention_mask.data[at] === 1n)
        .map((at) => `w${input_ids.data[at]}`)
        .join(" "),
    );
    const items = members.flatMap(({ key }) => texts.map((item) => ({ member: key, item })));
    const answers = (await (await base!.prepare(items)).run()) as Float64Array[];
    const expected = cases.flatMap(({ logits }) =>
      texts.map((_, row) => {
        const exponentials = logits.slice(row * 3, row * 3 + 3).map(Math.exp);
        return exponentials.map((value) => value / exponentials.reduce((sum, each) => sum + each, 0));
      }),
    );
    for (const [i, probabilities] of answers.entries())
      for (const [label, value] of probabilities.entries()) expect(value).toBeCloseTo(expected[i]![label]!, 5);
    base!.release();
  });

  test("refuse a member whose weights are not the base's with its adapter, and say why", async () => {
    const settings = { rank: 2, alpha: 4 };
    const plain = { settings, targets: linear, outputs: 3 };
    const whole = drawnAdapted(5, plain);
    const name = "encoder.layer1.attention_norm.weight";
    const norm = whole.parameters.get(name)!;
    const touched = new Map(whole.parameters).set(name, {
      ...norm,
      tensor: { ...norm.tensor, data: norm.tensor.data.map((value) => value + 0.01) },
    });
    const embedded = (layer: string, kind: string) => kind === "embedding" || linear(layer, "linear");
    const odd = await stageAdapted(folder, "odd", { ...whole, parameters: touched });
    const members = [
      odd,
      await stageAdapted(folder, "sound", drawnAdapted(6, plain)),
      await stageAdapted(folder, "also-sound", drawnAdapted(7, plain)),
      await stageAdapted(folder, "other-base", drawnAdapted(8, { ...plain, baseSeed: 1 })),
      await stageAdapted(folder, "dora", drawnAdapted(9, { ...plain, settings: { ...settings, dora: true } })),
      await stageAdapted(folder, "embedded", drawnAdapted(10, { ...plain, targets: embedded })),
      await olderThanSharing(await stageAdapted(folder, "old", drawnAdapted(11, plain))),
    ];
    const { base, apart } = await SharedBase.load(members, { threads: 1 });
    expect(base!.members).toEqual(["sound:1", "also-sound:1"]);
    base!.release();
    expect(Object.fromEntries(apart.map(({ key, reason }) => [key, reason]))).toEqual({
      "odd:1": `"${name}" was trained too, without an adapter`,
      "other-base:1": expect.stringMatching(/^"encoder\.[^"]*" (was trained too|is not that of the base)/),
      "dora:1": "DoRA scales the weights of the base, so that they cannot be shared",
      "embedded:1": expect.stringContaining("which is no product with rows of a text"),
      "old:1": "it was trained before versions had onnx/adapter.onnx",
    });
    expect((await SharedBase.load([members[1]!, members[4]!], { threads: 1 })).base).toBeUndefined();
  });

  test("hold their files to the digests of their manifests", async () => {
    const plain = { settings: { rank: 2, alpha: 4 }, targets: linear, outputs: 3 };
    const members = [
      await stageAdapted(folder, "kept", drawnAdapted(12, plain)),
      await stageAdapted(folder, "changed", drawnAdapted(13, plain)),
    ];
    const file = join(members[1]!.directory, "onnx", "adapter.onnx");
    await writeFile(file, Buffer.concat([await readFile(file), Buffer.from([0])]));
    await expect(SharedBase.load(members, { threads: 1 })).rejects.toMatchObject({ code: "SERVER_VERSION_UNREADABLE" });
  });
});

async function olderThanSharing(member: BaseMember): Promise<BaseMember> {
  const files = member.manifest.files.filter(({ path }) => path !== "onnx/adapter.onnx");
  return { ...member, manifest: { ...member.manifest, files } as ModelManifest };
}

function asParameters(tensors: ReadonlyMap<string, Tensor>): Parameters {
  return new Map(
    Array.from(tensors, ([name, tensor]) => [name, { name, tensor: tensor as Tensor<"float32">, decay: true }]),
  );
}
