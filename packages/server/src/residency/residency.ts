import { ModelwrightError } from "@modelwright/contracts";
import { inferenceRow, sharingKey } from "@modelwright/inference";
import type { Registry, VersionRecord } from "@modelwright/registry";
import { ModelUnloadable } from "../inference/inference-worker.ts";
import { runnerOf } from "../inference/load-unit.ts";
import type { BaseSharing, Unit } from "../inference/messages.ts";
import { type LeftOut, type ServedModel, ServedModels } from "../inference/served-models.ts";
import { versionFacts } from "../inference/version-facts.ts";
import { comingUnits } from "./coming-units.ts";
import { EarlyRehearsals } from "./early-rehearsals.ts";
import { keyOf, type Wanted, type Wish, wantedVersions } from "./wanted-versions.ts";

/** What holds units in memory. */
export interface UnitHost {
  /** @throws {ModelUnloadable} and holds nothing of the unit. */
  load(unit: Unit): Promise<BaseSharing | undefined>;
  unload(unit: string): Promise<void>;
}

export interface ResidencyOptions {
  readonly registry: Registry;
  /** None: of every model the champion, otherwise the latest version. */
  readonly references: readonly string[];
  readonly host: UnitHost;
  /**
   * Tries a unit where it can do no harm.
   * @throws {ModelUnloadable} naming the version that cannot be served.
   */
  readonly rehearse: (unit: Unit) => Promise<void>;
  /**
   * Tries a unit that may be wanted later, while there is nothing more urgent.
   * @returns Whether it was tried to its end.
   * @throws {ModelUnloadable} As `rehearse` does.
   */
  readonly tryEarly: (unit: Unit) => Promise<boolean>;
  readonly shareBases: boolean;
  /** What is served changed. Told before requests see it. */
  readonly onChange?: (change: ResidencyChange) => void;
  /** A version is wanted and cannot be served; what answered before still does. Told once. */
  readonly onFailed?: (failed: LeftOut) => void;
  /** A version could not be served if it were wanted. Told once. */
  readonly onUnfit?: (failed: LeftOut) => void;
  readonly onLoaded?: (unit: LoadedParts) => void;
  readonly onUnloaded?: (unit: LoadedParts) => void;
}

export interface ResidencyChange {
  readonly now: ServedModels;
  readonly came: readonly ServedModel[];
  readonly left: readonly ServedModel[];
}

/** A unit that is in memory. */
export interface LoadedParts {
  readonly unit: Unit;
  readonly sharing: BaseSharing | undefined;
}

type VersionName = Pick<VersionRecord, "name" | "version">;

/** A version in memory, whatever finds it. */
type Resident = Omit<ServedModel, "references"> & { readonly home: LoadedParts };

export interface VersionState {
  readonly name: string;
  readonly version: number;
  readonly state: "LOADING" | "READY" | "UNLOADING" | "UNAVAILABLE";
  readonly reason: string;
}

/**
 * Which versions are in memory, and what requests see of them.
 *
 * A version that comes is checked, tried by `rehearse`, loaded beside what runs, and then requests see the new state as a whole. One that
 * leaves is freed when the last request that has seen it is over. A version that cannot be served changes nothing: what answered to its
 * references still does.
 */
export class Residency {
  readonly #options: ResidencyOptions;
  #wish: Wish;
  #current = new ServedModels([]);
  #resident = new Map<string, Resident>();
  /** Requests under way, by the state that they see. */
  readonly #holders = new Map<ServedModels, number>();
  /** Units that nothing new may use. */
  readonly #leaving = new Map<string, LoadedParts>();
  /** Those that were tried or loaded before need no trial: their files are checked, so they do as they did. */
  readonly #rehearsals: EarlyRehearsals;
  #looksAhead = false;
  readonly #failed = new Map<string, { readonly record?: VersionRecord; readonly error: Error }>();
  readonly #loading = new Map<string, VersionRecord>();
  /** The change before: one at a time. */
  #turn: Promise<unknown> = Promise.resolve();
  #lastUnit = 0;

