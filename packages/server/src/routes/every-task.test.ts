import {
  errorBodySchema,
  type HttpSchema,
  inferenceErrorSchema,
  inferResponseSchema,
  modelListSchema,
  modelMetadataSchema,
  openApiSchema,
  predictResponseSchema,
  type TaskName,
  taskNames,
  taskSchemas,
} from "@modelwright/contracts";
import { inferenceRow, type TinyVersion } from "@modelwright/inference";
import { near } from "@modelwright/inference/testing/near";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createServer } from "../create-server.ts";
import { get, post } from "../testing/requests.ts";
import { openRegistryOfAllTasks, type TinyRegistry } from "../testing/tiny-registry.ts";

let opened: TinyRegistry;
let app: FastifyInstance;

beforeAll(async () => {
  opened = await openRegistryOfAllTasks();
  app = await createServer({
    registry: opened.registry,
    models: [],
    workers: 1,
    drainMs: 0,
    maxTextsPerRequest: 20,
    maxTextBytes: 10_000,
    bodyLimitBytes: 50_000,
  });
});

afterAll(async () => {
  await app.close();
  await opened.remove();
});

const snakeCase = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The options of a request as they stand in a query or among the parameters of the protocol. */
const asParameters = (options: object) =>
  Object.fromEntries(Object.entries(options).map(([name, value]) => [snakeCase(name), value]));

/** A list stands in a query as often as it has values. */
const asQuery = (options: object) => {
  const pairs = Object.entries(asParameters(options)).flatMap(([name, value]: [string, unknown]) =>
    [value].flat().map((each): [string, string] => [name, String(each)]),
  );
  return `?${new URLSearchParams(pairs)}`;
};

const isList = (option: unknown) => openApiSchema(option as HttpSchema, "input").type === "array";

test("every task is served side by side", async () => {
  const { models } = modelListSchema.parse((await get(app, "/v1/models")).body);
  expect(models.map(({ task }) => task).toSorted()).toEqual([...taskNames].sort());
  for (const { task, labels } of models)
    expect(labels === undefined).toBe(inferenceRow(task as TaskName).labels === undefined);
});

/** Options that are texts themselves. */
const TEXT_OPTIONS = ["stop", "regex"];

