import type { Worker } from "node:worker_threads";
import { ModelwrightError } from "@modelwright/contracts";
import { openRegistry, type PredictionRecord, type Registry } from "@modelwright/registry";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createServer } from "../create-server.ts";
import type { ServedModel } from "../inference/served-models.ts";
import type { ServerOptions } from "../server-options.ts";
import { openTinyRegistry } from "../testing/tiny-registry.ts";
import { isSampled, newPredictionId } from "./prediction-id.ts";
import { Recorder } from "./recorder.ts";

let registry: Registry;
let remove: () => Promise<void>;
const apps: FastifyInstance[] = [];

beforeEach(async () => {
  ({ registry, remove } = await openTinyRegistry());
});

afterEach(async () => {
  await closeAll();
  await remove();
});

const closeAll = () => Promise.all(apps.splice(0).map((app) => app.close()));

async function serve(options: Partial<ServerOptions> = {}): Promise<FastifyInstance> {
  const app = await createServer({ registry, models: [], workers: 1, drainMs: 0, record: "items", ...options });
  apps.push(app);
  return app;
}

function ask(app: FastifyInstance, body: object, headers: Record<string, string> = {}, model = "letters") {
  return app.inject({ method: "POST", url: `/v1/models/${model}/predict`, payload: body, headers });
}

/** All that is recorded, when it is: closing writes what waits. */
async function recorded(): Promise<PredictionRecord[]> {
  await closeAll();
  const found: PredictionRecord[] = [];
  for await (const page of registry.stores.predictions.scan({ model: "letters" })) found.push(...page);
  return found.sort((a, b) => a.id.localeCompare(b.id));
}

const sayFeedback = (app: FastifyInstance, payload: object, headers: Record<string, string> = {}) =>
  app.inject({ method: "POST", url: "/v1/feedback", payload, headers });

test("each item of a request is recorded, with all that can be said of it, its personal data masked; a subject that is none is refused", async () => {
  const app = await serve();
  const headers = { "x-subject-id": Buffer.from("客户 7").toString("latin1") };
  const refused = await ask(app, { text: "a" }, { "x-subject-id": "x".repeat(201) });
  expect([refused.statusCode, refused.body]).toEqual([400, expect.stringContaining("x-subject-id")]);
  const texts = ["abba ada@example.com", "退款"];
  const answered = (await ask(app, { texts, options: { topK: 1 } }, headers)).json();
  const rows = await recorded();
  expect(rows.map(({ id }) => id)).toEqual([`${answered.id}.0`, `${answered.id}.1`]);
  expect(rows.map(({ item }) => item)).toEqual(["abba [EMAIL]", "退款"]);
  for (const [index, row] of rows.entries()) {
    const { probabilities, ...rest } = answered.predictions[index];
    expect(row).toMatchObject({ model: "letters", version: 1, arm: "champion", subject: "客户 7", answer: rest });
    expect((row.answer as { probabilities: unknown[] }).probabilities).toHaveLength(3);
    expect(probabilities).toHaveLength(1);
    expect(row.latencyMs).toBeGreaterThan(0);
  }
});

test("every way to ask gives its answers ids", async () => {
  const app = await serve({ record: "answers" });
  const body = { inputs: [{ name: "text", shape: [2], datatype: "BYTES", data: ["ab", "ba"] }] };
  const infer = await app.inject({ method: "POST", url: "/v2/models/letters/versions/1/infer", payload: body });
  const pinned = await ask(app, { text: "a" }, {}, "letters:1");
  const rows = await recorded();
  expect(rows.map(({ id, arm, item }) => [id, arm, item])).toEqual([
    [`${infer.headers["x-prediction-id"]}.0`, "pinned", undefined],
    [`${infer.headers["x-prediction-id"]}.1`, "pinned", undefined],
    [`${pinned.json().id}.0`, "pinned", undefined],
  ]);
});

