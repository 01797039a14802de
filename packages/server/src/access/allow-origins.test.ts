import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createServer } from "../create-server.ts";
import { SAFE_HEADERS } from "../routes/browser-safety.ts";
import { openTinyRegistry, type TinyRegistry } from "../testing/tiny-registry.ts";
import { isOrigin } from "./origin.ts";

const APP = "https://app.example";
/** What is near to an origin that may ask, and none. */
const OTHERS = [
  "https://other.example",
  "http://app.example",
  "https://app.example:8443",
  "https://app.example.evil.example",
  "https://evil-app.example",
  "https://APP.example",
  "null",
  "*",
  "",
];
type Method = "GET" | "POST" | "HEAD" | "OPTIONS" | "PUT";

let tiny: TinyRegistry;
let closed: FastifyInstance;
let open: FastifyInstance;
/** Every route of the server's own document, and what is none. */
let targets: readonly { readonly method: Method; readonly url: string }[];

beforeAll(async () => {
  tiny = await openTinyRegistry();
  const options = { registry: tiny.registry, models: [], workers: 1, threadsPerWorker: 1, drainMs: 0 };
  closed = await createServer(options);
  open = await createServer({ ...options, allowOrigins: [APP, "http://localhost:5173"] });
  const { paths } = (await closed.inject("/openapi.json")).json() as { paths: Record<string, Record<string, unknown>> };
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({
      method: method.toUpperCase() as Method,
      url: path.replace("{name}", "letters").replace("{version}", "1"),
    })),
  );
  targets = [...routes, { method: "GET", url: "/nothing" }, { method: "PUT", url: "/v1/models" }];
  expect(targets.length).toBeGreaterThan(25);
  // From here on everybody needs a key, which a browser that asks beforehand does not send.
  await tiny.registry.stores.keys.create({ name: "shop", roles: ["admin"] });
  await new Promise((resolve) => setTimeout(resolve, 1100));
});

afterAll(async () => {
  await closed.close();
  await open.close();
  await tiny.remove();
});

/** Headers of the answers to a request, and to the question whether it may be sent. */
async function answers(
  app: FastifyInstance,
  { method, url }: { readonly method: Method; readonly url: string },
  origin?: string,
) {
  const headers = origin === undefined ? {} : { origin };
  const asked = await app.inject({ method, url, headers });
  const names = {
    "access-control-request-method": method,
    "access-control-request-headers": "authorization, x-stainless-os",
  };
  const before = await app.inject({ method: "OPTIONS", url, headers: { ...headers, ...names } });
  return { asked, before };
}

const corsOf = (headers: object) => Object.keys(headers).filter((name) => name.startsWith("access-control-"));

test("no answer has a header of CORS where no origin is named", async () => {
  for (const target of targets) {
    const { asked, before } = await answers(closed, target, APP);
    expect([target.url, corsOf(asked.headers), corsOf(before.headers)]).toEqual([target.url, [], []]);
    expect(before.statusCode).toBeGreaterThanOrEqual(400);
  }
});

test("pages of a named origin may ask at every route, and read what is refused", async () => {
  for (const target of targets) {
    const { asked, before } = await answers(open, target, APP);
    for (const { headers } of [asked, before]) {
      expect([target.url, headers["access-control-allow-origin"]]).toEqual([target.url, APP]);
      expect(headers["vary"]).toContain("origin");
      expect(headers["access-control-allow-credentials"]).toBeUndefined();
    }
    expect(asked.statusCode).not.toBe(204);
    expect([before.statusCode, before.body]).toEqual([204, ""]);
    expect(before.headers["access-control-allow-methods"]).toBe("GET, HEAD, POST");
    expect(before.headers["access-control-allow-headers"]).toBe("authorization, x-stainless-os");
  }
});

test("no other origin may, however near it is, nor what has none", async () => {
  for (const target of targets) {
    for (const origin of [...OTHERS, undefined]) {
      const { asked, before } = await answers(open, target, origin);
      expect([target.url, origin, corsOf(asked.headers), corsOf(before.headers)]).toEqual([target.url, origin, [], []]);
      expect(asked.headers["vary"]).toContain("origin");
      expect(before.statusCode).toBeGreaterThanOrEqual(400);
    }
  }
});

test("a page of another site changes nothing where no key is asked for", async () => {
  const unload = { method: "POST", url: "/v2/repository/models/letters/unload" } as const;
  const from = (origin: string) => ({ origin, "sec-fetch-site": "cross-site" });
  const denied = await open.inject({ ...unload, headers: from("https://other.example") });
  expect(denied.statusCode).toBe(403);
  expect(denied.json().error).toContain("origin https://other.example: pages of this site may not ask this server");
  // What is let goes on to the key, as does a page of the server itself.
  expect((await open.inject({ ...unload, headers: from(APP) })).statusCode).toBe(401);
  const own = { origin: "https://models.example", "sec-fetch-site": "same-origin" };
  expect((await closed.inject({ ...unload, headers: own })).statusCode).toBe(401);
});

test("every answer tells browsers to be careful", async () => {
  for (const app of [closed, open]) {
    for (const target of [...targets, { method: "GET", url: "/%E0%A4%A" } as const]) {
      const { headers } = await app.inject(target);
      for (const [name, value] of Object.entries(SAFE_HEADERS)) {
        if (name !== "content-security-policy") expect([target.url, headers[name]]).toEqual([target.url, value]);
        expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; .*frame-ancestors 'none'$/);
      }
      expect(headers["strict-transport-security"]).toBeUndefined();
    }
  }
});

describe("an origin", () => {
  test.each([APP, "http://localhost:5173", "http://127.0.0.1:8080", "https://[::1]:8443"])("is %s", (text) => {
    expect(isOrigin(text)).toBe(true);
  });
  const none = [
    "*",
    "null",
    "app.example",
    `${APP}/`,
    `${APP}/page`,
    `${APP}:443`,
    "https://App.example",
    "https://*.example",
    "ftp://app.example",
    "https://",
    "",
  ];
  test.each(none)("is not %j", async (text) => {
    expect(isOrigin(text)).toBe(false);
    await expect(createServer({ registry: tiny.registry, models: [], allowOrigins: [text] })).rejects.toMatchObject({
      code: "SERVER_OPTION_INVALID",
    });
  });
});
