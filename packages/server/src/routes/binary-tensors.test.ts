import { gzipSync } from "node:zlib";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createServer } from "../create-server.ts";
import { openRegistryOfAllTasks } from "../testing/tiny-registry.ts";

let app: FastifyInstance;
let remove: () => Promise<void>;

beforeAll(async () => {
  const opened = await openRegistryOfAllTasks();
  remove = opened.remove;
  app = await createServer({ registry: opened.registry, models: [], workers: 1, drainMs: 0, bodyLimitBytes: 10_000 });
});

afterAll(async () => {
  await app.close();
  await remove();
});

const MODEL = "text-classification";

function elements(...texts: (string | Uint8Array)[]): Buffer {
  return Buffer.concat(
    texts.flatMap((text) => {
      const bytes = Buffer.from(text);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }),
  );
}

interface Sent {
  readonly json: object;
  readonly tail?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly model?: string;
}

async function infer({ json, tail, headers = {}, model = MODEL }: Sent) {
  const head = Buffer.from(JSON.stringify(json));
  const length = tail === undefined ? {} : { "inference-header-content-length": String(head.length) };
  const response = await app.inject({
    method: "POST",
    url: `/v2/models/${model}/infer`,
    headers: { ...length, ...headers },
    payload: Buffer.concat([head, tail ?? Buffer.alloc(0)]),
  });
  return { status: response.statusCode, headers: response.headers, bytes: response.rawPayload, text: response.body };
}

const input = (sizeBytes: number | undefined, rest: object = {}) => ({
  name: "text",
  shape: [1],
  datatype: "BYTES",
  ...(sizeBytes === undefined ? {} : { parameters: { binary_data_size: sizeBytes } }),
  ...rest,
});
const tail = elements("abba b");

describe("binary tensors", () => {
  test("are announced", async () => {
    const { extensions } = (await app.inject("/v2")).json();
    expect(extensions).toEqual(["binary_tensor_data", "classification", "model_repository", "statistics"]);
  });

  test("come back where the request or an output asks for them, and no others", async () => {
    const json = {
      inputs: [input(tail.length)],
      parameters: { binary_data_output: true },
      outputs: [{ name: "probabilities" }, { name: "label", parameters: { binary_data: false } }],
    };
    const { status, headers, bytes } = await infer({ json, tail });
    expect([status, headers["content-type"]]).toEqual([200, "application/octet-stream"]);
    const length = Number(headers["inference-header-content-length"]);
    const { outputs } = JSON.parse(bytes.subarray(0, length).toString());
    expect(outputs).toEqual([
      { name: "probabilities", datatype: "FP32", shape: [1, 3], parameters: { binary_data_size: 12 } },
      { name: "label", datatype: "BYTES", shape: [1], data: ["b"] },
    ]);
    expect(bytes.length).toBe(length + 12);
    expect(bytes.readFloatLE(length + 4)).toBeGreaterThan(0.5);
  });

  test("hold whole numbers as INT32", async () => {
    const json = {
      inputs: [input(undefined, { data: ["one"] })],
      parameters: { max_tokens: 2, binary_data_output: true },
      outputs: [{ name: "tokens" }],
    };
    const { headers, bytes } = await infer({ json, model: "causal-language-modeling" });
    const length = Number(headers["inference-header-content-length"]);
    expect([bytes.length - length, bytes.readInt32LE(length)]).toEqual([4, 2]);
  });

  const bad = Buffer.from([0xff, 0xfe]);
  const refused: readonly (readonly [string, Sent, string])[] = [
    ["neither data nor a size", { json: { inputs: [input(undefined)] } }, "inputs[0].data: must be there, or"],
    [
      "data and a size",
      { json: { inputs: [input(tail.length, { data: ["a"] })] }, tail },
      "binary_data_size: must not stand beside data, got 10",
    ],
    [
      "a size without the header",
      { json: { inputs: [input(10)] } },
      "needs the header inference-header-content-length, the length of the JSON, got 10",
    ],
    [
      "a size beyond the body",
      { json: { inputs: [input(11)] }, tail },
      "must be at most the 10 bytes that follow, got 11",
    ],
    ["bytes that nobody asks for", { json: { inputs: [input(4)] }, tail: Buffer.alloc(9) }, "account for all 9 bytes"],
    [
      "an element cut short",
      { json: { inputs: [input(9)] }, tail: tail.subarray(0, 9) },
      "inputs[0].data[0]: must be 4",
    ],
    [
      "a length cut short",
      { json: { inputs: [input(2)] }, tail: Buffer.alloc(2) },
      "inputs[0].data[0]: must be 4 bytes",
    ],
    [
      "other bytes than UTF-8",
      { json: { inputs: [input(6)] }, tail: elements(bad) },
      "inputs[0].data[0]: must be UTF-8, got other bytes",
    ],
    [
      "numbers",
      { json: { inputs: [input(10, { datatype: "FP32" })] }, tail },
      'inputs[0].datatype: must be "BYTES", got "FP32"',
    ],
    [
      "a size that is no number",
      { json: { inputs: [input("x" as never)] }, tail },
      "binary_data_size: must be a number",
    ],
    [
      "too many elements",
      { json: { inputs: [input(12)] }, tail: elements("", "", "") },
      "inputs[0].data: must hold 1 values as the shape says, got 3",
    ],
    [
      "a header that is no number",
      { json: {}, headers: { "inference-header-content-length": "-1" } },
      'inference-header-content-length: must be the length of the JSON, 0 to the 2 bytes of the body, got "-1"',
    ],
    [
      "a header beyond the body",
      { json: {}, headers: { "inference-header-content-length": "3" } },
      'inference-header-content-length: must be the length of the JSON, 0 to the 2 bytes of the body, got "3"',
    ],
    [
      "shared memory for an output",
      {
        json: {
          inputs: [input(10)],
          outputs: [{ name: "label", parameters: { shared_memory_region: "r" } }],
        },
        tail,
      },
      'outputs[0].parameters.shared_memory_region: is not known here, got "r"',
    ],
    [
      "classes of an output that is not a row of numbers per label",
      {
        json: { inputs: [input(10)], outputs: [{ name: "label", parameters: { classification: 2 } }] },
        tail,
      },
      "outputs[0].parameters.classification: must be asked of an output that holds a number per label, got 2 of label",
    ],
    [
      "no class at all",
      {
        json: { inputs: [input(10)], outputs: [{ name: "probabilities", parameters: { classification: 0 } }] },
        tail,
      },
      "outputs[0].parameters.classification",
    ],
  ];
  test.each(refused)("refuses %s", async (_, sent, message) => {
    const { status, text } = await infer(sent);
    expect([status, JSON.parse(text).error]).toEqual([400, expect.stringContaining(message)]);
  });
});

