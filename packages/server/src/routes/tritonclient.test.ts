import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { inferResponseSchema } from "@modelwright/contracts";
import { tinyProbabilities } from "@modelwright/inference/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningServer, startServer } from "../start-server.ts";
import { openTinyRegistry } from "../testing/tiny-registry.ts";

interface Recorded {
  readonly texts: readonly string[];
  readonly requests: readonly { readonly name: string; readonly base64: string }[];
}

const { texts, requests }: Recorded = JSON.parse(
  await readFile(new URL("../../fixtures/tritonclient/requests.json", import.meta.url), "utf8"),
);
const LABELS = ["a", "b", "c"];

let server: RunningServer;
let remove: () => Promise<void>;

beforeAll(async () => {
  const opened = await openTinyRegistry();
  remove = opened.remove;
  server = await startServer({ registry: opened.registry, models: [], workers: 1, drainMs: 0, port: 0 });
});

afterAll(async () => {
  await server.close();
  await remove();
});

/** Sends bytes as they are, and gives the answer's status, headers and body. */
async function exchange(request: Buffer) {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write(request);
  let answer = Buffer.alloc(0);
  for await (const chunk of socket) {
    answer = Buffer.concat([answer, chunk]);
    const end = answer.indexOf("\r\n\r\n");
    if (end < 0) continue;
    const [status = "", ...lines] = answer.subarray(0, end).toString().split("\r\n");
    const headers = new Map(lines.map((line) => line.toLowerCase().split(": ", 2) as [string, string]));
    const body = answer.subarray(end + 4);
    if (body.length < Number(headers.get("content-length"))) continue;
    socket.destroy();
    return { status: Number(status.split(" ")[1]), headers, body };
  }
  throw new Error("the connection was closed before the answer");
}

/** The tensors of an answer, as the protocol's extension for binary tensors describes them. */
function tensorsOf({ headers, body }: { headers: ReadonlyMap<string, string>; body: Buffer }) {
  const header = headers.get("inference-header-content-length");
  const length = header === undefined ? body.length : Number(header);
  const { outputs, ...rest } = inferResponseSchema.parse(JSON.parse(body.subarray(0, length).toString()));
  let offset = length;
  const tensors = outputs.map(({ name, shape, datatype, data, parameters }) => {
    const bytes = body.subarray(offset, offset + (parameters?.binary_data_size ?? 0));
    offset += bytes.length;
    return [name, { shape, values: data ?? (datatype === "FP32" ? floats(bytes) : strings(bytes)) }] as const;
  });
  expect(offset).toBe(body.length);
  return { ...rest, tensors: Object.fromEntries(tensors) };
}

function floats(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
}

function strings(bytes: Buffer): string[] {
  const found: string[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const end = offset + 4 + bytes.readUInt32LE(offset);
    found.push(bytes.toString("utf8", offset + 4, end));
    offset = end;
  }
  return found;
}

const expected = texts.map((text) => tinyProbabilities(text, LABELS));
const near = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 6));
const best = expected.map((row) => row.indexOf(Math.max(...row)));

describe("requests of tritonclient, byte for byte", () => {
  test.each(requests)("$name", async ({ name, base64 }) => {
    const answer = await exchange(Buffer.from(base64, "base64"));
    expect(answer.status, answer.body.toString()).toBe(200);
    const { tensors, ...rest } = tensorsOf(answer);
    expect(rest).toEqual({
      model_name: "letters",
      model_version: "1",
      ...(name === "every parameter" ? { id: "42" } : {}),
    });
    if (name === "classes") {
      const rows = expected.map((row) => [...row.entries()].sort(([, a], [, b]) => b - a).slice(0, 2));
      const { shape, values = [] } = tensors["probabilities"]!;
      const read = values.map((value) => {
        const [probability, index, label] = String(value).split(":");
        return [Number(probability), Number(index), label];
      });
      expect(shape).toEqual([3, 2]);
      expect(read).toEqual(rows.flat().map(([index, value]) => [expect.closeTo(value, 5), index, LABELS[index]]));
      return;
    }
    expect(tensors).toEqual({
      label: { shape: [3], values: best.map((index) => LABELS[index]) },
      probabilities: { shape: [3, 3], values: near(expected.flat()) },
    });
  });
});
