import { ModelwrightError } from "@modelwright/contracts";
import type { ModelRecord, Registry, TrafficPolicy, VersionRecord } from "@modelwright/registry";
import type { LeftOut } from "../inference/served-models.ts";

/** What a server was asked to serve. */
export interface Wish {
  /** Names and references. */
  readonly references: ReadonlySet<string>;
  /** Every model that has a version, but for these names; undefined: only the references. */
  readonly everyBut?: ReadonlySet<string>;
}

/** A version that the registry gives for a wish. */
export interface WantedVersion {
  readonly record: VersionRecord;
  /** What finds it: `name` where it is its model's champion or latest, `name:3`, `name@alias`. */
  readonly references: readonly string[];
}

export interface Wanted {
  /** By key, in the order of the wish. */
  readonly versions: ReadonlyMap<string, WantedVersion>;
  /** References whose version cannot be found or read. */
  readonly lost: readonly LeftOut[];
  /** How traffic is divided among them. */
  readonly policies: readonly TrafficPolicy[];
}

export function keyOf({ name, version }: Pick<VersionRecord, "name" | "version">): string {
  return `${name}:${version}`;
}

/** The versions that a wish comes to in the registry as it is now. */
export async function wantedVersions(registry: Registry, wish: Wish): Promise<Wanted> {
  const registered = await registry.listModels();
  const existing = registered.filter(({ latestVersion }) => latestVersion !== undefined).map(({ name }) => name);
  const every = wish.everyBut === undefined ? [] : existing.filter((name) => !wish.everyBut!.has(name));
  const policies = (await registry.stores.traffic.running()).filter(
    ({ model }) => every.includes(model) || isWhole(wish, model),
  );
  const challengers = policies.map(({ model, challenger }) => keyOf({ name: model, version: challenger }));
  const records = new Map<string, VersionRecord>();
  const lost: LeftOut[] = [];
  for (const reference of new Set([...every, ...wish.references, ...challengers])) {
    try {
      const record = await registry.resolve(reference);
      records.set(keyOf(record), record);
    } catch (error) {
      if (!(error instanceof ModelwrightError) || !isOfOneVersion(error)) throw error;
      lost.push({ model: reference, error });
    }
  }
  const versions = new Map(
    [...records].map(([key, record]) => [key, { record, references: referencesOf(record, registered) }] as const),
  );
  return { versions, lost, policies };
}

/** Whether a model is served as the registry says, and not one of its versions alone. */
function isWhole({ references }: Wish, model: string): boolean {
  return references.has(model) || references.has(`${model}@champion`);
}

/** Whether an error is about what a reference names, and not about the whole registry. */
function isOfOneVersion({ code }: ModelwrightError): boolean {
  return /^REGISTRY_(?:MODEL_UNKNOWN|VERSION_UNKNOWN|ALIAS_UNKNOWN|REFERENCE_INVALID|ARCHIVED|RECORD_UNREADABLE|VERSION_CORRUPT)$/.test(
    code,
  );
}

function referencesOf({ name, version, aliases }: VersionRecord, registered: readonly ModelRecord[]): string[] {
  const model = registered.find((each) => each.name === name);
  const usual = model?.aliases.champion ?? model?.latestVersion;
  return [
    ...(usual === version ? [name] : []),
    `${name}:${version}`,
    ...aliases.map((alias) => `${name}@${alias}`),
    ...(model?.latestVersion === version ? [`${name}@latest`] : []),
  ];
}
