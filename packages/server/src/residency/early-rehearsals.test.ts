import { setImmediate as settled } from "node:timers/promises";
import type { Registry } from "@modelwright/registry";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ModelUnloadable } from "../inference/inference-worker.ts";
import type { Unit } from "../inference/messages.ts";
import { openTinyRegistry } from "../testing/tiny-registry.ts";
import { registerTinyVersion } from "../testing/tiny-version.ts";
import { Residency } from "./residency.ts";

let registry: Registry;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ registry, remove } = await openTinyRegistry());
});
afterEach(() => remove());

/** What is done, in order. */
interface Told {
  readonly done: string[];
  readonly residency: Residency;
}

const keysOf = ({ models }: Unit) => models.map(({ key }) => key).join();

/** @param tryEarly What a trial ends with. */
async function open(tryEarly: (unit: Unit) => Promise<boolean> = async () => true): Promise<Told> {
  const done: string[] = [];
  const residency = await Residency.open({
    registry,
    references: [],
    shareBases: true,
    host: {
      load: async (unit) => {
        done.push(`load ${keysOf(unit)}`);
        return undefined;
      },
      unload: async () => {},
    },
    rehearse: async (unit) => {
      done.push(`rehearse ${keysOf(unit)}`);
    },
    tryEarly: async (unit) => {
      done.push(`early ${keysOf(unit)}`);
      return tryEarly(unit);
    },
    onUnfit: ({ model, error }) => done.push(`unfit ${model}: ${error.message}`),
  });
  return { done, residency };
}

/** A version that no alias points at. */
async function registerUnserved(): Promise<void> {
  await registerTinyVersion(registry, { name: "letters" });
  await registry.setAlias("letters", "champion", 1, "stay");
}

test("a version that is registered is tried once, and not again when the alias moves to it", async () => {
  const { done, residency } = await open();
  await residency.lookAhead();
  await registerUnserved();
  await residency.refresh();
  await residency.refresh();
  await settled();
  expect(done.splice(0)).toEqual(["load letters:1", "early letters:2"]);
  await registry.setAlias("letters", "champion", 2, "move");
  await residency.refresh();
  expect(done).toEqual(["load letters:2"]);
});

test("the latest version, the one before and those under an alias are tried, one at a time", async () => {
  for (let version = 2; version <= 5; version++) await registerTinyVersion(registry, { name: "letters" });
  // 3 was champion before 1; 2 has an alias; 5 is the latest; nothing speaks for 4.
  await registry.setAlias("letters", "champion", 3, "move");
  await registry.setAlias("letters", "champion", 1, "move");
  await registry.setAlias("letters", "shadow", 2, "compare");
  const ends: (() => void)[] = [];
  const { done, residency } = await open(() => new Promise((resolve) => ends.push(() => resolve(true))));
  await residency.lookAhead();
  const tried = ["load letters:1"];
  for (const version of [5, 3, 2]) {
    tried.push(`early letters:${version}`);
    expect(done).toEqual(tried);
    ends.shift()!();
    await settled();
  }
  expect(done).toEqual(tried);
});

test("one that gave way is tried again; one that could not be served is told once, and tried when it is wanted", async () => {
  await registerUnserved();
  let trials = 0;
  const { done, residency } = await open(async ({ models }) => {
    if (++trials === 1) return false;
    throw new ModelUnloadable(models[0]!.key, new Error("damaged"));
  });
  await residency.lookAhead();
  await settled();
  await residency.refresh();
  await settled();
  expect(done.splice(0)).toEqual(["load letters:1", "early letters:2", "early letters:2", "unfit letters:2: damaged"]);
  await registry.setAlias("letters", "champion", 2, "move");
  await residency.refresh();
  expect(done).toEqual(["rehearse letters:2", "load letters:2"]);
});

test("nothing is tried early unless it is asked for, nor after the end", async () => {
  await registerUnserved();
  const { done, residency } = await open();
  await residency.refresh();
  await residency.close();
  await residency.lookAhead();
  await settled();
  expect(done).toEqual(["load letters:1"]);
});
