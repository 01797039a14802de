import { createHmac } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type MonitorSettings, parseMonitorSettings } from "@modelwright/contracts";
import { openRegistry, type Registry } from "@modelwright/registry";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { MonitorReport, MonitorVerdict } from "../monitoring/report.ts";
import type { AlertMessage } from "./message.ts";
import { tellAlerts } from "./tell-alerts.ts";

let folder: string;
let registry: Registry;
const servers: Server[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-alerts-"));
  registry = await openRegistry(join(folder, "registry"));
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

async function listening<S extends Server>(server: S): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** A report of two checks. */
function report(minute: number, inputs: MonitorVerdict, quality: MonitorVerdict = "fine"): MonitorReport {
  const at = (n: number) => new Date(Date.UTC(2026, 10, 28, 10, n)).toISOString();
  const check = (name: "inputs" | "quality", verdict: MonitorVerdict) => ({
    check: name,
    verdict,
    text: `${name} 漂移 at ${minute}`,
    examples: verdict === "alert" ? ["0198f3a0-0000-7000-8000-000000000000.0"] : [],
  });
  return {
    name: "tickets",
    version: 3,
    from: at(minute - 1),
    to: at(minute),
    checks: [check("inputs", inputs), check("quality", quality)],
  } as unknown as MonitorReport;
}

const waits: number[] = [];
function look(found: MonitorReport, alerts: unknown[]) {
  const settings: MonitorSettings = parseMonitorSettings({ alerts });
  const wait = async (ms: number) => {
    waits.push(ms);
  };
  return tellAlerts(registry, found, { settings, watched: "tickets@champion", place: "/reports/t.html", folder, wait });
}

/** A server that keeps what it gets, and answers as it is told. */
async function hook(statuses: number[] = []) {
  const got: { readonly message: AlertMessage; readonly signature: string | undefined; readonly body: string }[] = [];
  const port = await listening(
    createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      request.on("end", () => {
        const signature = request.headers["x-modelwright-signature"] as string | undefined;
        const status = statuses.shift() ?? 204;
        if (status === 204) got.push({ message: JSON.parse(body) as AlertMessage, signature, body });
        response.writeHead(status, { location: "http://127.0.0.1:1/" }).end();
      });
    }),
  );
  return { url: `http://127.0.0.1:${port}/hook?key=1`, got };
}

test("a webhook is told once that an alert opened and once that it closed, signed, with the way back", async () => {
  const { url, got } = await hook();
  const alerts = [{ webhook: url, secret: "12345678", on: ["inputs"] }];
  const first = await look(report(1, "alert", "alert"), alerts);
  expect(first.opened.map(({ check }) => check)).toEqual(["inputs", "quality"]);
  expect(first.told).toEqual([
    { channel: expect.stringMatching(/^webhook 127\.0\.0\.1:\d+ \([0-9a-f]{8}\)$/), event: "opened", check: "inputs" },
  ]);
  expect((await look(report(2, "alert"), alerts)).told).toEqual([]);
  expect((await look(report(3, "undecided"), alerts)).told).toEqual([]);
  expect((await look(report(4, "fine"), alerts)).told).toMatchObject([{ event: "closed", check: "inputs" }]);
  expect((await look(report(5, "fine"), alerts)).told).toEqual([]);
  expect(got.map(({ message }) => message.event)).toEqual(["opened", "closed"]);
  const [{ message, signature, body }] = got as [(typeof got)[0]];
  expect(message).toMatchObject({
    watched: "tickets@champion",
    model: "tickets",
    version: 3,
    check: "inputs",
    text: "inputs 漂移 at 1",
    report: "/reports/t.html",
    examples: ["0198f3a0-0000-7000-8000-000000000000.0"],
    command: "modelwright monitor tickets:3 --since 2026-11-28T10:00:00.000Z --until 2026-11-28T10:01:00.000Z",
  });
  const [, seconds, digest] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature!)!;
  expect(digest).toBe(createHmac("sha256", "12345678").update(`${seconds}.${body}`).digest("hex"));
  expect(JSON.stringify(await registry.stores.alerts.list())).not.toContain("key=1");
});

