import { type Permission, permissionsOf, ROLE_NAMES, type Role } from "@modelwright/contracts";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createServer } from "../create-server.ts";
import { openTinyRegistry, type TinyRegistry } from "../testing/tiny-registry.ts";
import { registerTinyVersion } from "../testing/tiny-version.ts";

const HEADER = "authorization";
const BODIES: Readonly<Record<string, object>> = { post: { texts: ["a"], model: "letters", input: "a", prompt: "a" } };

interface Route {
  readonly method: "get" | "head" | "post";
  readonly url: string;
  readonly needs: Permission | "nothing";
}

let tiny: TinyRegistry;
let app: FastifyInstance;
/** Every route that the server has, as its own document lists them. */
let routes: readonly Route[];
const tokens = new Map<Role, string>();
let bad: Readonly<Record<string, string | undefined>>;
let bound: string;

beforeAll(async () => {
  tiny = await openTinyRegistry();
  await registerTinyVersion(tiny.registry, { name: "digits" });
  const { keys } = tiny.registry.stores;
  app = await createServer({ registry: tiny.registry, models: [], workers: 1, threadsPerWorker: 1 });
  routes = routesOf((await app.inject("/openapi.json")).json());
  for (const role of ROLE_NAMES) tokens.set(role, (await keys.create({ name: role, roles: [role] })).token);
  const admin = tokens.get("admin")!;
  const make = async (name: string, more: object = {}) =>
    (await keys.create({ name, roles: ["admin"], ...more })).token;
  const revoked = await make("revoked");
  await keys.revoke("revoked");
  const expiring = await make("expiring", { expiresAt: new Date(Date.now() + 300).toISOString() });
  bound = await make("bound", { models: ["digits"] });
  const swap = (token: string) => `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`;
  bad = {
    none: undefined,
    empty: "",
    scheme: `Basic ${admin}`,
    "no scheme": admin,
    malformed: "Bearer mw_abc",
    "two at once": `Bearer ${admin} ${admin}`,
    unknown: `Bearer mw_ffffffffffff_${admin.slice(-43)}`,
    "wrong secret": `Bearer ${swap(admin)}`,
    "secret of another": `Bearer ${admin.slice(0, -43)}${tokens.get("read")!.slice(-43)}`,
    revoked: `Bearer ${revoked}`,
    expired: `Bearer ${expiring}`,
    longer: `Bearer ${admin}A`,
    shorter: `Bearer ${admin.slice(0, -1)}`,
    "upper case": `Bearer ${admin.toUpperCase()}`,
  };
  // Keys are at most a second old.
  await new Promise((resolve) => setTimeout(resolve, 1100));
});

afterAll(async () => {
  await app.close();
  await tiny.remove();
});

function routesOf(document: {
  paths: Record<string, Record<string, { security: { key: [Permission] }[] }>>;
}): readonly Route[] {
  const routes: Route[] = [];
  for (const [path, methods] of Object.entries(document.paths)) {
    const url = path.replace("{name}", "letters").replace("{version}", "1");
    for (const [name, { security }] of Object.entries(methods)) {
      const needs = security[0]?.key[0] ?? "nothing";
      for (const method of name === "get" ? (["get", "head"] as const) : (["post"] as const)) {
        routes.push({ method, url, needs });
      }
    }
  }
  return routes;
}

/** From an address of its own each time, so that the limit on wrong keys does not come before what is looked at. */
let addresses = 0;
function ask({ method, url }: Pick<Route, "method" | "url">, headers: Record<string, string>, remoteAddress?: string) {
  const payload = BODIES[method];
  addresses += 1;
  return app.inject({
    method,
    url,
    headers,
    remoteAddress: remoteAddress ?? `10.0.${addresses >> 8}.${addresses & 255}`,
    ...(payload === undefined ? {} : { payload }),
  });
}

test("the routes are those that one knows, each with what it needs", () => {
  const urlsOf = (wanted: Route["needs"]) =>
    [...new Set(routes.filter(({ needs }) => needs === wanted).map(({ url }) => url))].sort();
  expect(urlsOf("nothing")).toEqual(["/", "/health", "/v2/health/live", "/v2/health/ready"]);
  for (const url of urlsOf("metrics")) expect(url).toMatch(/^\/metrics$|\/stats$/);
  for (const { url, method, needs } of routes) {
    if (/\/(predict|infer|completions|embeddings)$/.test(url)) expect([url, needs]).toEqual([url, "predict"]);
    // What there is may be asked for by POST as well, as the protocol says.
    if (url === "/v2/repository/index") expect(needs).toBe("read");
    else if (url === "/v1/feedback") expect(needs).toBe("label");
    else if (method === "post" && needs !== "load") expect([url, needs]).toEqual([url, "predict"]);
  }
  expect(routes.length).toBeGreaterThan(25);
});