test("what fails is recorded with the reason; who leaves, and what is no request for a prediction, is not", async () => {
  const lost: number[] = [];
  const recorder = await Recorder.start({
    registry: registry.url,
    recorded: "unmasked",
    sample: 1,
    onWritten: () => {},
    onLost: (rows) => lost.push(rows),
    onAway: () => {},
  });
  const model = { record: { name: "letters", version: 1 } } as ServedModel;
  const errors = [
    new ModelwrightError("SERVER_TIMEOUT", { timeoutMs: 1 }),
    new Error("a mistake of ours"),
    new ModelwrightError("SERVER_CLIENT_GONE", {}),
  ];
  for (const error of errors) {
    const call = { id: newPredictionId(), startedAt: performance.now() };
    recorder.record({ call, model, arm: "challenger", items: ["a@b.org"], error });
  }
  await recorder.close();
  await ask(await serve(), { nothing: 1 });
  await serve().then((app) => app.inject("/v1/models"));
  const rows = await recorded();
  const told = rows.map(({ error, answer, item, arm }) => [error, answer, item, arm]);
  expect(told.sort()).toEqual([
    ["SERVER_FAILED", undefined, "a@b.org", "challenger"],
    ["SERVER_TIMEOUT", undefined, "a@b.org", "challenger"],
  ]);
  expect(lost).toEqual([]);
});

test("nothing is recorded unless it is asked for, and then only the share that is", async () => {
  await ask(await serve({ record: "none" }), { text: "a" });
  expect(await recorded()).toEqual([]);
  const ids = Array.from({ length: 4000 }, () => newPredictionId());
  expect(new Set(ids).size).toBe(4000);
  const share = ids.filter((id) => isSampled(id, 0.25)).length / ids.length;
  expect(Math.abs(share - 0.25)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / ids.length));
  expect(ids.every((id) => isSampled(id, 1))).toBe(true);
});