describe("values that clients leave out as null", () => {
  test("mean that they are left out", async () => {
    const json = {
      id: null,
      parameters: null,
      outputs: null,
      inputs: [input(undefined, { parameters: null, data: ["abba b"] })],
    };
    const { status, text } = await infer({ json });
    expect([status, Object.keys(JSON.parse(text))]).toEqual([200, ["model_name", "model_version", "outputs"]]);
    const outputs = [{ name: "label", parameters: null }];
    expect((await infer({ json: { ...json, outputs } })).status).toBe(200);
  });

  test("parameters may hold anything", async () => {
    const parameters = { a: { b: [1, null] }, c: null };
    const json = { parameters, inputs: [input(undefined, { parameters, data: ["a"] })] };
    expect((await infer({ json })).status).toBe(200);
  });
});

describe("bodies", () => {
  const predict = (payload: Buffer | string, headers: Record<string, string> = {}) =>
    app.inject({ method: "POST", url: `/v1/models/${MODEL}/predict`, headers, payload });
  const text = JSON.stringify({ text: "abba b" });

  test("need not be announced", async () => {
    for (const headers of [
      {},
      { "content-type": "application/json" },
      { "content-type": 'application/json; charset="UTF-8"' },
    ]) {
      const { statusCode, body } = await predict(text, headers);
      expect([statusCode, body]).toEqual([200, expect.stringContaining('"label":"b"')]);
    }
  });

  test("may be compressed", async () => {
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    expect((await predict(gzipSync(text), headers)).json()).toMatchObject({ predictions: [{ label: "b" }] });
  });

  test.each([
    [
      "of another charset",
      text,
      { "content-type": "application/json; charset=iso-8859-1" },
      415,
      "SERVER_CONTENT_TYPE",
    ],
    ["compressed otherwise", text, { "content-encoding": "zstd" }, 415, "SERVER_CONTENT_ENCODING"],
    ["not compressed as they say", text, { "content-encoding": "gzip" }, 400, "SERVER_BODY_INVALID"],
    [
      "a prototype's name for a compression",
      text,
      { "content-encoding": "constructor" },
      415,
      "SERVER_CONTENT_ENCODING",
    ],
    [
      "that grow beyond the limit",
      gzipSync(Buffer.alloc(10_001, " ")),
      { "content-encoding": "gzip" },
      413,
      "SERVER_BODY_TOO_LARGE",
    ],
    ["of bytes that are not UTF-8", Buffer.from('{"text": "caf\xe9"}', "latin1"), {}, 400, "SERVER_BODY_INVALID"],
  ])("%s are refused", async (_, payload, headers, status, code) => {
    const response = await predict(payload, headers as Record<string, string>);
    expect([response.statusCode, response.json().code]).toEqual([status, code]);
  });
});
