import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseRecipe } from "@modelwright/contracts";
import { describeTiny, tinyTextClassifier, writeTinyFiles } from "@modelwright/inference/testing";
import { openRegistry, type Registry } from "@modelwright/registry";
import { startServer } from "@modelwright/server";
import { expect, test } from "vitest";
import { startTraffic } from "./start-traffic.ts";
import { stepTraffic } from "./step-traffic.ts";

/** A version that says which of its labels a text has most of. */
async function registerLetters(registry: Registry, labels: readonly string[]): Promise<void> {
  const tiny = tinyTextClassifier({ labels, pairs: false });
  const recipe = parseRecipe({ name: "letters", task: tiny.manifest.task, data: { source: "a.csv" }, ...tiny.recipe });
  const recipeSha256 = "a".repeat(64);
  const run = await registry.createRun({ recipe, recipeSha256, experiment: "letters", seed: 7, environment: {} });
  const stagingDirectory = join(await registry.workFolder(run.id), "staging");
  await writeTinyFiles(stagingDirectory, { files: tiny.files });
  const describe = (version: number) => describeTiny(tiny, { name: "letters", version, runId: run.id });
  await registry.registerVersion({ name: "letters", runId: run.id, stagingDirectory, describe });
}

test("a bad challenger is rolled back by what a real server recorded and clients said, with the reason", async () => {
  const directory = await mkdtemp(join(tmpdir(), "traffic-"));
  const registry = await openRegistry(directory);
  await registerLetters(registry, ["a", "b"]);
  // It sees more of c than of b, which is what such texts are about.
  await registerLetters(registry, ["b", "c"]);
  await registry.setAlias("letters", "champion", 1, "first");
  const server = await startServer({
    registry,
    models: [],
    workers: 1,
    port: 0,
    drainMs: 0,
    follow: true,
    record: "answers",
  });
  try {
    const send = async (path: string, body: object, headers: Record<string, string> = {}) => {
      const method = "POST";
      const type = { "content-type": "application/json" };
      const reply = await fetch(`${server.url}${path}`, {
        method,
        headers: { ...type, ...headers },
        body: JSON.stringify(body),
      });
      expect(reply.status).toBe(200);
      return reply.json() as Promise<{ id: string; model: { version: number } }>;
    };
    const ask = (i: number) => send("/v1/models/letters/predict", { text: "bcc" }, { "x-subject-id": `user-${i}` });
    await startTraffic(registry, {
      challenger: "letters:2",
      kind: "split",
      rules: { leastRequests: 150 },
      by: "test",
      reason: "new labels",
    });
    const some = () => Promise.all(Array.from({ length: 20 }, (_, i) => ask(i)));
    while ((await some()).every(({ model }) => model.version === 1)) await sleep(20);
    const answers: { readonly id: string; readonly model: { readonly version: number } }[] = [];
    for (let i = 0; i < 600; i += 20)
      answers.push(...(await Promise.all(Array.from({ length: 20 }, (_, k) => ask(i + k)))));
    expect(new Set(answers.map(({ model }) => model.version))).toEqual(new Set([1, 2]));
    for (let i = 0; i < answers.length; i += 100) {
      const feedback = answers.slice(i, i + 100).map(({ id }) => ({ prediction: `${id}.0`, truth: "b" }));
      await send("/v1/feedback", { feedback });
    }
    const { changed } = await stepTraffic(registry, "letters", { settleMs: 0 });
    expect(changed).toMatchObject({
      policy: { state: "rolled-back", champion: 1, challenger: 2 },
      reason: expect.stringMatching(/^worse: right answers 0.0 %, the champion 100.0 %/),
    });
    while ((await some()).some(({ model }) => model.version === 2)) await sleep(20);
    expect((await registry.resolve("letters@champion")).version).toBe(1);
  } finally {
    await server.close();
    await registry.close();
    await rm(directory, { recursive: true });
  }
});