test("a webhook that is away is asked again with longer and longer pauses, and at the next look", async () => {
  waits.length = 0;
  const { url, got } = await hook([503, 429, 500, 502, 503]);
  const alerts = [{ webhook: url }];
  const first = await look(report(1, "alert"), alerts);
  expect(waits).toEqual([1000, 4000, 16_000]);
  expect(first.failed.map(({ code, message }) => [code, message.includes("answered 502")])).toEqual([
    ["MONITOR_ALERT_FAILED", true],
  ]);
  const second = await look(report(2, "alert"), alerts);
  expect([second.opened.length, second.told.length, second.failed.length]).toEqual([0, 1, 0]);
  expect(got).toHaveLength(1);
});

test("a webhook that refuses, or leads elsewhere, is not asked again", async () => {
  for (const status of [400, 302]) {
    waits.length = 0;
    const { url } = await hook([status]);
    const { failed } = await look(report(1, "alert"), [{ webhook: url }]);
    expect(failed[0]!.message).toContain(`answered ${status}`);
    expect(waits).toEqual([]);
  }
});

test("a command gets the alert on its stdin, and one that fails is told with what it said", async () => {
  const write = 'require("fs").writeFileSync("got.json", require("fs").readFileSync(0))';
  const told = await look(report(1, "alert"), [{ command: [process.execPath, "-e", write] }]);
  expect(told.told).toHaveLength(1);
  expect(JSON.parse(await readFile(join(folder, "got.json"), "utf8"))).toMatchObject({
    event: "opened",
    check: "inputs",
  });
  const { failed } = await look(report(2, "alert"), [{ command: "echo 'no pager' >&2; exit 4" }]);
  expect(failed[0]!.message).toContain("ended with code 4: no pager");
  const [missing] = (await look(report(3, "alert"), [{ command: ["modelwright-no-such-program"] }])).failed;
  expect(missing!.message).toContain("ENOENT");
});

/** A server that takes mails (RFC 5321) without a password, and keeps what it got. */
async function mailServer() {
  const got: string[] = [];
  const port = await listening(
    createTcpServer((socket) => {
      let [buffer, isData] = ["", false];
      socket.on("error", () => {});
      socket.write("220 stub ESMTP\r\n");
      socket.setEncoding("utf8").on("data", (text: string) => {
        buffer += text;
        for (let end = buffer.indexOf("\r\n"); end >= 0; end = buffer.indexOf("\r\n")) {
          const line = buffer.slice(0, end);
          buffer = buffer.slice(end + 2);
          got.push(line);
          if (isData) {
            if (line === ".") {
              isData = false;
              socket.write("250 kept\r\n");
            }
          } else if (/^EHLO/i.test(line)) socket.write("250-stub\r\n250 8BITMIME\r\n");
          else if (/^DATA/i.test(line)) {
            isData = true;
            socket.write("354 go on\r\n");
          } else if (/^QUIT/i.test(line)) socket.end("221 bye\r\n");
          else socket.write(/^RCPT TO:<nobody/i.test(line) ? "550 no such mailbox\r\n" : "250 fine\r\n");
        }
      });
    }),
  );
  return { server: `smtp://127.0.0.1:${port}`, got };
}

test("a mail says what, where and since when", async () => {
  const { server, got } = await mailServer();
  const mail = { email: ["team@shop.example", "on-call@shop.example"], from: "models@shop.example", server };
  const { told, failed } = await look(report(1, "alert"), [mail]);
  expect(failed).toEqual([]);
  expect(told).toMatchObject([{ channel: "e-mail team@shop.example, on-call@shop.example" }]);
  const text = got.join("\n");
  for (const part of [
    "MAIL FROM:<models@shop.example>",
    "RCPT TO:<team@shop.example>",
    "RCPT TO:<on-call@shop.example>",
  ])
    expect(text).toContain(part);
  expect(text).toContain("Subject: tickets@champion: inputs, look at it");
  const refused = await look(report(2, "alert"), [{ ...mail, email: "nobody@shop.example" }]);
  expect(refused.failed[0]!.message).toContain("550 no such mailbox");
});
