import { expect, test } from "vitest";
import { check } from "../testing/describe-options.ts";
import { type HttpSchema, openApiSchema } from "./check-value.ts";
import { errorBodySchema, inferenceErrorSchema } from "./error-bodies.ts";
import { modelListSchema, modelParamsSchema, modelVersionParamsSchema } from "./models.ts";
import * as protocol from "./open-inference-protocol.ts";

const schemas = {
  errorBodySchema,
  inferenceErrorSchema,
  modelListSchema,
  ...protocol,
};

test.each(Object.entries(schemas))("%s describes itself with examples that it accepts", (_, schema) => {
  const { examples } = openApiSchema(schema, "input") as { examples: unknown[] };
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) expect(schema.parse(example)).toEqual(example);
});

const tensor = { name: "text", shape: [1], datatype: "BYTES", data: ["a"] };
const request = (changed: object) => ({ inputs: [tensor], ...changed });
const input = (changed: object) => ({ inputs: [{ ...tensor, ...changed }] });
const body = { code: "X", message: "y", details: {}, requestId: "1" };
const listed = { name: "m", version: 1, references: [], task: "t", createdAt: "" };
const answer = { model_name: "m", model_version: "1", outputs: [] };
const { inferRequestSchema: infer, inferResponseSchema: inferred, modelMetadataSchema: metadata } = protocol;

test.each<[HttpSchema, unknown, string]>([
  [errorBodySchema, { ...body, details: [] }, "details: must be an object, got []"],
  [errorBodySchema, { ...body, status: 400 }, "status: is not known here, got 400"],
  [inferenceErrorSchema, { error: 1 }, "error: must be a string, got 1"],
  [modelListSchema, { models: [{ ...listed, version: 1.5 }] }, "models[0].version: must be a whole number, got 1.5"],
  [modelListSchema, { models: [{ ...listed, labels: "a" }] }, 'models[0].labels: must be a list, got "a"'],
  [modelParamsSchema, {}, "name: must be a string, got nothing"],
  [modelVersionParamsSchema, { name: "a" }, "version: must be a string, got nothing"],
  [infer, { inputs: {} }, "inputs: must be a list, got {}"],
  [infer, request({ id: 4 }), "id: must be a string, got 4"],
  [infer, request({ parameters: 7 }), "parameters: must be an object, got 7"],
  [
    infer,
    request({ parameters: { binary_data_output: 1 } }),
    "parameters.binary_data_output: must be true or false, got 1",
  ],
  [infer, request({ outputs: [{}] }), "outputs[0].name: must be a string, got nothing"],
  [infer, request({ outputs: {} }), "outputs: must be a list, got {}"],
  [infer, input({ shape: [-1] }), "inputs[0].shape[0]: must be at least 0, got -1"],
  [infer, input({ shape: [1.5] }), "inputs[0].shape[0]: must be a whole number, got 1.5"],
  [infer, input({ data: "a" }), 'inputs[0].data: must be a list, got "a"'],
  [infer, input({ datatype: null }), "inputs[0].datatype: must be a string, got null"],
  [
    infer,
    input({ parameters: { binary_data_size: -1 } }),
    "inputs[0].parameters.binary_data_size: must be at least 0, got -1",
  ],
  [inferred, { ...answer, more: 1 }, "more: is not known here, got 1"],
  [
    inferred,
    { ...answer, outputs: [{ ...tensor, data: [null] }] },
    "outputs[0].data[0]: must be a string or a number, got null",
  ],
  [
    metadata,
    { name: "m", versions: [3], platform: "onnx", inputs: [], outputs: [] },
    "versions[0]: must be a string, got 3",
  ],
  [protocol.readySchema, { live: true }, "ready: must be true or false, got nothing"],
  [protocol.liveSchema, { live: 1 }, "live: must be true or false, got 1"],
])("%# is refused with its path, rule and value: %j", (schema, value, message) => {
  expect(check(schema, value)).toBe(message);
});

/** What an answer may leave out. */
const OPTIONAL: readonly string[] = ["labels", "id"];
const { repositoryIndexRequestSchema: indexRequest, repositoryIndexSchema: index, ...OBJECTS } = schemas;

test("the list of models may be asked for without a word, and each entry has a name", () => {
  expect(indexRequest.parse({})).toEqual({});
  expect(indexRequest.parse({ ready: null })).toEqual({ ready: null });
  expect(check(indexRequest, { ready: 1 })).toBe("ready: must be true or false, got 1");
  expect(check(index, [{ version: "1" }])).toContain("name: must be a string, got nothing");
  expect(check(index, [{ name: "m", state: "GONE" }])).toContain("state: must be");
  expect(check(index, {})).toContain("must be a list, got {}");
});

test.each(Object.entries(OBJECTS))("%s needs each field of its examples, of its type", (_, schema) => {
  const { examples } = openApiSchema(schema, "input") as { examples: object[] };
  for (const example of examples) {
    for (const [key, value] of Object.entries(example)) {
      const wrong = [
        ...(schema === infer && key === "id" ? [] : [null]),
        typeof value === "object" ? "text" : [value],
        typeof value === "string" ? 7 : "text",
      ];
      for (const given of wrong) expect(check(schema, { ...example, [key]: given })).toMatch(`${key}: must be `);
      if (OPTIONAL.includes(key)) continue;
      const { [key as never]: _left, ...others } = example;
      expect(check(schema, others)).toMatch(new RegExp(`^${key}: must be [a-z "]+, got nothing$`));
    }
  }
});

test("requests of the protocol may hold keys that we do not know, answers do not", () => {
  expect(infer.safeParse({ ...input({ more: 1 }), more: 1 }).success).toBe(true);
});

test("a model without labels is listed without them", () => {
  const model = { name: "m", version: 1, references: ["m"], task: "t", createdAt: "2026-11-24T12:15:30.000Z" };
  expect(modelListSchema.parse({ object: "list", data: [], models: [model] }).models[0]).toEqual(model);
});
