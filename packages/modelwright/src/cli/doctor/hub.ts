import { readdir } from "node:fs/promises";
import { readHubSettings } from "@modelwright/models";
import { counted } from "../../wording/quantities.ts";
import type { Finding } from "./finding.ts";

/** From where models of the hub would come, and where they are kept. Nobody is asked. */
export async function checkHub(): Promise<Finding> {
  const { endpoint, cache, offline, token } = await readHubSettings(process.env);
  const folders = await readdir(cache).catch(() => []);
  const models = folders.filter((name) => name.startsWith("models--")).length;
  const who = token === undefined ? "without a token" : `with the token of ${token.from}`;
  const from = offline ? "offline, since HF_HUB_OFFLINE is set" : `${endpoint}, ${who}`;
  return {
    check: "hub",
    verdict: "ok",
    detail: `${from}\n${counted(models, "model")} in ${cache}`,
    facts: { endpoint, cache, models, offline, ...(token === undefined ? {} : { token: token.from }) },
  };
}
