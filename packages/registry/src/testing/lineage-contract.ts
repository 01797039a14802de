import { expect, test } from "vitest";
import type { ContractFixture } from "./contract-fixture.ts";
import { registerSample, sampleRun } from "./fixtures.ts";
import { prediction, predictionId } from "./prediction-contract.ts";

/** What of production runs learnt from. */
export function lineageContract(current: () => ContractFixture): void {
  const stores = () => current().registry.stores;

  test("a run tells what it used, and what was noted before is replaced", async () => {
    const { id } = await current().registry.createRun(sampleRun());
    const used = Array.from({ length: 1203 }, (_, n) => ({
      feedback: `f${String(n).padStart(4, "0")}`,
      prediction: predictionId(n),
      part: n % 5 === 0 ? ("window" as const) : ("training" as const),
    }));
    await stores().lineage.note(id, [{ ...used[7]!, feedback: "old" }]);
    await stores().lineage.note(id, used.toReversed());
    expect(await (await current().openAgain()).stores.lineage.of(id)).toEqual(used);
    await current().registry.deleteRun(id);
    expect(await stores().lineage.of(id)).toEqual([]);
  });

  test("of somebody it is known which versions learnt from them", async () => {
    const { registry } = current();
    const { id: run } = await registry.createRun(sampleRun());
    const version = await registerSample(registry, { name: "tickets", runId: run });
    const rows = [1, 2, 3].map((n) => prediction(n, { subject: n === 3 ? "b" : "客户 7" }));
    await stores().predictions.append(rows);
    await stores().lineage.note(version.runId, [
      { feedback: "f1", prediction: predictionId(1), part: "training" },
      { feedback: "f2", prediction: predictionId(2), part: "training" },
      { feedback: "f3", prediction: predictionId(3), part: "window" },
    ]);
    const { name: model, version: number, runId } = version;
    expect(await stores().lineage.learntFrom("客户 7")).toEqual([{ model, version: number, runId, feedback: 2 }]);
    expect(await stores().lineage.learntFrom("b")).toEqual([]);
    await registry.stores.predictions.erase("客户 7");
    expect(await stores().lineage.learntFrom("客户 7")).toEqual([]);
    expect(await stores().lineage.of(runId)).toHaveLength(3);
  });

  test("of a version it is known what came back on it, and who learnt from that", async () => {
    const { registry } = current();
    const { id: first } = await registry.createRun(sampleRun());
    const { id: second } = await registry.createRun(sampleRun());
    const served = await registerSample(registry, { name: "tickets", runId: first });
    const taught = await registerSample(registry, { name: "tickets", runId: second });
    const of = (n: number, version: number) => prediction(n, { model: "tickets", version });
    await stores().predictions.append([of(1, 1), of(2, 1), of(3, 1), of(4, 2)]);
    await stores().feedback.add(
      [1, 2, 4].map((n) => ({ prediction: predictionId(n), kind: "thumb" as const, value: "up", id: `f${n}` })),
    );
    await stores().feedback.decide(["f1"], { state: "accepted", by: "安娜" });
    await stores().lineage.note(second, [
      { feedback: "f1", prediction: predictionId(1), part: "training" },
      { feedback: "f2", prediction: predictionId(2), part: "window" },
    ]);
    expect(await stores().lineage.feedbackOn(served)).toEqual([
      { kind: "thumb", state: "accepted", feedback: 1 },
      { kind: "thumb", state: "new", feedback: 1 },
    ]);
    expect(await stores().lineage.learntFromVersion(served)).toEqual([
      { runId: second, part: "training", feedback: 1, versions: ["tickets:2"] },
      { runId: second, part: "window", feedback: 1, versions: ["tickets:2"] },
    ]);
    expect(await stores().lineage.learntFromVersion(taught)).toEqual([]);
  });
}
