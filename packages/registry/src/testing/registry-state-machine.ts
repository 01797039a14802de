import fc from "fast-check";
import { expect, test } from "vitest";
import type { Registry } from "../registry.ts";
import type { ContractFixture } from "./contract-fixture.ts";
import { registerSample, sampleRun } from "./fixtures.ts";

/** What the registry must hold, in plain data: the oracle. */
interface Model {
  last: number;
  versions: Set<number>;
  aliases: Map<string, number>;
  /** Per alias: the places it held, as full snapshots, so that a roll-back is "drop the newest". */
  held: Map<string, (number | null)[]>;
}

interface Real {
  registry: Registry;
  reopen: () => Promise<Registry>;
  readonly name: string;
  readonly runId: string;
}

type Command = fc.AsyncCommand<Model, Real>;

/** A command that always may run; it either does its work or is refused with the code that the model expects. */
function command(label: string, run: (model: Model, real: Real) => Promise<void>): Command {
  return {
    check: () => true,
    run: async (model, real) => {
      await run(model, real);
      await expectSame(model, real);
    },
    toString: () => label,
  };
}

async function expectSame(model: Model, { registry, name }: Real): Promise<void> {
  const models = await registry.listModels();
  const found = models.find((record) => record.name === name);
  expect(found?.versions ?? 0).toBe(model.versions.size);
  if (found === undefined) return;
  expect(found.aliases).toEqual(Object.fromEntries(model.aliases));
  const versions = await registry.listVersions(name);
  expect(versions.map(({ version }) => version)).toEqual([...model.versions].sort((a, b) => a - b));
  for (const { version, aliases } of versions) {
    const expected = [...model.aliases].filter(([, target]) => target === version).map(([alias]) => alias);
    expect([...aliases]).toEqual(expected.sort());
  }
  const latest = Math.max(...model.versions);
  const reference = registry.resolve(name).then(({ version }) => version);
  if (model.versions.size === 0) await expect(reference).rejects.toMatchObject({ code: "REGISTRY_VERSION_UNKNOWN" });
  else expect(await reference).toBe(model.aliases.get("champion") ?? latest);
}

/** Expects success, or the refusal that the model foresees. */
async function outcome(action: Promise<unknown>, refusal: string | undefined): Promise<void> {
  if (refusal === undefined) await action;
  else await expect(action).rejects.toMatchObject({ code: refusal });
}

function unknownVersion(model: Model, version: number): string | undefined {
  if (model.last === 0) return "REGISTRY_MODEL_UNKNOWN";
  return model.versions.has(version) ? undefined : "REGISTRY_VERSION_UNKNOWN";
}

function point(model: Model, alias: string, to: number | null): void {
  if (to === null) model.aliases.delete(alias);
  else model.aliases.set(alias, to);
}

const alias = fc.constantFrom("champion", "challenger");
const version = fc.integer({ min: 1, max: 5 });

const commands = [
  fc.constant(
    command("register", async (model, real) => {
      const record = await registerSample(real.registry, real);
      expect(record.version).toBe(model.last + 1);
      model.last = record.version;
      model.versions.add(record.version);
    }),
  ),
  fc.constant(
    command("reopen", async (_model, real) => {
      await real.registry.close();
      real.registry = await real.reopen();
    }),
  ),
  fc.tuple(alias, version).map(([name, to]) =>
    command(`set ${name} ${to}`, async (model, real) => {
      const refusal = unknownVersion(model, to);
      await outcome(real.registry.setAlias(real.name, name, to, "test"), refusal);
      if (refusal !== undefined || model.aliases.get(name) === to) return;
      model.held.set(name, [...(model.held.get(name) ?? []), to]);
      point(model, name, to);
    }),
  ),
  alias.map((name) =>
    command(`remove ${name}`, async (model, real) => {
      const missing = model.aliases.has(name) ? undefined : "REGISTRY_ALIAS_UNKNOWN";
      const refusal = model.last === 0 ? "REGISTRY_MODEL_UNKNOWN" : missing;
      await outcome(real.registry.removeAlias(real.name, name, "test"), refusal);
      if (refusal !== undefined) return;
      model.held.set(name, [...(model.held.get(name) ?? []), null]);
      point(model, name, null);
    }),
  ),
  alias.map((name) =>
    command(`rollback ${name}`, async (model, real) => {
      const held = model.held.get(name) ?? [];
      const usable = (index: number) => {
        const place = held[index];
        return place !== null && place !== undefined && place !== held.at(-1) && model.versions.has(place);
      };
      let index = held.length - 2;
      while (index >= 0 && !usable(index)) index--;
      let refusal: string | undefined;
      if (model.last === 0) refusal = "REGISTRY_MODEL_UNKNOWN";
      else if (held.length === 0) refusal = "REGISTRY_ALIAS_UNKNOWN";
      else if (index < 0) refusal = "REGISTRY_ALIAS_NO_PREVIOUS";
      await outcome(real.registry.rollback(real.name, name), refusal);
      if (refusal !== undefined) return;
      model.held.set(name, held.slice(0, index + 1));
      point(model, name, held[index] ?? null);
    }),
  ),
  version.map((number) =>
    command(`delete ${number}`, async (model, real) => {
      const aliased = [...model.aliases.values()].includes(number) ? "REGISTRY_VERSION_ALIASED" : undefined;
      const refusal = unknownVersion(model, number) ?? aliased;
      await outcome(real.registry.deleteVersion(real.name, number), refusal);
      if (refusal === undefined) model.versions.delete(number);
    }),
  ),
];

/** Random sequences of commands, beside a plain model of what must come out. */
export function registryStateMachine(current: () => ContractFixture, sequences: number): void {
  test("agrees with the plain model after every command", async () => {
    const { registry, openAgain } = current();
    const { id: runId } = await registry.createRun(sampleRun());
    let latest = registry;
    const reopen = async () => {
      latest = await openAgain();
      return latest;
    };
    let models = 0;
    await fc.assert(
      fc.asyncProperty(fc.commands(commands, { maxCommands: 25, size: "+1" }), async (sequence) => {
        const real: Real = { registry: latest, reopen, name: `m${models++}`, runId };
        const model: Model = { last: 0, versions: new Set(), aliases: new Map(), held: new Map() };
        await fc.asyncModelRun(() => ({ model, real }), sequence);
        for (const record of model.last === 0 ? [] : await real.registry.listVersions(real.name)) {
          await real.registry.verifyVersion(record);
        }
      }),
      { numRuns: sequences },
    );
  });
}