test("no bad key gets in, at any route", async () => {
  const said: string[] = [];
  for (const route of routes.filter(({ needs }) => needs !== "nothing")) {
    for (const [kind, value] of Object.entries(bad)) {
      for (const name of [HEADER, "x-api-key"]) {
        const sent = name === HEADER ? value : value?.replace("Bearer ", "");
        // What is no scheme of a bearer may be a key alone.
        if (name !== HEADER && ["no scheme", "none"].includes(kind)) continue;
        const { statusCode, headers, body } = await ask(route, sent === undefined ? {} : { [name]: sent });
        if (statusCode !== 401) said.push(`${route.method} ${route.url}, ${kind} in ${name}: ${statusCode}`);
        expect(headers["www-authenticate"]).toMatch(/^Bearer realm="modelwright"/);
        for (const token of tokens.values()) expect(body).not.toContain(token.slice(-43));
      }
    }
  }
  expect(said).toEqual([]);
});

test.each(ROLE_NAMES)("the role %s may do what its permissions say, at every route", async (role) => {
  const allowed = permissionsOf({ roles: [role] });
  for (const route of routes) {
    const response = await ask(route, { [HEADER]: `Bearer ${tokens.get(role)}` });
    const may = route.needs === "nothing" || allowed.has(route.needs);
    // Loading is off here, which is a 403 as well.
    const isDenied = response.headers["www-authenticate"]?.includes("insufficient_scope") === true;
    expect([route.method, route.url, isDenied]).toEqual([route.method, route.url, !may]);
    if (isDenied) expect(response.statusCode).toBe(403);
    expect(response.statusCode, route.url).not.toBe(401);
    if (!may && route.method !== "head") expect(response.body).toContain(`lacks the permission \\"${route.needs}\\"`);
  }
});

test("a key of another model gets nothing of this one, and does not see that it is there", async () => {
  const headers = { [HEADER]: `Bearer ${bound}` };
  for (const route of routes.filter(({ url }) => url.includes("letters"))) {
    expect([route.url, (await ask(route, headers)).statusCode]).toEqual([route.url, 403]);
    const absent = { ...route, url: route.url.replace("letters", "nothing") };
    expect([absent.url, (await ask(absent, headers)).statusCode]).toEqual([absent.url, 403]);
  }
  for (const { url, method, needs } of routes) {
    const { body, statusCode } = await ask({ url: url.replace("letters", "digits"), method }, headers);
    if (statusCode === 200 && needs !== "nothing") expect([url, body.includes("letters")]).toEqual([url, false]);
  }
  expect((await ask({ method: "get", url: "/metrics" }, headers)).statusCode).toBe(403);
});

test("a key that is revoked gets in for a second at most", async () => {
  const { keys } = tiny.registry.stores;
  const { token } = await keys.create({ name: "short", roles: ["read"] });
  const status = async () =>
    (await ask({ method: "get", url: "/v1/models" }, { [HEADER]: `Bearer ${token}` })).statusCode;
  await vi.waitFor(async () => expect(await status()).toBe(200), { timeout: 5000, interval: 50 });
  await keys.revoke("short");
  await new Promise((resolve) => setTimeout(resolve, 1001));
  expect(await status()).toBe(401);
});

test("of wrong keys from one address only so many are looked at; right ones are let in all the same", async () => {
  const route = { method: "get", url: "/v1/models" } as const;
  const guess = () => ask(route, { [HEADER]: bad["unknown"]! }, "192.0.2.1");
  const statuses: number[] = [];
  for (let i = 0; i < 32; i++) statuses.push((await guess()).statusCode);
  expect(statuses.filter((status) => status === 401).length).toBeGreaterThanOrEqual(30);
  const refused = await guess();
  expect([refused.statusCode, Number(refused.headers["retry-after"])]).toEqual([429, 2]);
  expect((await ask(route, { [HEADER]: `Bearer ${tokens.get("read")}` }, "192.0.2.1")).statusCode).toBe(200);
  expect((await ask(route, { [HEADER]: bad["unknown"]! }, "192.0.2.2")).statusCode).toBe(401);
});

test("a key's items of a minute are counted, whatever way they come", async () => {
  const { token } = await tiny.registry.stores.keys.create({ name: "slow", roles: ["predict"], perMinute: 6 });
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const predict = (texts: readonly string[]) =>
    app.inject({
      method: "POST",
      url: "/v1/models/letters/predict",
      headers: { "x-api-key": token },
      payload: { texts },
    });
  expect((await predict(["a", "b", "c", "a", "b", "c", "a"])).json()).toMatchObject({
    code: "ACCESS_REQUEST_TOO_DEAR",
  });
  expect((await predict(["a", "b", "c", "a"])).statusCode).toBe(200);
  const refused = await predict(["a", "b"]);
  expect(refused.json()).toMatchObject({ code: "ACCESS_RATE_EXCEEDED" });
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  const infer = await app.inject({
    method: "POST",
    url: "/v2/models/letters/infer",
    headers: { "x-api-key": token },
    payload: { inputs: [{ name: "text", datatype: "BYTES", shape: [5], data: ["a", "b", "c", "a", "b"] }] },
  });
  expect(infer.statusCode).toBe(429);
});
