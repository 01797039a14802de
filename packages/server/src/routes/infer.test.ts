import {
  inferenceErrorSchema,
  inferResponseSchema,
  modelMetadataSchema,
  modelReadySchema,
  readySchema,
  serverMetadataSchema,
} from "@modelwright/contracts";
import { tinyProbabilities } from "@modelwright/inference/testing";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createServer } from "../create-server.ts";
import { get, post } from "../testing/requests.ts";
import { openTinyRegistry } from "../testing/tiny-registry.ts";

let app: FastifyInstance;
let remove: () => Promise<void>;

beforeAll(async () => {
  const opened = await openTinyRegistry();
  remove = opened.remove;
  app = await createServer({ registry: opened.registry, models: [], workers: 1, drainMs: 0, maxTextBytes: 50 });
});

afterAll(async () => {
  await app.close();
  await remove();
});

const PATH = "/v2/models/letters/infer";
const textInput = (data: readonly unknown[], shape: readonly number[] = [data.length]) => ({
  inputs: [{ name: "text", datatype: "BYTES", shape, data }],
});

describe("Open Inference Protocol v2", () => {
  test("answers the server's routes", async () => {
    expect(serverMetadataSchema.parse((await get(app, "/v2")).body)).toEqual({
      name: "modelwright",
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      extensions: ["binary_tensor_data", "classification", "model_repository", "statistics"],
    });
    expect(await get(app, "/v2/health/live")).toMatchObject({ status: 200, body: { live: true } });
    const ready = await get(app, "/v2/health/ready");
    expect([ready.status, readySchema.parse(ready.body)]).toEqual([200, { live: true, ready: true }]);
  });

  test.each(["/v2/models/letters", "/v2/models/letters/versions/1"])("describes the model at %s", async (path) => {
    const { body } = await get(app, path);
    expect(modelMetadataSchema.parse(body)).toEqual({
      name: "letters",
      versions: ["1"],
      platform: "onnx_onnxv1",
      inputs: [{ name: "text", datatype: "BYTES", shape: [-1] }],
      outputs: [
        { name: "label", datatype: "BYTES", shape: [-1] },
        { name: "probabilities", datatype: "FP32", shape: [-1, 3] },
      ],
    });
    const ready = await get(app, `${path}/ready`);
    expect([ready.status, modelReadySchema.parse(ready.body)]).toEqual([200, { name: "letters", ready: true }]);
  });

  test.each([PATH, "/v2/models/letters/versions/1/infer"])("runs the model at %s and echoes the id", async (path) => {
    const { status, body } = await post(app, path, { id: "42", ...textInput(["aab", "c"]) });
    expect(status).toBe(200);
    const labels = ["a", "b", "c"];
    const expected = ["aab", "c"].flatMap((text) => tinyProbabilities(text, labels));
    expect(inferResponseSchema.parse(body)).toEqual({
      model_name: "letters",
      model_version: "1",
      id: "42",
      outputs: [
        { name: "label", datatype: "BYTES", shape: [2], data: ["a", "c"] },
        {
          name: "probabilities",
          datatype: "FP32",
          shape: [2, 3],
          data: expected.map((value) => expect.closeTo(value, 6)),
        },
      ],
    });
  });

  test("gives only the outputs asked for, in their order, and no id where none came", async () => {
    const one = await post(app, PATH, { ...textInput(["b"]), outputs: [{ name: "label" }] });
    expect(one.body.outputs).toEqual([{ name: "label", datatype: "BYTES", shape: [1], data: ["b"] }]);
    expect("id" in one.body).toBe(false);
    const two = await post(app, PATH, { ...textInput(["b"]), outputs: [{ name: "probabilities" }, { name: "label" }] });
    expect(two.body.outputs.map(({ name }: { name: string }) => name)).toEqual(["probabilities", "label"]);
  });

  test.each([
    ["nested", [["b"], ["c"]]],
    ["flat", ["b", "c"]],
  ])("accepts %s data of shape [n, 1]", async (_, data) => {
    const { status, body } = await post(app, PATH, textInput(data, [2, 1]));
    expect([status, body.outputs?.[0].data]).toEqual([200, ["b", "c"]]);
  });

  test("ignores parameters and keys that it does not know, as the protocol allows", async () => {
    const request = { ...textInput(["b"]), parameters: { priority: 1 }, other: true };
    expect((await post(app, PATH, request)).status).toBe(200);
  });

  const refused: readonly [string, unknown, string][] = [
    ["no inputs", { inputs: [] }, "inputs: must hold one tensor, got 0"],
    [
      "another input",
      { inputs: [{ ...textInput(["a"]).inputs[0], name: "x" }] },
      'inputs[0].name: must be "text", got "x"',
    ],
    [
      "another datatype",
      { inputs: [{ ...textInput(["a"]).inputs[0], datatype: "FP32" }] },
      'inputs[0].datatype: must be "BYTES"',
    ],
    [
      "data that is not as long as the shape says",
      textInput(["a"], [2]),
      "inputs[0].data: must hold 2 values as the shape says, got 1",
    ],
    ["a rank of three", textInput(["a"], [1, 1, 1]), "inputs[0].shape: must be [n] or [n, 1], got [1,1,1]"],
    ["a scalar", textInput(["a"], []), "inputs[0].shape: must be [n] or [n, 1], got []"],
    ["a negative shape", textInput(["a"], [-1]), "inputs[0].shape[0]: "],
    ["no texts", textInput([]), "inputs[0].shape: must hold 1 to 256 texts, got 0"],
    ["a number for a text", textInput([1]), "inputs[0].data[0]: must be a string, got 1"],
    ["data nested too deep", textInput([[["a"]]], [1, 1]), 'inputs[0].data[0]: must be a string, got ["a"]'],
    [
      "too long a text",
      textInput(["x".repeat(51)]),
      "inputs[0].data[0]: must be at most 50 bytes of UTF-8, got 51 bytes",
    ],
    [
      "an unknown output",
      { ...textInput(["a"]), outputs: [{ name: "y" }] },
      "outputs[0].name: must be one of label, probabilities",
    ],
    [
      "an output twice",
      { ...textInput(["a"]), outputs: [{ name: "label" }, { name: "label" }] },
      "outputs[1].name: must be named once",
    ],
    ["a number for an id", { ...textInput(["a"]), id: 4 }, "id: must be a string, got 4"],
    ["no object", [], "body: must be an object"],
    ["no JSON", "{", 'the body is not valid JSON. Send a JSON object, for example {"inputs": [{"name": "text", '],
  ];
  test.each(refused)("refuses %s", async (_, request, message) => {
    const { status, body } = await post(app, PATH, request);
    expect(status).toBe(400);
    expect(inferenceErrorSchema.parse(body).error).toContain(message);
  });

  test.each(["/v2/models/none", "/v2/models/letters/versions/2", "/v2/models/none/ready", "/v2/nothing"])(
    "answers 404 at %s",
    async (path) => {
      const { status, body } = await get(app, path);
      expect(status).toBe(404);
      expect(inferenceErrorSchema.parse(body).error).toMatch(/is not loaded|no route/);
    },
  );

  test("answers 404 for a model to run, 405 for a method and 415 for a form", async () => {
    expect((await post(app, "/v2/models/none/infer", textInput(["a"]))).status).toBe(404);
    const wrong = await get(app, PATH);
    expect([wrong.status, Object.keys(wrong.body)]).toEqual([405, ["error"]]);
    const headers = { "content-type": "text/csv" };
    const binary = await app.inject({ method: "POST", url: PATH, headers, payload: "x" });
    expect([binary.statusCode, Object.keys(binary.json())]).toEqual([415, ["error"]]);
  });
});
