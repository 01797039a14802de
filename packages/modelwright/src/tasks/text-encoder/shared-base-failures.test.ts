import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ModelManifest } from "@modelwright/contracts";
import { defaultRuntime, encodeModel, GraphBuilder, type Runtime, type Session, tensorFrom } from "@modelwright/engine";
import { type BaseMember, FailedItem, SharedBase } from "@modelwright/inference";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drawnAdapted, linear, stageAdapted } from "../testing/adapted-versions.ts";

const NAMES = ["first", "second", "third"];

let folder: string;
let members: BaseMember[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-shared-base-"));
  members = await Promise.all(NAMES.map((name, i) => member(name, i + 1)));
});
afterAll(() => rm(folder, { recursive: true }));

const settings = { rank: 2, alpha: 4 };
const member = (name: string, seed: number) =>
  stageAdapted(folder, name, drawnAdapted(seed, { settings, targets: linear, outputs: 3 }));

/** A runtime that counts the sessions that are open, and of which some runs fail. */
async function watched(fails: (file: string, feeds: Parameters<Session["run"]>[0]) => boolean = () => false) {
  const runtime = await defaultRuntime();
  const open = new Set<Session>();
  const createSession: Runtime["createSession"] = async (model, options) => {
    const session = await runtime.createSession(model, options);
    open.add(session);
    return Object.assign(Object.create(session) as Session, {
      inputs: session.inputs,
      outputs: session.outputs,
      run: async (...given: Parameters<Session["run"]>) => {
        if (fails(options?.file ?? "", given[0])) throw new Error("out of order");
        return session.run(...given);
      },
      release: () => {
        open.delete(session);
        session.release();
      },
    });
  };
  return { open, runtime: Object.assign(Object.create(runtime) as Runtime, { createSession }) };
}

/** The same version with another adapter file, to whose digest its manifest holds. */
async function withAdapterFile(name: string, bytes: Uint8Array): Promise<BaseMember> {
  const { key, directory, manifest } = await member(name, 9);
  await writeFile(join(directory, "onnx", "adapter.onnx"), bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const files = manifest.files.map((file) =>
    file.path === "onnx/adapter.onnx" ? { ...file, sha256, sizeBytes: bytes.length } : file,
  );
  return { key, directory, manifest: { ...manifest, files } as ModelManifest };
}

/** A file whose one node gives the change of a weight. */
function adapterOf(opType: string, ...shapes: readonly (readonly number[])[]): Uint8Array {
  const b = new GraphBuilder({ name: "adapter" });
  const matrix = (shape: readonly number[], i: number) =>
    b.initializer(`m${i}`, tensorFrom("float32", shape, new Array(shape[0]! * shape[1]!).fill(1)));
  const inputs = shapes.map(matrix).map(({ name }) => name);
  const outputs = ["encoder.layer0.attention.query.weight"];
  b.output(b.addNode({ name: "change", opType, domain: "", inputs, outputs, attributes: {} })[0]!);
  return encodeModel(b.build());
}

describe("an adapter that is damaged", () => {
  test.each([
    ["no graph", () => new TextEncoder().encode("none"), "ENGINE_MODEL_MALFORMED"],
    ["no product", () => adapterOf("Add", [1, 1], [1, 1]), "SERVER_VERSION_UNREADABLE"],
  ])("is refused, and its version named: %s", async (name, bytes, code) => {
    const { runtime, open } = await watched();
    const read: string[] = [];
    const damaged = await withAdapterFile(name, bytes());
    const options = { threads: 1, runtime, onMember: (key: string) => read.push(key) };
    await expect(SharedBase.load([...members, damaged], options)).rejects.toMatchObject({
      code,
      details: { file: join(damaged.directory, "onnx", "adapter.onnx") },
    });
    expect(read.at(-1)).toBe(damaged.key);
    expect(open.size).toBe(0);
  });

  test("is no base for others, even where it is read first", async () => {
    const odd = await withAdapterFile("odd", adapterOf("MatMul", [2, 1], [1, 3]));
    const { base, apart } = await SharedBase.load([odd, ...members], { threads: 1 });
    expect(base!.members).toEqual(members.map(({ key }) => key));
    expect(apart).toEqual([
      { key: odd.key, reason: 'its adapter of "encoder.layer0.attention.query.weight" is not of the shape [16, 16]' },
    ]);
    base!.release();
  });
});

describe("a member that fails", () => {
  const items = ["w3 w4", "w5"].flatMap((item) => [0, 1, 2].map((i) => ({ member: `${NAMES[i]}:1`, item })));
  const failed = (answers: readonly unknown[]) => answers.map((answer) => answer instanceof FailedItem);

  test("leaves the others of its batch their answers, and the next batch its order", async () => {
    let isBroken = false;
    const { runtime, open } = await watched((file) => isBroken && file.includes("second"));
    const { base } = await SharedBase.load(members, { threads: 1, runtime });
    const sound = await (await base!.prepare(items)).run();
    isBroken = true;
    const [answers, others] = await Promise.all([
      base!.prepare(items).then((prepared) => prepared.run()),
      base!.prepare(items.slice(2, 4)).then((prepared) => prepared.run()),
    ]);
    expect(failed(answers!)).toEqual([false, true, false, false, true, false]);
    expect(answers![0]).toEqual(sound[0]);
    expect(answers![5]).toEqual(sound[5]);
    expect(failed(others!)).toEqual([false, false]);
    expect((answers![1] as FailedItem).error).toMatchObject({ message: "out of order" });
    await expect(base!.warmUp()).rejects.toThrow("out of order");
    isBroken = false;
    expect(await (await base!.prepare(items)).run()).toEqual(sound);
    expect(open.size).toBe(1 + members.length);
    base!.release();
    expect(open.size).toBe(0);
  });

  test("fails alone where the base cannot read what it asks for", async () => {
    const { runtime } = await watched(
      (file, { input_ids }) => file === "the shared base" && (input_ids!.data as BigInt64Array).includes(13n) /* w13 */,
    );
    const { base } = await SharedBase.load(members, { threads: 1, runtime });
    const poisoned = items.map((item, i) => (i === 1 ? { ...item, item: "w13" } : item));
    expect(failed(await (await base!.prepare(poisoned)).run())).toEqual([false, true, false, false, true, false]);
    base!.release();
  });
});
