import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { utils, write } from "@e965/xlsx";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openTable } from "./open-table.ts";

const CSV = Buffer.from(`text,label\n${Array.from({ length: 2000 }, (_, i) => `row ${i},a\n`).join("")}`);
const workbook = utils.book_new();
utils.book_append_sheet(workbook, utils.aoa_to_sheet([["a"], [1]]), "One");
utils.book_append_sheet(workbook, utils.aoa_to_sheet([["a"], [2]]), "Two");
const XLSX = write(workbook, { type: "buffer", bookType: "xlsx" }) as Buffer;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const sent =
  (type: string, body: string | Buffer): Answer =>
  (_, response) =>
    response.setHeader("content-type", type).end(body);
/** Gives half of what is asked for, and goes on where it is asked to. */
const inHalves =
  (headers: Readonly<Record<string, string>>): Answer =>
  ({ headers: asked }, response) => {
    const from = Number(/bytes=(\d+)-/.exec(asked.range ?? "")?.[1] ?? 0);
    const rest = CSV.subarray(from);
    response.writeHead(from === 0 ? 200 : 206, {
      "content-type": "text/csv",
      "content-length": rest.length,
      ...headers,
    });
    if (from > CSV.length / 2) response.end(rest);
    else response.write(rest.subarray(0, rest.length / 2 + 1), () => setTimeout(() => response.destroy(), 50));
  };

const ANSWERS: Readonly<Record<string, Answer>> = {
  "/rows.csv": sent("application/octet-stream", CSV),
  "/api/tickets": sent("application/json; charset=utf-8", '{"data":[{"a":1},{"a":2}]}'),
  "/packed.csv.gz": sent("application/gzip", gzipSync(CSV)),
  "/book": sent("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", XLSX),
  "/named": (_, response) => response.setHeader("content-disposition", 'attachment; filename="export.csv"').end(CSV),
  "/moved": (_, response) => response.writeHead(302, { location: "/rows.csv" }).end(),
  "/circle": (_, response) => response.writeHead(302, { location: "/circle" }).end(),
  "/login.csv": sent("text/html", "<html>Sign in</html>"),
  "/picture": sent("image/png", "PNG"),
  "/forbidden.csv": (_, response) => response.writeHead(403).end(),
  "/basic.csv": ({ headers }, response) =>
    response.writeHead(headers.authorization === `Basic ${btoa("user:p@ss")}` ? 200 : 401).end(CSV),
  "/broken.csv": (_, response) => response.writeHead(500).end(),
  "/halves.csv": inHalves({ "accept-ranges": "bytes", etag: '"1"' }),
  "/cut.csv": inHalves({}),
  "/huge.csv": (_, response) => response.writeHead(200, { "content-length": 2 ** 40 }).flushHeaders(),
  "/bucket/folder/rows%20of%202024.csv": ({ headers }, response) => {
    if (!headers.authorization?.includes("Credential=key-of-the-test/")) return response.writeHead(403).end();
    response.setHeader("content-length", CSV.length).end(CSV);
  },
  "/bucket/cut.csv": (_, response) => {
    response.writeHead(200, { "content-length": CSV.length });
    response.write(CSV.subarray(0, 100), () => setTimeout(() => response.destroy(), 50));
  },
  "/bucket/secret.csv": (_, response) =>
    response.writeHead(403).end("<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"),
};

const server = createServer((request, response) => {
  const path = new URL(request.url!, "http://host").pathname;
  const answer = Object.hasOwn(ANSWERS, path) ? ANSWERS[path]! : undefined;
  if (answer !== undefined) answer(request, response);
  else response.writeHead(404).end("<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>");
});
let origin: string;
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function read(source: string) {
  const table = await openTable(source, { baseDir: "." });
  let rows = 0;
  for await (const _ of table.rows) rows++;
  return { name: table.name, columns: table.columns, rows };
}

describe("a web server", () => {
  test.each([
    ["/rows.csv", { name: "rows.csv", columns: ["text", "label"], rows: 2000 }],
    ["/rows.csv?token=secret#part", { name: "rows.csv", columns: ["text", "label"], rows: 2000 }],
    ["/api/tickets", { name: "tickets.json", columns: ["a"], rows: 2 }],
    ["/packed.csv.gz", { name: "packed.csv.gz", columns: ["text", "label"], rows: 2000 }],
    ["/book#Two", { name: "book.xlsx#Two", columns: ["a"], rows: 1 }],
    ["/named", { name: "export.csv", columns: ["text", "label"], rows: 2000 }],
    ["/moved", { name: "rows.csv", columns: ["text", "label"], rows: 2000 }],
    ["/halves.csv", { name: "halves.csv", columns: ["text", "label"], rows: 2000 }],
  ])("gives %s, read by its name or by what it is", async (path, expected) => {
    expect(await read(origin + path)).toEqual(expected);
  });

  test.each([
    ["/gone.csv", "DATA_SOURCE_NOT_FOUND", "(404)"],
    ["/forbidden.csv", "DATA_SOURCE_FAILED", "the server answers 403 Forbidden"],
    ["/broken.csv?token=secret", "DATA_SOURCE_FAILED", "/broken.csv: the server answers 500"],
    ["/circle", "DATA_SOURCE_FAILED", "redirect count exceeded"],
    ["/login.csv", "DATA_SOURCE_FAILED", "the server answers with a web page"],
    ["/picture", "DATA_FORMAT_UNKNOWN", "/picture: a file name without an extension"],
    ["/cut.csv", "DATA_SOURCE_FAILED", "the connection ended"],
    ["/huge.csv", "DATA_TOO_LARGE", "more than 64 GiB"],
  ])("answers %s with %s", async (path, code, message) => {
    await expect(read(origin + path)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test("is told who asks", async () => {
    const address = (password: string) => `${origin.replace("//", `//user:${password}@`)}/basic.csv`;
    expect(await read(address("p%40ss"))).toMatchObject({ name: "basic.csv", rows: 2000 });
    await expect(read(address("other"))).rejects.toMatchObject({
      message: expect.stringContaining(`${origin}/basic.csv: the server answers 401`),
    });
  });

  test("that is not there is told without its secrets", async () => {
    await expect(read("http://user:secret@127.0.0.1:9/rows.csv?key=secret")).rejects.toMatchObject({
      code: "DATA_SOURCE_FAILED",
      details: { source: "http://127.0.0.1:9/rows.csv" },
    });
  });
});

describe("S3", () => {
  beforeEach(() => {
    vi.stubEnv("AWS_ENDPOINT_URL", origin);
    vi.stubEnv("AWS_ACCESS_KEY_ID", "key-of-the-test");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
    vi.stubEnv("AWS_MAX_ATTEMPTS", "1");
  });

  test("gives an object", async () => {
    expect(await read("s3://bucket/folder/rows of 2024.csv")).toEqual({
      name: "rows of 2024.csv",
      columns: ["text", "label"],
      rows: 2000,
    });
  });

  test.each([
    ["s3://bucket/gone.csv", "DATA_SOURCE_NOT_FOUND", "gone.csv in the bucket bucket"],
    ["s3://bucket/secret.csv", "DATA_SOURCE_FAILED", "AccessDenied"],
    ["s3://bucket/cut.csv", "DATA_SOURCE_FAILED", "s3://bucket/cut.csv"],
    ["s3://bucket", "DATA_SOURCE_FAILED", "s3://bucket/key"],
  ])("answers %s with %s", async (source, code, message) => {
    await expect(read(source)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test("that is not there is told", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
    await expect(read("s3://bucket/rows.csv")).rejects.toMatchObject({ code: "DATA_SOURCE_FAILED" });
  });
});
