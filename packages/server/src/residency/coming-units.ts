import { sharingKey } from "@modelwright/inference";
import type { Registry, VersionRecord } from "@modelwright/registry";
import type { ServedModels } from "../inference/served-models.ts";
import { keyOf } from "./wanted-versions.ts";

export interface ComingOptions {
  readonly registry: Pick<Registry, "listVersions" | "aliasHistory">;
  readonly served: ServedModels;
  readonly shareBases: boolean;
}

export interface Coming {
  /** The versions of each unit that a move of an alias would load, the likeliest first. */
  readonly units: readonly (readonly VersionRecord[])[];
  /** Keys of all versions of the models that are served. */
  readonly existing: ReadonlySet<string>;
}

/**
 * What may be served next: of each model that is served its latest version, the one that a rollback would bring back, and those under an
 * alias, if they are not served already.
 */
export async function comingUnits({ registry, served, shareBases }: ComingOptions): Promise<Coming> {
  const existing = new Set<string>();
  const units: (readonly VersionRecord[])[] = [];
  for (const { key, record, references } of served.all) {
    const { name } = record;
    if (!references.includes(name)) continue;
    const versions = (await registry.listVersions(name)).filter(({ archived }) => archived === undefined);
    for (const version of versions) existing.add(keyOf(version));
    const before = (await registry.aliasHistory(name, "champion")).at(-1)?.from;
    const coming = [
      versions.at(-1),
      versions.find(({ version }) => version === before),
      ...versions.filter(({ aliases }) => aliases.length > 0),
    ].filter((each): each is VersionRecord => each !== undefined && !isServed(each, served));
    for (const version of new Set(coming)) units.push(unitWith(version, { served, replaced: key, shareBases }));
  }
  return { units, existing };
}

function isServed(version: VersionRecord, served: ServedModels): boolean {
  return served.get(keyOf(version)) !== undefined;
}

/** A version and those that would share its base, if it took the place of another. */
function unitWith(
  version: VersionRecord,
  {
    served,
    replaced,
    shareBases,
  }: { readonly served: ServedModels; readonly replaced: string; readonly shareBases: boolean },
): readonly VersionRecord[] {
  const shared = shareBases ? sharingKey(version.manifest) : undefined;
  if (shared === undefined) return [version];
  const then = served.all.map(({ key, record }) => (key === replaced ? version : record));
  return then.filter(({ manifest }) => sharingKey(manifest) === shared);
}
