import { expect, test } from "vitest";
import { importPeer } from "./import-peer.ts";

const missing: string = "@modelwright/no-such-peer";

test("a library that is not installed is named with the command that installs it", async () => {
  const peer = { name: "pg", load: () => import(missing) as Promise<unknown>, purpose: "tables of PostgreSQL" };
  await expect(importPeer(peer)).rejects.toMatchObject({
    code: "PEER_MISSING",
    message: expect.stringContaining("tables of PostgreSQL need the package pg, which is not installed"),
    remedy: "Install it beside modelwright: npm install pg",
  });
});

test("a library that fails while it loads is no library that is missing", async () => {
  const load = () => Promise.reject(new Error("wrong version"));
  await expect(importPeer({ name: "pg", load, purpose: "tables" })).rejects.toThrow("wrong version");
});
