import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** Of the secret. It is random, so that one round of SHA-256 keeps it as well as any slow hash would keep a password. */
const SECRET_BYTES = 32;
const ID_BYTES = 6;

/** `mw_<id>_<secret>`: 12 hexadecimal digits, then 43 characters of base64url. */
const TOKEN = /^mw_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

/** A new key as its holder gets it, and the id under which it is kept. */
export function newToken(): { readonly id: string; readonly token: string } {
  const id = randomBytes(ID_BYTES).toString("hex");
  return { id, token: `mw_${id}_${randomBytes(SECRET_BYTES).toString("base64url")}` };
}

/** The id in a key; undefined where the text has not the form of one. */
export function tokenId(token: string): string | undefined {
  return TOKEN.exec(token)?.[1];
}

/** What is kept of a key: 64 hexadecimal digits from which it cannot be found again. */
export function tokenDigest(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Whether a key is the one of a digest. Takes as long for one that differs early as for one that differs late. */
export function isTokenOf(token: string, sha256: string): boolean {
  return timingSafeEqual(Buffer.from(tokenDigest(token), "hex"), Buffer.from(sha256, "hex"));
}
