import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, get, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Registry } from "@modelwright/registry";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { startServer } from "./start-server.ts";
import { openTinyRegistry } from "./testing/tiny-registry.ts";

let registry: Registry;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ registry, remove } = await openTinyRegistry());
});

afterEach(async () => {
  await remove();
});

const PREDICT = "/v1/models/letters/predict";

async function send(url: string, body: unknown, agent?: Agent) {
  const sent = request(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    ...(agent === undefined ? {} : { agent }),
  });
  sent.end(JSON.stringify(body));
  const [response] = await once(sent, "response");
  const answer = JSON.parse(await text(response));
  return { status: response.statusCode as number, connection: response.headers.connection as string, body: answer };
}

/** Sends raw bytes and returns the raw answer. */
async function exchange(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(bytes);
  return text(socket);
}

describe("startServer", () => {
  test("listens, answers over a real socket, and closes", async () => {
    const { url, close } = await startServer({ registry, models: [], workers: 1, port: 0, drainMs: 0 });
    expect(await send(`${url}${PREDICT}`, { text: "bb" })).toMatchObject({
      status: 200,
      body: { predictions: [{ label: "b" }] },
    });
    await close();
    await expect(send(`${url}${PREDICT}`, { text: "bb" })).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("says when the port is taken or the address is not this machine's", async () => {
    const first = await startServer({ registry, models: [], workers: 1, port: 0, drainMs: 0 });
    const port = Number(new URL(first.url).port);
    const again = { registry, models: [], workers: 1, drainMs: 0, port };
    await expect(startServer(again)).rejects.toMatchObject({
      code: "SERVER_PORT_IN_USE",
      details: { host: "127.0.0.1", port },
    });
    await first.close();
    const elsewhere = { ...again, host: "192.0.2.1", withoutKeys: true };
    await expect(startServer(elsewhere)).rejects.toMatchObject({ code: "SERVER_LISTEN_FAILED" });
    await expect(startServer({ ...again, port: 70_000 })).rejects.toMatchObject({ code: "SERVER_OPTION_INVALID" });
  });

  test("answers what is not HTTP with a clean 400", async () => {
    const { url, close } = await startServer({ registry, models: [], workers: 1, port: 0, drainMs: 0 });
    for (const bytes of [
      "nonsense\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",
      "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n",
    ]) {
      const [head, body] = (await exchange(url, bytes)).split("\r\n\r\n");
      expect(head).toMatch(/^HTTP\/1\.1 400 /);
      if (!bytes.startsWith("GET")) expect(JSON.parse(body!).code).toBe("SERVER_BODY_INVALID");
    }
    await close();
  });

  test("a request that never arrives whole does not keep the server", async () => {
    const { url, close } = await startServer({
      registry,
      models: [],
      workers: 1,
      port: 0,
      drainMs: 0,
      requestTimeoutMs: 300,
    });
    const answer = exchange(
      url,
      "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{",
    );
    let whole: Awaited<ReturnType<typeof send>>;
    do whole = await send(`${url}${PREDICT}`, { text: "bb" });
    while (whole.body.code === "SERVER_TIMEOUT");
    expect(whole).toMatchObject({ status: 200 });
    await close();
    expect(await answer).toMatch(/^HTTP\/1\.1 408 .*"code":"SERVER_BODY_INVALID"/s);
  });

  test("takes the texts of a client that left out of the queue", async () => {
    const { url, close } = await startServer({
      registry,
      models: [],
      workers: 1,
      port: 0,
      drainMs: 0,
      maxBatch: 1,
    });
    const many = JSON.stringify({ texts: new Array(256).fill("a".repeat(1000)) });
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST ${PREDICT} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${many.length}\r\n\r\n${many}`,
    );
    const metric = async (pattern: RegExp) =>
      Number(pattern.exec(await (await fetch(`${url}/metrics`)).text())?.[1] ?? 0);
    while ((await metric(/modelwright_queue_size (\d+)/)) === 0) await sleep(1);
    socket.destroy();
    while ((await metric(/modelwright_queue_size (\d+)/)) > 0) await sleep(1);
    while ((await metric(/status="499"} (\d+)/)) === 0) await sleep(1);
    expect(await metric(/modelwright_batch_size_count{.*} (\d+)/)).toBeLessThan(256);
    await close();
  });
});

describe("a server on this machine only", () => {
  const statusFor = async (url: string, host: string) => {
    const { hostname, port } = new URL(url);
    const request = get({ hostname, port, path: "/v1/models", headers: { host } });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  };

  test("is not reached by a name that a web site made point here", async () => {
    const { url, close } = await startServer({ registry, models: [], workers: 1, port: 0, drainMs: 0 });
    const { host, port } = new URL(url);
    for (const name of [host, `localhost:${port}`, "LOCALHOST", "a.localhost", "[::1]:80", "192.168.1.2"]) {
      expect([name, await statusFor(url, name)]).toEqual([name, 200]);
    }
    for (const name of ["example.org", `example.org:${port}`, "localhost.example.org", "127.0.0.1.example.org", "x"]) {
      expect([name, await statusFor(url, name)]).toEqual([name, 421]);
    }
    await close();
  });

  test("may be asked for by any name where it listens to others", async () => {
    const { url, close } = await startServer({
      registry,
      models: [],
      workers: 1,
      port: 0,
      host: "0.0.0.0",
      withoutKeys: true,
      drainMs: 0,
    });
    expect(await statusFor(url, "models.example.org")).toBe(200);
    await close();
  });

  test("does not listen to others while there is no key to ask them for", async () => {
    for (const host of ["0.0.0.0", "::", "192.0.2.1"]) {
      const starting = startServer({ registry, models: [], workers: 1, port: 0, host });
      await expect(starting).rejects.toMatchObject({ code: "ACCESS_KEYS_ABSENT", details: { host } });
    }
  });
});

describe("shutdown", () => {
  test.each([
    ["one connection for each request", { keepAlive: false }],
    ["connections that are used again", { keepAlive: true }],
  ])("with 200 requests under way answers each of them whole: %s", async (_, agentOptions) => {
    // On a slow machine they would wait longer than a queue may by default, and be refused.
    const options = { workers: 2, maxBatch: 4, port: 0, drainMs: 300, maxWaitMs: 600_000 };
    const { url, close } = await startServer({ registry, models: [], ...options });
    const agent = new Agent(agentOptions);
    const labels = ["a", "b", "c"];
    let answered = 0;
    const texts = (i: number) => Array.from({ length: 1 + (i % 20) }, (_, j) => labels[(i + j) % 3]!.repeat(50));
    const answers = Promise.all(
      Array.from({ length: 200 }, async (_, i) => {
        const answer = await send(`${url}${PREDICT}`, { texts: texts(i) }, agent);
        answered += 1;
        return { i, ...answer };
      }),
    );
    while (answered < 30) await sleep(1);
    const answeredBefore = answered;
    const closing = close();
    const [ready, late] = await Promise.all([fetch(`${url}/v2/health/ready`), send(`${url}${PREDICT}`, { text: "a" })]);
    expect([ready.status, ready.headers.get("connection")]).toEqual([503, "close"]);
    expect([late.status, late.connection, late.body.code]).toEqual([503, "close", "SERVER_SHUTTING_DOWN"]);
    let served = 0;
    for (const { i, status, body } of await answers) {
      if (status === 503) {
        expect(body.code).toMatch(/^SERVER_(?:SHUTTING_DOWN|OVERLOADED)$/);
        continue;
      }
      served += 1;
      expect(status).toBe(200);
      expect(body.predictions.map(({ label }: { label: string }) => label)).toEqual(texts(i).map((sent) => sent[0]));
    }
    expect(answeredBefore).toBeLessThan(200);
    expect(served).toBeGreaterThanOrEqual(answeredBefore);
    await closing;
    agent.destroy();
    await expect(send(`${url}${PREDICT}`, { text: "a" })).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("may take longer than the limit that Fastify sets on a plugin", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    try {
      const { close } = await startServer({ registry, models: [], workers: 1, port: 0, drainMs: 200 });
      const closing = close();
      await sleep(50);
      vi.advanceTimersByTime(3_600_000);
      await closing;
    } finally {
      vi.useRealTimers();
    }
  });

  /** A server in a process of its own, and what it has printed. */
  function serveInProcess(drainMs: number) {
    const program = fileURLToPath(new URL("./fixtures/serve.mjs", import.meta.url));
    const server = spawn(process.execPath, [program, registry.location, String(drainMs)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    const url = new Promise<string>((resolve) => {
      server.stdout.on("data", (chunk) => {
        output += chunk;
        if (output.includes("\n")) resolve(output.slice(0, output.indexOf("\n")));
      });
    });
    return { server, url, ended: once(server, "close"), output: () => output };
  }

  test("a signal ends the process after the answers, with code 0", async () => {
    const { server, output, ended, url } = serveInProcess(100);
    const answer = send(`${await url}${PREDICT}`, { texts: new Array(200).fill("b".repeat(200)) });
    server.kill("SIGTERM");
    expect([200, 503]).toContain((await answer).status);
    expect(await ended).toEqual([0, null]);
    expect(output()).toContain("closed");
  });

  test("a second signal ends it at once", async () => {
    const { server, output, ended, url } = serveInProcess(600_000);
    await url;
    server.kill("SIGINT");
    while ((await fetch(`${await url}/v2/health/ready`)).status === 200) await sleep(1);
    server.kill("SIGINT");
    expect(await ended).toEqual([130, null]);
    expect(output()).not.toContain("closed");
  });
});