describe.each(taskNames)("%s", (task) => {
  const { words, options: optionsSchema, example } = taskSchemas(task);
  const row = inferenceRow(task);
  const [one, many] = [words.item, `${words.item}s`];
  const predict = (body: unknown, query = "") => post(app, `/v1/models/${task}/predict${query}`, body);
  const infer = (body: unknown) => post(app, `/v2/models/${task}/infer`, body);
  let tiny: TinyVersion<TaskName>;
  beforeAll(async () => {
    tiny = await row.tinyVersion();
  });

  describe("POST /v1/models/{name}/predict", () => {
    test("answers one item, with its options in the body or in the query", async () => {
      for (const { item, options, answer } of tiny.examples) {
        for (const { status, body } of [
          await predict({ [one]: item, options }),
          await predict({ [one]: item }, asQuery(options)),
        ]) {
          expect(status, JSON.stringify(body)).toBe(200);
          expect(predictResponseSchema(task).parse(body)).toEqual({
            id: expect.any(String),
            model: { name: task, version: 1 },
            predictions: [near(answer)],
          });
        }
      }
    });

    test("answers many items in their order, also odd ones", async () => {
      const items = [...tiny.examples.map(({ item }) => item), ...tiny.oddItems];
      const { status, body } = await predict({ [many]: items, options: tiny.otherOptions });
      expect(status, JSON.stringify(body)).toBe(200);
      const { predictions } = predictResponseSchema(task).parse(body);
      const alone = [];
      for (const item of items) {
        const answer = await predict({ [one]: item, options: tiny.otherOptions });
        alone.push(answer.body.predictions[0]);
      }
      expect(predictions).toEqual(near(alone));
    });

    test.skipIf(Object.keys(taskSchemas(task).options.shape).length === 0)(
      "lets the body's options count before those of the query",
      async () => {
        const { item, options, answer } = tiny.examples.find((each) => Object.keys(each.options).length > 0)!;
        const { body } = await predict({ [one]: item, options }, asQuery({ ...tiny.otherOptions }));
        const [name] = Object.keys(options);
        const asked = { ...tiny.otherOptions, ...options };
        const expected = await predict({ [one]: item, options: asked });
        expect(body).toEqual({ ...expected.body, id: body.id });
        expect(asked[name as keyof typeof asked]).toBe(options[name as keyof typeof options]);
        expect((await predict({ [one]: item, options })).body.predictions).toEqual([near(answer)]);
      },
    );

    test("accepts the example of its documents", async () => {
      // A row or a series of the documents has other columns than the tiny table.
      const items = ["row", "timeline"].includes(one) ? tiny.examples.map(({ item }) => item) : example.items;
      for (const body of [{ [many]: items }, { [one]: items[0], options: example.options }]) {
        expect((await predict(body)).status).toBe(200);
      }
    });

    const item = example.items[0];
    const refused: readonly [string, unknown, string][] = [
      ["no items", { [many]: [] }, `${many}: must hold 1 to 20 ${many}, got []`],
      ["too many items", { [many]: Array(21).fill(item) }, `${many}: must hold 1 to 20 ${many}`],
      ["an item of another type", { [many]: [item, 7] }, `${many}[1]: must be `],
      ["both keys", { [many]: [item], [one]: item }, `body: must have "${many}" or "${one}", and not both`],
      ["neither key", {}, `body: must have "${many}" or "${one}", and not both, got {}`],
      [
        "an unknown key",
        { [one]: item, txt: 1 },
        `txt: is not known here, where "${many}", "${one}" or "options" may stand, got 1`,
      ],
      ["an unknown option", { [one]: item, options: { maxtokens: 3 } }, "options.maxtokens: is not known here"],
      ["options that are a list", { [one]: item, options: [] }, "options: must be an object"],
      ...Object.entries(optionsSchema.shape).map(([name, option]): [string, unknown, string] => [
        `a list for the option ${name}`,
        { [one]: item, options: { [name]: isList(option) ? {} : [] } },
        `options.${name}: must be `,
      ]),
      ["no object", [], "body: must be an object, got []"],
    ];
    test.each(refused)("refuses %s", async (_, body, message) => {
      const answer = await predict(body);
      expect(answer.status).toBe(400);
      expect(errorBodySchema.parse(answer.body)).toMatchObject({
        code: "SERVER_REQUEST_INVALID",
        message: expect.stringContaining(message),
      });
    });

    test.each([
      "?unknown=1",
      ...Object.entries(optionsSchema.shape)
        .filter(([, option]) => openApiSchema(option as HttpSchema, "input").type !== "string" && !isList(option))
        .map(([name]) => `?${snakeCase(name)}=no`),
      ...Object.entries(optionsSchema.shape)
        .filter(([, option]) => !isList(option))
        .map(([name]) => `?${snakeCase(name)}=1&${snakeCase(name)}=2`),
    ])("refuses the query %s", async (query) => {
      const { status, body } = await predict({ [one]: item }, query);
      expect([status, body.code]).toEqual([400, "SERVER_REQUEST_INVALID"]);
    });

    test("refuses what is no JSON, too large, of another type, for another method or model", async () => {
      expect(await predict("{")).toMatchObject({ status: 400, body: { code: "SERVER_BODY_INVALID" } });
      const large = await predict({ [one]: "x".repeat(60_000) });
      expect(large).toMatchObject({ status: 413, body: { code: "SERVER_BODY_TOO_LARGE" } });
      const url = `/v1/models/${task}/predict`;
      const typed = await app.inject({ method: "POST", url, headers: { "content-type": "text/plain" }, payload: "x" });
      expect([typed.statusCode, typed.json().code]).toEqual([415, "SERVER_CONTENT_TYPE"]);
      expect(await get(app, url)).toMatchObject({ status: 405, body: { code: "SERVER_METHOD_NOT_ALLOWED" } });
      const unknown = await post(app, `/v1/models/${task}:9/predict`, { [one]: item });
      expect(unknown).toMatchObject({ status: 404, body: { code: "SERVER_MODEL_NOT_LOADED" } });
    });
  });

  describe("Open Inference Protocol v2", () => {
    /** What an item says in a tensor: itself, a column of a row, or a series as JSON. */
    const elementOf = (item: unknown, name: string) =>
      typeof item === "string" ? item : name === many ? JSON.stringify(item) : (item as Record<string, unknown>)[name];

    /** A tensor per column of rows; of texts one. */
    const requestOf = (items: readonly unknown[]) => ({
      inputs: row.tensors.inputs(tiny.manifest as never).map(({ name, datatype }) => ({
        name,
        datatype,
        shape: [items.length],
        data: items.map((item) => elementOf(item, name)),
      })),
    });

    test("describes the model's tensors", async () => {
      const { body } = await get(app, `/v2/models/${task}`);
      const { inputs, outputs } = modelMetadataSchema.parse(body);
      expect(inputs.map(({ shape }) => shape[0])).toEqual(inputs.map(() => -1));
      expect(outputs.map(({ name }) => name)).toEqual(Object.keys(row.tensors.outputs));
    });

    /** What a user chose so far stands in no tensor. */
    const inTensors = () => tiny.examples.filter(({ item }) => one !== "user" || typeof item === "string");

    test("runs the model, in tensors of the shapes that it describes", async () => {
      const { body: described } = await get(app, `/v2/models/${task}`);
      const items = inTensors().map((each) => each.item);
      const { status, body } = await infer({
        id: "7",
        ...requestOf(items),
        parameters: { other: 1, priority: "high" },
      });
      expect(status, JSON.stringify(body)).toBe(200);
      const { outputs, id } = inferResponseSchema.parse(body);
      expect(id).toBe("7");
      expect(outputs.map(({ name, datatype, shape }) => ({ name, datatype, shape: [-1, ...shape.slice(1)] }))).toEqual(
        described.outputs,
      );
      for (const { shape, data } of outputs) {
        expect(shape[0]).toBe(items.length);
        expect(data?.length).toBe(shape.reduce((size, length) => size * length, 1));
      }
    });

    test("answers as the plain route does, also to options among the parameters", async () => {
      for (const { item, options, answer } of inTensors()) {
        const { body } = await infer({ ...requestOf([item]), parameters: asParameters(options) });
        for (const { name, data } of inferResponseSchema.parse(body).outputs) {
          const said = answer[name as keyof typeof answer] as unknown;
          if (typeof said === "string" || typeof said === "number") expect(data).toEqual([said]);
        }
      }
    });

    test("gives the outputs that are asked for, and refuses others", async () => {
      const [first] = Object.keys(row.tensors.outputs);
      const { body } = await infer({ ...requestOf([tiny.examples[0]!.item]), outputs: [{ name: first }] });
      expect(body.outputs.map(({ name }: { name: string }) => name)).toEqual([first]);
      const refused = await infer({ ...requestOf([tiny.examples[0]!.item]), outputs: [{ name: "none" }] });
      expect(refused.status).toBe(400);
      expect(inferenceErrorSchema.parse(refused.body).error).toContain("outputs[0].name: must be one of ");
    });

    test.each(Object.keys(optionsSchema.shape))("refuses the parameter %s when it breaks its rule", async (name) => {
      const parameters = { [snakeCase(name)]: TEXT_OPTIONS.includes(name) ? 7 : "x" };
      const { status, body } = await infer({ ...requestOf([tiny.examples[0]!.item]), parameters });
      expect(status).toBe(400);
      expect(inferenceErrorSchema.parse(body).error).toContain(`parameters.${snakeCase(name)}: must be `);
    });

    test("refuses what is no request, and a model that is not loaded", async () => {
      expect((await infer({ inputs: [] })).status).toBe(400);
      expect((await infer("{")).status).toBe(400);
      expect((await post(app, `/v2/models/${task}/versions/9/infer`, requestOf([]))).status).toBe(404);
    });
  });

  test("its answers are counted", async () => {
    const { body } = await app.inject("/metrics");
    const counted = body.split("\n").filter((line) => line.startsWith(`modelwright_predictions_total{model="${task}"`));
    expect(counted.length).toBeGreaterThan(0);
    const hasLabels = row.metricLabel !== undefined;
    for (const line of counted) expect(line.includes(",label=")).toBe(hasLabels);
    expect(body).toMatch(new RegExp(`^modelwright_model_info\\{model="${task}",version="1",base="[^"]+"`, "m"));
  });
});

test("each task's request and answer are described", async () => {
  const { body } = await get(app, "/openapi.json");
  const { requestBody, responses, parameters } = body.paths["/v1/models/{name}/predict"].post;
  for (const described of [requestBody.content, responses[200].content]) {
    const { anyOf } = described["application/json"].schema;
    expect(anyOf.map(({ title }: { title: string }) => title).toSorted()).toEqual([...taskNames].sort());
  }
  const names = parameters.map(({ name }: { name: string }) => name);
  for (const task of taskNames) {
    const options = Object.keys(taskSchemas(task).options.shape).map(snakeCase);
    expect(names).toEqual(expect.arrayContaining(options));
  }
  expect(new Set(names).size).toBe(names.length);
});
