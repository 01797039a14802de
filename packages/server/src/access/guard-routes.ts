import { ModelwrightError, type Permission, permissionsOf, rolesWith } from "@modelwright/contracts";
import type { KeyRing, StoredKey } from "@modelwright/registry";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Buckets } from "./buckets.ts";
import type { CountItems } from "./count-items.ts";
import { keyOf } from "./key-holder.ts";
import { requireModel } from "./require-model.ts";

/** Requests of one address with keys that are none; more are refused without a look at what they say. */
const GUESSES_PER_MINUTE = 30;
const REMEMBERED = 10_000;

declare module "fastify" {
  interface FastifySchema {
    /** What whoever asks must be allowed to do. */
    readonly needs?: Permission | "nothing";
    /** Of a route that costs: how many items a request asks for. Default: one. */
    readonly items?: CountItems;
  }
  interface FastifyRequest {
    /** Whose key it has; undefined while there are no keys, and where none is needed. */
    client: StoredKey | undefined;
  }
}

export interface Access {
  /** The keys as they are now. */
  readonly ring: () => Promise<KeyRing>;
  /** Told of a key that let somebody in. */
  readonly onUse: (key: StoredKey) => void;
}

/** Lets requests to a route only if their key allows what the route needs. While no key was ever made, lets all in. */
export function guardRoutes(app: FastifyInstance, { ring, onUse }: Access): void {
  const now = () => performance.now();
  const [rates, guesses] = [new Buckets({ limit: REMEMBERED, now }), new Buckets({ limit: REMEMBERED, now })];

  /** @throws {ModelwrightError} `ACCESS_KEY_MISSING`, `ACCESS_KEY_INVALID`, `ACCESS_GUESSES_EXCEEDED`. */
  function identify(request: FastifyRequest, reply: FastifyReply, known: KeyRing): StoredKey {
    try {
      const key = keyOf(request.headers, known, new Date());
      if (key !== undefined) return key;
    } catch (error) {
      const waitSeconds = guesses.take(request.ip, { cost: 1, perMinute: GUESSES_PER_MINUTE });
      if (waitSeconds > 0) {
        reply.header("retry-after", waitSeconds);
        const details = { perMinute: GUESSES_PER_MINUTE, retryAfterSeconds: waitSeconds };
        throw new ModelwrightError("ACCESS_GUESSES_EXCEEDED", details);
      }
      challenge(reply, 'error="invalid_token"');
      throw error;
    }
    challenge(reply);
    const path = request.url.split("?")[0]!.slice(0, 200);
    throw new ModelwrightError("ACCESS_KEY_MISSING", { method: request.method, path });
  }

  /** @throws {ModelwrightError} `ACCESS_RATE_EXCEEDED`, `ACCESS_REQUEST_TOO_DEAR`. */
  function charge(key: StoredKey, items: number, cost: number, reply: FastifyReply): void {
    const { id, name, perMinute } = key;
    if (perMinute === undefined) return;
    if (items > perMinute) throw new ModelwrightError("ACCESS_REQUEST_TOO_DEAR", { key: name, perMinute, items });
    const retryAfterSeconds = rates.take(id, { cost, perMinute });
    if (retryAfterSeconds === 0) return;
    reply.header("retry-after", retryAfterSeconds);
    throw new ModelwrightError("ACCESS_RATE_EXCEEDED", { key: name, perMinute, items, retryAfterSeconds });
  }

  app.decorateRequest("client");
  app.addHook("onRequest", async (request, reply) => {
    const { needs } = request.routeOptions.schema ?? {};
    if (request.is404 || needs === "nothing") return;
    const known = await ring();
    if (known.isEmpty) return;
    const key = identify(request, reply, known);
    // A route that does not say what it needs is nobody's.
    const permission = needs ?? "load";
    if (needs === undefined || !permissionsOf(key).has(permission)) {
      challenge(reply, `error="insufficient_scope", scope="${permission}"`);
      throw new ModelwrightError("ACCESS_DENIED", { key: key.name, permission, roles: rolesWith(permission) });
    }
    const { name } = request.params as { readonly name?: string };
    if (name !== undefined) requireModel(key, name);
    if (needs === "predict") charge(key, 1, 1, reply);
    request.client = key;
    onUse(key);
  });
  // The first item was paid for before the body was read.
  app.addHook("preHandler", async ({ client, routeOptions, body }, reply) => {
    const { needs, items = () => 1 } = routeOptions.schema ?? {};
    if (client === undefined || needs !== "predict") return;
    const count = items(body);
    if (count > 1) charge(client, count, count - 1, reply);
  });
}

/** What to send, as RFC 6750 says it. */
function challenge(reply: FastifyReply, problem?: string): void {
  reply.header("www-authenticate", `Bearer realm="modelwright"${problem === undefined ? "" : `, ${problem}`}`);
}