  private constructor(options: ResidencyOptions) {
    this.#options = options;
    const { tryEarly, onUnfit } = options;
    this.#rehearsals = new EarlyRehearsals({
      tryEarly,
      onFailed: ({ models }, error) =>
        onUnfit?.(
          error instanceof ModelUnloadable
            ? { model: error.model, error: error.cause as Error }
            : { model: models.at(-1)!.key, error },
        ),
    });
    const references = new Set(options.references);
    this.#wish = references.size === 0 ? { references, everyBut: new Set() } : { references };
  }

  /**
   * Loads what is wanted, without trying it first: nothing else is served yet.
   *
   * @throws {ModelwrightError} What `resolve` throws; `SERVER_NO_MODELS`; what is wrong with the first version if none is sound.
   */
  static async open(options: ResidencyOptions): Promise<Residency> {
    const residency = new Residency(options);
    const wanted = await wantedVersions(options.registry, residency.#wish);
    const unknown = wanted.lost.find(({ error }) => (error as ModelwrightError).code !== "REGISTRY_RECORD_UNREADABLE");
    if (unknown !== undefined) throw unknown.error;
    await residency.#become(wanted, { isFirst: true });
    if (residency.current.all.length > 0) return residency;
    const [first] = residency.#failed.values();
    throw first?.error ?? new ModelwrightError("SERVER_NO_MODELS", { directory: options.registry.location });
  }

  /** What requests see that come now. */
  get current(): ServedModels {
    return this.#current;
  }

  /** Lets a request see what is served now until it leaves: none of it is freed before. */
  enter(): { readonly models: ServedModels; readonly leave: () => void } {
    const models = this.#current;
    this.#holders.set(models, (this.#holders.get(models) ?? 0) + 1);
    let hasLeft = false;
    const leave = () => {
      if (hasLeft) return;
      hasLeft = true;
      const others = this.#holders.get(models)! - 1;
      if (others > 0) this.#holders.set(models, others);
      else {
        this.#holders.delete(models);
        this.#free();
      }
    };
    return { models, leave };
  }

  /** Serves what the registry now says: aliases that moved, and of all models new ones. */
  async refresh(): Promise<void> {
    await this.#next(async () => this.#become(await wantedVersions(this.#options.registry, this.#wish)));
    if (this.#looksAhead) await this.#planRehearsals();
  }

  /** From now on versions that may be served next are tried before they are wanted. */
  async lookAhead(): Promise<void> {
    this.#looksAhead = true;
    await this.#planRehearsals();
  }

  async #planRehearsals(): Promise<void> {
    const { registry, shareBases } = this.#options;
    const { units, existing } = await comingUnits({ registry, served: this.#current, shareBases });
    this.#rehearsals.keepOnly(existing);
    this.#rehearsals.plan(await Promise.all(units.map((records) => this.#unitOf(records))));
  }

  /**
   * Serves a model or a version as well, and tries again one that failed.
   * @throws {ModelwrightError} What `resolve` throws; what is wrong with the version.
   */
  load(reference: string): Promise<void> {
    return this.#next(async () => {
      const record = await this.#options.registry.resolve(reference);
      const { references, everyBut } = this.#wish;
      const isCovered = reference === record.name && everyBut !== undefined;
      this.#failed.delete(keyOf(record));
      const wish = {
        references: isCovered ? references : new Set([...references, reference]),
        ...(everyBut === undefined ? {} : { everyBut: without(everyBut, reference) }),
      };
      await this.#become(await wantedVersions(this.#options.registry, wish));
      const failure = this.#failed.get(keyOf(record))?.error;
      if (failure !== undefined) throw failure;
      this.#wish = wish;
    });
  }

  /**
   * Serves a model, or one reference to it, no more.
   * @throws {ModelwrightError} `SERVER_MODEL_NOT_LOADED`.
   */
  unload(reference: string): Promise<void> {
    return this.#next(async () => {
      const { record } = this.#current.find(reference);
      const { references, everyBut } = this.#wish;
      const isGone = (each: string) => each === reference || (reference === record.name && isOf(each, record.name));
      const wish = {
        references: new Set([...references].filter((each) => !isGone(each))),
        ...(everyBut === undefined ? {} : { everyBut: new Set([...everyBut, reference]) }),
      };
      await this.#become(await wantedVersions(this.#options.registry, wish));
      this.#wish = wish;
    });
  }

  /** Every version that is, comes or goes, and those that cannot be served, with the reason. */
  states(): readonly VersionState[] {
    const states = new Map<string, VersionState>();
    const set = ({ name, version }: VersionName, state: VersionState["state"], reason = "") =>
      states.set(keyOf({ name, version }), { name, version, state, reason });
    for (const { unit } of this.#leaving.values())
      for (const { manifest } of unit.models) set(manifest, "UNLOADING", "requests under way still use it");
    for (const { record, error } of this.#failed.values())
      if (record !== undefined) set(record, "UNAVAILABLE", error.message);
    for (const record of this.#loading.values()) set(record, "LOADING");
    for (const { record } of this.#current.all) set(record, "READY");
    return [...states.values()];
  }

  /** Nothing more is tried early; ends when the change under way does. */
  async close(): Promise<void> {
    this.#rehearsals.close();
    await this.#turn.catch(() => {});
  }

  #next<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#turn.catch(() => {}).then(change);
    this.#turn = done;
    return done;
  }

  async #become(wanted: Wanted, { isFirst = false } = {}): Promise<void> {
    const { versions, lost } = wanted;
    const stale = new Set([...versions.keys(), ...lost.map(({ model }) => model)]);
    for (const key of this.#failed.keys()) if (!stale.has(key)) this.#failed.delete(key);
    for (const each of lost) this.#fail(each.model, { error: each.error });
    const came = [...versions].filter(([key]) => !this.#resident.has(key) && !this.#failed.has(key));
    for (const [key, { record }] of came) this.#loading.set(key, record);
    try {
      const sound = new Map<string, VersionRecord>();
      for (const [key, { record }] of versions) {
        if (this.#failed.has(key)) continue;
        if (this.#resident.has(key) || (await this.#isSound(record))) sound.set(key, record);
      }
      const resident = await this.#house(sound, isFirst);
      this.#show(resident, wanted);
    } finally {
      this.#loading.clear();
    }
  }

  async #isSound(record: VersionRecord): Promise<boolean> {
    try {
      await this.#options.registry.verifyVersion(record);
      return true;
    } catch (error) {
      if (!(error instanceof ModelwrightError)) throw error;
      this.#fail(keyOf(record), { record, error });
      return false;
    }
  }

  /** Loads what is not in memory yet. */
  async #house(sound: ReadonlyMap<string, VersionRecord>, isFirst: boolean): Promise<Map<string, Resident>> {
    const resident = new Map<string, Resident>();
    for (const records of this.#groups([...sound.values()])) {
      let members = records;
      while (members.length > 0) {
        const known = members.map((record) => this.#resident.get(keyOf(record)));
        const home = known[0]?.home;
        if (home !== undefined && known.every((each) => each?.home === home)) {
          for (const each of known) resident.set(each!.key, each!);
          break;
        }
        try {
          for (const each of await this.#load(members, isFirst)) resident.set(each.key, each);
          break;
        } catch (error) {
          if (!(error instanceof ModelUnloadable)) throw error;
          const failed = members.find((record) => keyOf(record) === error.model)!;
          this.#fail(error.model, { record: failed, error: error.cause as Error });
          members = members.filter((record) => record !== failed);
        }
      }
    }
    return resident;
  }

  /** Versions by what they may share. */
  #groups(records: readonly VersionRecord[]): readonly (readonly VersionRecord[])[] {
    const groups = new Map<string, VersionRecord[]>();
    for (const record of records) {
      const shared = this.#options.shareBases ? sharingKey(record.manifest) : undefined;
      const group = shared ?? keyOf(record);
      groups.set(group, [...(groups.get(group) ?? []), record]);
    }
    return [...groups.values()];
  }

  async #load(records: readonly VersionRecord[], isFirst: boolean): Promise<readonly Resident[]> {
    const { host, rehearse, onLoaded } = this.#options;
    const unit = await this.#unitOf(records);
    if (!isFirst && !this.#rehearsals.has(unit)) await rehearse(unit);
    const sharing = await host.load(unit);
    this.#rehearsals.add(unit);
    const home = { unit, sharing };
    onLoaded?.(home);
    return Promise.all(
      records.map(async (record, i) => {
        const { key, directory } = unit.models[i]!;
        const row = inferenceRow(record.manifest.task);
        const runner = runnerOf(unit.id, key, sharing);
        const facts = await versionFacts(directory, record, row);
        return { ...facts, key, record, row, runner, isShared: runner === unit.id, home };
      }),
    );
  }

  async #unitOf(records: readonly VersionRecord[]): Promise<Unit> {
    const { registry } = this.#options;
    const models = await Promise.all(
      records.map(async (record) => ({
        key: keyOf(record),
        directory: await registry.materialise(record),
        manifest: record.manifest,
      })),
    );
    return { id: `unit ${++this.#lastUnit}`, models };
  }

  /** Lets requests that come see what is in memory now, as a whole. */
  #show(housed: ReadonlyMap<string, Resident>, { versions, lost, policies }: Wanted): void {
    const before = this.#current;
    const resident = new Map(housed);
    const references = new Map<string, string>();
    const point = (reference: string, key: string) => references.has(reference) || references.set(reference, key);
    for (const [key, wanted] of versions) {
      for (const reference of wanted.references) {
        // What cannot be served leaves its references where they are.
        const target = housed.has(key) ? key : before.get(reference)?.key;
        if (target === undefined || reference === key) continue;
        point(reference, target);
        resident.set(target, resident.get(target) ?? this.#resident.get(target)!);
      }
    }
    for (const { model } of lost) {
      const target = before.get(model)?.key;
      if (target === undefined) continue;
      point(model, target);
      resident.set(target, resident.get(target) ?? this.#resident.get(target)!);
    }
    for (const { key, record } of resident.values()) point(record.name, key);
    const all = [...resident.values()].map(({ home: _, ...each }): ServedModel => {
      const { name } = each.record;
      const own = [...references].filter(([, key]) => key === each.key).map(([reference]) => reference);
      const isDefault = own.includes(name);
      return {
        ...each,
        record: versions.get(each.key)?.record ?? each.record,
        references: [...(isDefault ? [name] : []), each.key, ...own.filter((reference) => reference !== name)],
      };
    });
    const now = new ServedModels(all, { policies });
    const homes = new Set([...resident.values()].map(({ home }) => home));
    for (const { home } of this.#resident.values()) if (!homes.has(home)) this.#leaving.set(home.unit.id, home);
    const left = before.all.filter(({ key }) => !resident.has(key));
    const came = all.filter(({ key }) => !this.#resident.has(key));
    this.#options.onChange?.({ now, came, left });
    this.#resident = resident;
    this.#current = now;
    this.#free();
  }

  /** Frees the units that no request sees any more. */
  #free(): void {
    const { host, onUnloaded } = this.#options;
    const seen = new Set([...this.#holders.keys()].flatMap(({ all }) => all.map(({ runner }) => runner)));
    for (const [id, home] of this.#leaving) {
      const { unit, sharing } = home;
      if (unit.models.some(({ key }) => seen.has(runnerOf(id, key, sharing)))) continue;
      this.#leaving.delete(id);
      void host.unload(id).then(() => onUnloaded?.(home));
    }
  }

  #fail(key: string, failure: { readonly record?: VersionRecord; readonly error: Error }): void {
    if (this.#failed.get(key)?.error.message === failure.error.message) return;
    this.#failed.set(key, failure);
    this.#options.onFailed?.({ model: key, error: failure.error });
  }
}

function without(names: ReadonlySet<string>, name: string): ReadonlySet<string> {
  return new Set([...names].filter((each) => each !== name));
}

/** Whether a reference is to a model of this name. */
function isOf(reference: string, name: string): boolean {
  return reference === name || reference.startsWith(`${name}:`) || reference.startsWith(`${name}@`);
}
