import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { checkHub } from "./hub.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "doctor-hub-"));
  for (const name of ["HF_TOKEN", "HF_ENDPOINT", "HF_HUB_OFFLINE", "HF_HUB_CACHE"]) vi.stubEnv(name, "");
  vi.stubEnv("HF_HOME", home);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

test("says where models would come from, and how many are here", async () => {
  expect((await checkHub()).detail).toBe(`https://huggingface.co, without a token\n0 models in ${home}/hub`);
  await mkdir(join(home, "hub", "models--owner--name"), { recursive: true });
  await mkdir(join(home, "hub", ".locks"));
  vi.stubEnv("HF_TOKEN", "hf_secret");
  vi.stubEnv("HF_ENDPOINT", "https://mirror");
  const finding = await checkHub();
  expect(finding.detail).toBe(`https://mirror, with the token of HF_TOKEN\n1 model in ${home}/hub`);
  expect(JSON.stringify(finding)).not.toContain("hf_secret");
});

test("says that the network is forbidden", async () => {
  vi.stubEnv("HF_HUB_OFFLINE", "1");
  expect((await checkHub()).detail).toMatch(/^offline, since HF_HUB_OFFLINE is set\n/);
});
