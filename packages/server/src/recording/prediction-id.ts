import { randomBytes } from "node:crypto";

/**
 * A UUID of version 7: 48 bits of milliseconds, then 74 of chance, so that ids sort by time and cannot be guessed
 * (RFC 9562, section 5.7).
 */
export function newPredictionId(now = Date.now(), bytes = randomBytes(16)): string {
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = bytes.toString("hex");
  return [[0, 8], [8, 12], [12, 16], [16, 20], [20]].map(([from, to]) => hex.slice(from, to)).join("-");
}

/** Whether an id is among the share that is recorded: by chance, and for the same id always the same. */
export function isSampled(id: string, share: number): boolean {
  return Number.parseInt(id.slice(-8), 16) < share * 2 ** 32;
}
