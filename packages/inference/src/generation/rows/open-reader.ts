import type { Runtime, Session } from "@modelwright/engine";
import { CachedReader, hasCache } from "./cached-rows.ts";
import { RereadReader } from "./reread-rows.ts";
import type { TokenReader } from "./token-rows.ts";

/** Reads tokens by a session, from keys and values of the past where its graph takes them. */
export function openReader(
  session: Session,
  { maxLength, runtime }: { readonly maxLength: number; readonly runtime: Runtime },
): TokenReader {
  return hasCache(session) ? new CachedReader(session, { maxLength, runtime }) : new RereadReader(session, maxLength);
}
