import { errorBodySchema, modelListSchema, predictResponseSchema } from "@modelwright/contracts";
import { tinyProbabilities } from "@modelwright/inference/testing";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createServer } from "../create-server.ts";
import { get, post } from "../testing/requests.ts";
import { openTinyRegistry } from "../testing/tiny-registry.ts";
import { registerTinyVersion } from "../testing/tiny-version.ts";

let app: FastifyInstance;
let remove: () => Promise<void>;

beforeAll(async () => {
  const opened = await openTinyRegistry();
  remove = opened.remove;
  const { registry } = opened;
  await registerTinyVersion(registry, { name: "letters", labels: ["x", "y"] });
  await registerTinyVersion(registry, { name: "digits", labels: ["1", "0"] });
  app = await createServer({
    registry,
    models: ["letters:1", "letters@champion", "digits"],
    workers: 2,
    drainMs: 0,
    maxTextsPerRequest: 40,
    maxTextBytes: 100,
    bodyLimitBytes: 20_000,
  });
});

afterAll(async () => {
  await app.close();
  await remove();
});

const predict = (body: unknown, model = "letters:1", query = "") =>
  post(app, `/v1/models/${model}/predict${query}`, body);

const labelsIn = ({ body }: Awaited<ReturnType<typeof predict>>) =>
  body.predictions[0].probabilities.map(({ label }: { label: string }) => label);

