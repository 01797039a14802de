import { defaultRuntime, type Runtime } from "@modelwright/engine";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tinyFolders } from "../testing/tiny-folders.ts";
import { openRegistryOfAllTasks, type TinyRegistry } from "../testing/tiny-registry.ts";
import { registerTinyVersion } from "../testing/tiny-version.ts";
import { loadUnit } from "./load-unit.ts";

let tiny: TinyRegistry;
beforeEach(async () => {
  tiny = await openRegistryOfAllTasks();
});
afterEach(() => tiny.remove());

/** A runtime that counts its sessions that are open. */
async function counting() {
  const runtime = await defaultRuntime();
  let open = 0;
  const createSession: Runtime["createSession"] = async (...given) => {
    const session = await runtime.createSession(...given);
    open += 1;
    const release = session.release.bind(session);
    session.release = () => {
      open -= 1;
      release();
    };
    return session;
  };
  return { runtime: Object.assign(Object.create(runtime) as Runtime, { createSession }), isOpen: () => open };
}

const unit = async () => ({ id: "u", models: await tinyFolders(tiny.registry) });

test("no model stays open where one cannot be loaded, which is named", async () => {
  await registerTinyVersion(tiny.registry, { name: "z-broken", model: new TextEncoder().encode("no model") });
  const { runtime, isOpen } = await counting();
  const told: string[] = [];
  const options = { threads: 1, runtime, shareBases: false, onModel: (key: string) => told.push(key) };
  const broken = loadUnit(await unit(), options);
  await expect(broken).rejects.toMatchObject({ code: "ENGINE_MODEL_MALFORMED" });
  expect(told.at(-1)).toBe("z-broken:1");
  expect(told.length).toBeGreaterThan(5);
  expect(isOpen()).toBe(0);
});

test("every session is closed when the models are", async () => {
  const { runtime, isOpen } = await counting();
  const { runners } = await loadUnit(await unit(), { threads: 1, runtime, shareBases: false });
  expect(isOpen()).toBeGreaterThanOrEqual(runners.size);
  for (const model of runners.values()) model.release();
  expect(isOpen()).toBe(0);
});
