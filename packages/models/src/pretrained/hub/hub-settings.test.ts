import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readHubSettings } from "./hub-settings.ts";

let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "hub-settings-"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe("the cache's folder", () => {
  // As huggingface_hub 2.4.0 answers in constants.HF_HUB_CACHE, with HOME=/home/me.
  test.each([
    [{}, "/home/me/.cache/huggingface/hub"],
    [{ XDG_CACHE_HOME: "/xdg" }, "/xdg/huggingface/hub"],
    [{ XDG_CACHE_HOME: "/xdg", HF_HOME: "/hf" }, "/hf/hub"],
    [{ HF_HOME: "~/hf" }, "/home/me/hf/hub"],
    [{ HF_HOME: "$DISK/hf", DISK: "/disk" }, "/disk/hf/hub"],
    [{ HF_HOME: "/hf", HUGGINGFACE_HUB_CACHE: "/old" }, "/old"],
    [{ HF_HOME: "/hf", HUGGINGFACE_HUB_CACHE: "/old", HF_HUB_CACHE: "/new" }, "/new"],
  ])("by %j is %s", async (env, cache) => {
    expect((await readHubSettings({ HOME: "/home/me", ...env })).cache).toBe(cache);
  });
});

test.each([
  [{}, false],
  [{ HF_HUB_OFFLINE: "0" }, false],
  [{ HF_HUB_OFFLINE: "" }, false],
  [{ HF_HUB_OFFLINE: "1" }, true],
  [{ HF_HUB_OFFLINE: "true" }, true],
  [{ HF_HUB_OFFLINE: "Yes" }, true],
  [{ TRANSFORMERS_OFFLINE: "ON" }, true],
])("%j forbids the network: %s", async (env, offline) => {
  expect((await readHubSettings({ HOME: home, ...env })).offline).toBe(offline);
});

test("the hub is the one of everybody, or a mirror", async () => {
  expect((await readHubSettings({ HOME: home })).endpoint).toBe("https://huggingface.co");
  expect((await readHubSettings({ HOME: home, HF_ENDPOINT: "https://mirror/" })).endpoint).toBe("https://mirror");
});

test("a token comes from a variable, otherwise from the file that signing in leaves", async () => {
  const env = { HF_HOME: home };
  expect((await readHubSettings(env)).token).toBeUndefined();
  const file = join(home, "token");
  await writeFile(file, " from-file\n");
  expect((await readHubSettings(env)).token).toEqual({ value: "from-file", from: file });
  expect((await readHubSettings({ ...env, HF_TOKEN: "own" })).token).toEqual({ value: "own", from: "HF_TOKEN" });
  const other = join(home, "other");
  await writeFile(other, "elsewhere");
  expect((await readHubSettings({ ...env, HF_TOKEN_PATH: other })).token).toEqual({ value: "elsewhere", from: other });
});