describe("POST /v1/models/{name}/predict", () => {
  test("answers one text", async () => {
    const { status, body, headers } = await predict({ text: "abba b" });
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(predictResponseSchema("text-classification").parse(body)).toEqual({
      id: headers["x-prediction-id"],
      model: { name: "letters", version: 1 },
      predictions: [{ label: "b", probability: expect.closeTo(tinyProbabilities("abba b", ["a", "b", "c"])[1]!, 6) }],
    });
  });

  test("answers many texts in their order", async () => {
    const texts = Array.from({ length: 40 }, (_, i) => "abc"[i % 3]!.repeat(1 + (i % 7)));
    const { body } = await predict({ texts });
    expect(body.predictions.map(({ label }: { label: string }) => label)).toEqual(texts.map((text) => text[0]));
  });

  test("gives the probabilities of all labels, or of the likeliest", async () => {
    const all = await predict({ text: "cca" }, "letters:1", "?all=true");
    expect(labelsIn(all)).toEqual(["c", "a", "b"]);
    const { probabilities } = all.body.predictions[0] as { probabilities: { probability: number }[] };
    expect(probabilities.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
    const two = await predict({ text: "cca" }, "letters:1", "?top_k=2");
    expect(labelsIn(two)).toEqual(["c", "a"]);
    const many = await predict({ text: "cca" }, "letters:1", "?top_k=99");
    expect(labelsIn(many).length).toBe(3);
  });

  test("gives labels that look like numbers in the order of their likelihood, too", async () => {
    expect(labelsIn(await predict({ text: "110" }, "digits", "?top_k=2"))).toEqual(["1", "0"]);
  });

  test.each([
    ["letters", 2],
    ["letters@champion", 2],
    ["letters@latest", 2],
    ["letters:2", 2],
    ["letters:1", 1],
    ["digits", 1],
    ["letters%3A1", 1],
  ])("finds %s", async (reference, version) => {
    const { body } = await predict({ text: "x" }, reference);
    expect(body.model.version).toBe(version);
  });

  const textOrPair = 'must be a text, or { "text", "second" } for a model of pairs';
  const badBodies: readonly [string, unknown, string][] = [
    ["no texts", { texts: [] }, "texts: must hold 1 to 40 texts, got []"],
    ["too many texts", { texts: new Array(41).fill("a") }, "texts: must hold 1 to 40 texts"],
    ["a number for a text", { texts: ["a", 7] }, `texts[1]: ${textOrPair}, got 7`],
    ["null for a text", { text: null }, `text: ${textOrPair}, got null`],
    ["too long a text", { text: "ü".repeat(51) }, "text: a text must be at most 100 bytes of UTF-8"],
    [
      "an unknown key",
      { texts: ["a"], txt: "b" },
      'txt: is not known here, where "texts", "text" or "options" may stand, got "b"',
    ],
    ["both keys", { texts: ["a"], text: "b" }, 'body: must have "texts" or "text", and not both'],
    ["neither key", {}, 'body: must have "texts" or "text", and not both, got {}'],
    ["a list", ["a"], 'body: must be an object, got ["a"]'],
    ["null", null, "body: must be an object, got null"],
    ["a string", '"a"', 'body: must be an object, got "a"'],
  ];
  test.each(badBodies)("says what is wrong with %s", async (_, given, message) => {
    const { status, body } = await predict(given);
    expect(status).toBe(400);
    expect(errorBodySchema.parse(body)).toMatchObject({
      code: "SERVER_REQUEST_INVALID",
      message: expect.stringContaining(message),
    });
  });

  test.each(["?top_k=0", "?top_k=1.5", "?top_k=x", "?all=yes", "?unknown=1", "?top_k=1&top_k=2"])(
    "refuses the query %s",
    async (query) => {
      const { status, body } = await predict({ text: "a" }, "letters", query);
      expect([status, body.code]).toEqual([400, "SERVER_REQUEST_INVALID"]);
    },
  );

  const notJson = ["{", "", "NaN", '{"text": NaN}', '{"text": "a"} x', '{"__proto__": {"text": "a"}, "text": "a"}'];
  test.each(notJson)("refuses the body %j", async (given) => {
    const { status, body } = await predict(given);
    expect([status, body.code]).toEqual([400, "SERVER_BODY_INVALID"]);
  });

  test("accepts the largest text and a body at the limit, and not a byte more", async () => {
    expect((await predict({ text: "ü".repeat(50) })).status).toBe(200);
    const body = '{"text": "a"}';
    expect((await predict(body.padEnd(20_000))).status).toBe(200);
    const refused = await predict(body.padEnd(20_001));
    expect([refused.status, refused.body.details]).toEqual([413, { limitBytes: 20_000 }]);
  });

  test.each(["text/plain", "application/x-www-form-urlencoded", "application/octet-stream", "nonsense"])(
    "refuses the content type %s",
    async (type) => {
      const url = "/v1/models/letters/predict";
      const response = await app.inject({
        method: "POST",
        url,
        headers: { "content-type": type },
        payload: '{"text":"a"}',
      });
      expect([response.statusCode, response.json().code]).toEqual([415, "SERVER_CONTENT_TYPE"]);
    },
  );

  test("lists what is loaded when a model is not", async () => {
    const { status, body } = await predict({ text: "a" }, "letters:3");
    expect(status).toBe(404);
    expect(body.message).toContain('model "letters:3" is not loaded; loaded: "letters:1", "letters" or "digits"');
    expect((await predict({ text: "a" }, "__proto__")).status).toBe(404);
    expect((await predict({ text: "a" }, "x".repeat(400))).status).toBe(404);
  });
});

describe("GET /v1/models", () => {
  test("lists every loaded version with what it answers to", async () => {
    const { status, body } = await get(app, "/v1/models");
    expect(status).toBe(200);
    const { models } = modelListSchema.parse(body);
    expect(models.map(({ references, labels }) => [references, labels])).toEqual([
      [["letters:1"], ["a", "b", "c"]],
      [
        ["letters", "letters:2", "letters@champion", "letters@latest"],
        ["x", "y"],
      ],
      [
        ["digits", "digits:1", "digits@champion", "digits@latest"],
        ["1", "0"],
      ],
    ]);
  });
});

describe("unknown routes", () => {
  test("say so", async () => {
    const { status, body } = await get(app, "/v1/nothing?x=1");
    expect([status, body.code, body.details]).toEqual([
      404,
      "SERVER_ROUTE_UNKNOWN",
      { method: "GET", path: "/v1/nothing" },
    ]);
  });

  test("name the methods when only the method is wrong", async () => {
    const { status, body, headers } = await get(app, "/v1/models/letters/predict");
    expect([status, body.code, headers.allow]).toEqual([405, "SERVER_METHOD_NOT_ALLOWED", "POST"]);
  });

  test("a path that cannot be decoded is a bad request", async () => {
    const { status, body } = await get(app, "/v1/%zz");
    expect([status, body.code]).toEqual([400, "SERVER_BODY_INVALID"]);
  });
});
