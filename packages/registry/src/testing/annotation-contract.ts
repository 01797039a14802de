import { expect, test } from "vitest";
import type { Annotated } from "../annotations/annotation-store.ts";
import type { ContractFixture } from "./contract-fixture.ts";
import { registerSample, sampleRun } from "./fixtures.ts";

/** What people say of runs, models and versions. */
export function annotationContract(current: () => ContractFixture): void {
  const store = () => current().registry.stores.annotations;

  async function version(): Promise<{ readonly run: string; readonly number: number }> {
    const { id: run } = await current().registry.createRun(sampleRun());
    return { run, number: (await registerSample(current().registry, { name: "tickets", runId: run })).version };
  }

  test("run, model and version have tags of their own, whatever they are called", async () => {
    const { registry } = current();
    const { id } = await registry.createRun(sampleRun());
    // A model may be named like a run.
    const { version } = await registerSample(registry, { name: id, runId: id });
    const subjects: readonly Annotated[] = [{ run: id }, { model: id }, { model: id, version }];
    for (const [i, about] of subjects.entries()) await store().tag(about, { 团队: `客服 ${i}`, reviewed: "" });
    expect(await store().tag({ run: id }, { 团队: "a=b=c" })).toEqual({ 团队: "a=b=c", reviewed: "" });
    const again = (await current().openAgain()).stores.annotations;
    const tags = await Promise.all(subjects.map((about) => again.tags(about)));
    expect(tags.map((each) => each["团队"])).toEqual(["a=b=c", "客服 1", "客服 2"]);
    expect(await again.tagged("version")).toEqual(new Map([[`${id}:${version}`, tags[2]]]));
    expect(await again.tagged("run")).toEqual(new Map([[id, tags[0]]]));
  });

  test("tags are removed all or none", async () => {
    const { run } = await version();
    await store().tag({ run }, { a: "1", b: "2", c: "" });
    await expect(store().untag({ run }, ["a", "cc"])).rejects.toMatchObject({
      code: "REGISTRY_TAG_UNKNOWN",
      details: { subject: run, tag: "cc", nearest: "c", known: ["a", "b", "c"] },
    });
    expect(await store().untag({ run }, ["a", "c"])).toEqual({ b: "2" });
  });

  test("what breaks a rule is refused, and nothing is kept", async () => {
    const { run } = await version();
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`t${i}`, ""]));
    const bad = [{ "": "x" }, { "a b": "" }, { "-a": "" }, { "a\0": "" }, { ["a".repeat(65)]: "" }, many];
    const values = [{ a: "x\ny" }, { a: "\0" }, { a: "x".repeat(257) }];
    for (const tags of [...bad, ...values]) {
      await expect(store().tag({ run }, { good: "1", ...tags }), JSON.stringify(tags)).rejects.toMatchObject({
        code: expect.stringMatching(/^REGISTRY_(NAME|VALUE)_INVALID$/),
      });
    }
    for (const note of [
      { text: " \n", by: "anna" },
      { text: "a\0", by: "anna" },
      { text: "x".repeat(10_001), by: "anna" },
      { text: "x", by: "" },
    ]) {
      await expect(store().note({ run }, note)).rejects.toMatchObject({
        code: expect.stringMatching(/^REGISTRY_(NAME|VALUE)_INVALID$/),
      });
    }
    expect([await store().tags({ run }), await store().notes({ run })]).toEqual([{}, []]);
  });

  test("notes are kept as they were written, the oldest first, and removed by number", async () => {
    const { number } = await version();
    const about = { model: "tickets", version: number };
    const first = await store().note(about, { text: "# 标签有误\n\n见 *#12*", by: "安娜" });
    expect(first).toEqual({ ordinal: 1, text: "# 标签有误\n\n见 *#12*", by: "安娜", at: expect.any(String) });
    const second = await store().note(about, { text: "better on long mails", by: "bob" });
    expect(await (await current().openAgain()).stores.annotations.notes(about)).toEqual([first, second]);
    await store().removeNote(about, 1);
    expect(await store().notes(about)).toEqual([second]);
    expect((await store().note(about, { text: "third", by: "bob" })).ordinal).toBe(3);
    const details = { subject: "tickets:1", note: 1, known: [2, 3] };
    await expect(store().removeNote(about, 1)).rejects.toMatchObject({ code: "REGISTRY_NOTE_UNKNOWN", details });
    expect(await store().notes({ model: "tickets" })).toEqual([]);
  });

  test("what is not there can have none", async () => {
    await version();
    for (const [about, code] of [
      [{ run: "20261124-121530-ab12" }, "REGISTRY_RUN_UNKNOWN"],
      [{ model: "tikets" }, "REGISTRY_MODEL_UNKNOWN"],
      [{ model: "tickets", version: 7 }, "REGISTRY_VERSION_UNKNOWN"],
    ] as const) {
      for (const action of [
        () => store().tags(about),
        () => store().tag(about, { a: "" }),
        () => store().untag(about, ["a"]),
        () => store().notes(about),
        () => store().note(about, { text: "x", by: "anna" }),
        () => store().removeNote(about, 1),
      ]) {
        await expect(action()).rejects.toMatchObject({ code });
      }
    }
  });

  test("they go with what is deleted", async () => {
    const { registry } = current();
    const { run, number } = await version();
    const about = { model: "tickets", version: number };
    for (const each of [{ run }, about]) {
      await store().tag(each, { a: "1" });
      await store().note(each, { text: "x", by: "anna" });
    }
    await registry.deleteVersion("tickets", number);
    await registry.deleteRun(run);
    expect([await store().tagged("run"), await store().tagged("version")]).toEqual([new Map(), new Map()]);
  });

  test("two who write at once lose nothing", async () => {
    const { run } = await version();
    const others = await Promise.all([1, 2, 3].map(() => current().openAgain()));
    await Promise.all(
      others.map((registry, i) => registry.stores.annotations.note({ run }, { text: `n${i}`, by: "anna" })),
    );
    expect((await store().notes({ run })).map(({ ordinal }) => ordinal)).toEqual([1, 2, 3]);
  });
}