test("ids are UUIDs of version 7 that sort by time", () => {
  const id = newPredictionId(0x0198f3a05c1e);
  expect(id).toMatch(/^0198f3a0-5c1e-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(newPredictionId(0x0198f3a05c1f) > id).toBe(true);
});

test("feedback finds the prediction that was answered just before, once; what breaks a rule is refused whole", async () => {
  const app = await serve();
  const { id } = (await ask(app, { texts: ["a", "b"] })).json();
  expect((await sayFeedback(app, { prediction: id, truth: "c" })).json()).toEqual({
    added: 1,
    known: 0,
    unmatched: [],
  });
  const several = {
    feedback: [
      { prediction: id, truth: "c" },
      { prediction: `${id}.1`, thumb: "down" },
      { prediction: `chatcmpl-${newPredictionId()}`, comment: "太慢" },
    ],
  };
  expect((await sayFeedback(app, several)).json()).toEqual({
    added: 2,
    known: 1,
    unmatched: [expect.stringMatching(/\.0$/)],
  });
  const found = [];
  for await (const page of registry.stores.feedback.scan({ model: "letters" })) found.push(...page);
  expect(
    found.map(({ feedback: { kind, value, state }, prediction }) => [kind, value, state, prediction.item]),
  ).toEqual(
    expect.arrayContaining([
      ["truth", "c", "accepted", "a"],
      ["thumb", "down", "new", "b"],
    ]),
  );
  const cases: [object, RegExp][] = [
    [{ prediction: id, truth: "d" }, /feedback\[0\]\.truth: must be "a", "b" or "c"/],
    [{ prediction: id }, /must have one of "truth"/],
    [{ prediction: id, truth: "a", thumb: "up" }, /only one/],
    [{ prediction: id, thumb: "sideways" }, /up/],
    [{ prediction: "7", truth: "a" }, /id of a prediction/],
    [{ feedback: [] }, /feedback/],
    [
      {
        feedback: [
          { prediction: id, truth: "a" },
          { prediction: id, truth: 1 },
        ],
      },
      /feedback\[1\]/,
    ],
    [{ prediction: id, truth: "a", note: "x" }, /note/],
  ];
  for (const [body, message] of cases) {
    const answer = await sayFeedback(app, body);
    expect([answer.statusCode, answer.json().message], JSON.stringify(body)).toEqual([
      400,
      expect.stringMatching(message),
    ]);
  }
  const kept = [];
  for await (const page of registry.stores.feedback.scan({ model: "letters" })) kept.push(...page);
  expect(kept).toHaveLength(found.length);
});

test("what can never be written is lost, counted, and holds up nothing", async () => {
  const lost: number[] = [];
  const told: (string | undefined)[] = [];
  const recorder = await Recorder.start({
    registry: registry.url,
    recorded: "answers",
    sample: 1,
    onWritten: () => {},
    onLost: (rows) => lost.push(rows),
    onAway: (error) => told.push(error?.message),
  });
  const model = (version: number) => ({ record: { name: "letters", version } }) as ServedModel;
  const say = (version: number) =>
    recorder.record({
      call: { id: newPredictionId(), startedAt: performance.now() },
      model: model(version),
      arm: "champion",
      items: ["a"],
      answers: () => ["b"],
    });
  say(0);
  await recorder.addFeedback([]);
  say(1);
  await recorder.close();
  expect([lost, told]).toEqual([[1], [expect.stringContaining("version")]]);
  expect((await recorded()).map(({ version }) => version)).toEqual([1]);
});

test("a thread that ended is replaced: what it held is counted as lost, and what comes after it is recorded", async () => {
  const threads: Worker[] = [];
  const found = (worker: Worker) => threads.push(worker);
  const told: unknown[] = [];
  process.on("worker", found);
  const lost: number[] = [];
  const recorder = await Recorder.start({
    registry: registry.url,
    recorded: "unmasked",
    sample: 1,
    onWritten: () => {},
    onLost: (rows) => lost.push(rows),
    onAway: (error) => told.push(error),
  });
  const say = (item: string) =>
    recorder.record({
      call: { id: newPredictionId(), startedAt: performance.now() },
      model: { record: { name: "letters", version: 1 } } as ServedModel,
      arm: "champion",
      items: [item],
      answers: () => ["b"],
    });
  try {
    // It waits for others yet when the thread ends.
    say("lost");
    await threads[0]!.terminate();
    say("kept");
    say("kept as well");
    await expect.poll(() => threads.length).toBe(2);
    await recorder.addFeedback([]);
    say("later");
  } finally {
    process.off("worker", found);
    await recorder.close();
  }
  expect([lost, told]).toEqual([[1], [undefined]]);
  expect((await recorded()).map(({ item }) => item).sort()).toEqual(["kept", "kept as well", "later"]);
});

test("a key may speak of its models alone", async () => {
  const { token } = await registry.stores.keys.create({ name: "shop", roles: ["predict", "label"] });
  const other = await registry.stores.keys.create({ name: "other", roles: ["label"], models: ["digits"] });
  const app = await serve();
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
  const { id } = (await ask(app, { text: "a" }, bearer(token))).json();
  const refused = await sayFeedback(app, { prediction: id, truth: "a" }, bearer(other.token));
  expect([refused.statusCode, refused.json().code]).toEqual([404, "PREDICTION_UNKNOWN"]);
  expect((await sayFeedback(app, { prediction: id, truth: "a" }, bearer(token))).statusCode).toBe(200);
  const [row] = await recorded();
  expect(row).toMatchObject({ client: token.slice(3, 15) });
  for await (const [found] of registry.stores.feedback.scan({ model: "letters" })) {
    expect(found?.feedback.by).toBe("shop");
  }
});

test("while another holds the registry, answers do not wait, and nothing is lost", async () => {
  const app = await serve();
  const holder = await openRegistry(registry.url);
  let release = () => {};
  const held = holdWriting(holder, new Promise<void>((resolve) => (release = resolve)));
  const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => ask(app, { text: `a${i}` })));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(40).fill(200));
  release();
  await held;
  await holder.close();
  expect(await recorded()).toHaveLength(40);
});

/** Keeps all other writers away until a promise settles. */
async function holdWriting(holder: Registry, until: Promise<void>): Promise<void> {
  const database = (await import("../../../registry/dist/sqlite/sqlite-database.js")).SqliteDatabase;
  const connection = await database.open(`${holder.location}/registry.db`);
  await connection.write(() => until);
  await connection.close();
}
