import type { IncomingHttpHeaders } from "node:http";
import { ModelwrightError } from "@modelwright/contracts";
import { isTokenOf, type KeyRing, type StoredKey, tokenId } from "@modelwright/registry";

/** Compared with where no key has the id of a token, so that this takes as long as a wrong secret. */
const NOBODY = "0".repeat(64);

/**
 * The key of a request: `authorization: Bearer …`, or `x-api-key: …` of clients that cannot send that.
 * @returns Undefined where it has none.
 * @throws {ModelwrightError} `ACCESS_KEY_INVALID`.
 */
export function keyOf(headers: IncomingHttpHeaders, { keys }: KeyRing, now: Date): StoredKey | undefined {
  const token = tokenOf(headers);
  if (token === undefined) return undefined;
  const id = tokenId(token);
  if (id === undefined) throw invalid("it has not the form mw_, 12 hexadecimal digits, _, 43 letters and digits");
  const key = keys.get(id);
  // One message for an unknown id and a wrong secret: it does not say which ids there are.
  if (!isTokenOf(token, key?.sha256 ?? NOBODY) || key === undefined) throw invalid("it is none of this server");
  if (key.revokedAt !== undefined) throw invalid(`it was revoked on ${key.revokedAt}`);
  if (key.expiresAt !== undefined && key.expiresAt <= now.toISOString())
    throw invalid(`it expired on ${key.expiresAt}`);
  return key;
}

function tokenOf({ authorization, "x-api-key": apiKey }: IncomingHttpHeaders): string | undefined {
  if (authorization === undefined) return apiKey === undefined ? undefined : [apiKey].flat().join();
  const [, token] = /^bearer +(\S+) *$/i.exec(authorization) ?? [];
  if (token === undefined) throw invalid("the header authorization is not: Bearer, a space and the key");
  return token;
}

function invalid(problem: string): ModelwrightError {
  return new ModelwrightError("ACCESS_KEY_INVALID", { problem });
}
