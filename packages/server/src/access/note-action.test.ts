import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createServerWith } from "../create-server.ts";
import { openTinyRegistry, type TinyRegistry } from "../testing/tiny-registry.ts";

let tiny: TinyRegistry;
let app: FastifyInstance;
const lines: { readonly msg: string; readonly audit?: unknown }[] = [];

beforeAll(async () => {
  tiny = await openTinyRegistry();
  const options = { registry: tiny.registry, models: [], workers: 1, threadsPerWorker: 1, drainMs: 0 };
  app = await createServerWith(
    { ...options, follow: true, allowLoading: true, logger: true },
    { logTo: { write: (line) => lines.push(JSON.parse(line)) } },
  );
});
afterAll(async () => {
  await app.close();
  await tiny.remove();
});

const ask = (path: string, headers = {}) =>
  app.inject({ method: "POST", url: `/v2/repository/models/${path}`, headers, remoteAddress: "192.0.2.7" });

test("loading and unloading by HTTP is written down: by whom, from where, and how it ended", async () => {
  const { keys, audit } = tiny.registry.stores;
  await ask("letters/load");
  await ask("nothing/load");
  const { record, token } = await keys.create({ name: "ops", roles: ["admin"] });
  const { token: weak } = await keys.create({ name: "shop", roles: ["predict"] });
  await new Promise((resolve) => setTimeout(resolve, 1100));
  expect((await ask("letters/unload", { authorization: `Bearer ${weak}` })).statusCode).toBe(403);
  expect((await ask("letters/unload", { authorization: `Bearer ${token}` })).statusCode).toBe(200);
  const { records } = await audit.list();
  const anyone = { kind: "anyone", from: "192.0.2.7" };
  expect(records.filter(({ action }) => action.startsWith("model."))).toMatchObject([
    { action: "model.load", model: "letters", by: anyone, outcome: "done" },
    { action: "model.load", model: "nothing", by: anyone, outcome: "REGISTRY_MODEL_UNKNOWN" },
    {
      action: "model.unload",
      by: { kind: "key", name: "ops", key: record.id, from: "192.0.2.7" },
      outcome: "done",
    },
  ]);
});

test("what cannot be written is in the log, and done all the same", async () => {
  const { token } = await tiny.registry.stores.keys.create({ name: "more", roles: ["admin"] });
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const { audit } = tiny.registry.stores;
  const { note } = audit;
  audit.note = () => Promise.reject(new Error("read-only"));
  try {
    expect((await ask("letters/load", { "x-api-key": token })).statusCode).toBe(200);
  } finally {
    audit.note = note;
  }
  const [told] = lines.filter(({ msg }) => msg === "what was done is not in the audit trail");
  expect(told!.audit).toMatchObject({ action: "model.load", target: "letters", by: { name: "more" } });
});
