import { expect, test } from "vitest";
import { openApiSchema } from "./check-value.ts";
import { errorBodySchema, inferenceErrorSchema } from "./error-bodies.ts";
import { modelListSchema } from "./models.ts";
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

test.each([
  [errorBodySchema, { code: "X", message: "y", details: {} }],
  [errorBodySchema, { code: "X", message: "y", details: [], requestId: "1" }],
  [inferenceErrorSchema, { error: 1 }],
  [modelListSchema, { models: [{ name: "m", version: 1.5, references: [], task: "t", createdAt: "" }] }],
  [protocol.inferRequestSchema, { inputs: {} }],
  [protocol.inferRequestSchema, { inputs: [{ name: "text", shape: [-1], datatype: "BYTES", data: [] }] }],
  [protocol.inferRequestSchema, { inputs: [], parameters: { a: [] } }],
  [protocol.inferRequestSchema, { inputs: [], outputs: [{}] }],
  [protocol.inferRequestSchema, { id: 4, inputs: [] }],
  [protocol.inferResponseSchema, { model_name: "m", model_version: "1", outputs: [], more: 1 }],
  [protocol.readySchema, { live: true }],
])("%# is refused", (schema, value) => {
  expect(schema.safeParse(value).success).toBe(false);
});

test("requests of the protocol may hold keys that we do not know, answers do not", () => {
  const request = { inputs: [{ name: "text", shape: [1], datatype: "BYTES", data: ["a"], more: 1 }], more: 1 };
  expect(protocol.inferRequestSchema.safeParse(request).success).toBe(true);
});

test("a model without labels is listed without them", () => {
  const model = { name: "m", version: 1, references: ["m"], task: "t", createdAt: "2026-11-24T12:15:30.000Z" };
  expect(modelListSchema.parse({ models: [model] }).models[0]).toEqual(model);
});
