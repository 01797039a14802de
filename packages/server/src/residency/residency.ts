import { setImmediate as nextTurn } from "node:timers/promises";
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
import { MemoryBudget } from "./memory-budget.ts";
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
  /** What may be in memory. Default: everything. */
  readonly budget?: MemoryBudget;
  /** When a version was last asked, in milliseconds since 1970; with a budget, the one that was not for longest is put out. */
  readonly lastAskedAt?: (key: string) => number;
  /** What is served changed. Told before requests see it. */
  readonly onChange?: (change: ResidencyChange) => void;
  /** A version is wanted and cannot be served; what answered before still does. Told once. */
  readonly onFailed?: (failed: LeftOut) => void;
  /** A version could not be served if it were wanted. Told once. */
  readonly onUnfit?: (failed: LeftOut) => void;
  readonly onLoaded?: (unit: LoadedParts) => void;
  readonly onUnloaded?: (unit: LoadedParts) => void;
  /** Versions were put out to make room for others, or came in because they were asked for: their keys. */
  readonly onMoved?: (moved: { readonly out?: readonly string[]; readonly in?: readonly string[] }) => void;
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

interface Home extends LoadedParts {
  /** Milliseconds since 1970. */
  readonly loadedAt: number;
}

/** A version that is served, whatever finds it; without a home it is not in memory. */
type Resident = Omit<ServedModel, "references"> & { readonly home: Home | undefined };

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
  readonly #leaving = new Map<string, Home>();
  /** Those that were tried or loaded before need no trial: their files are checked, so they do as they did. */
  readonly #rehearsals: EarlyRehearsals;
  #looksAhead = false;
  readonly #budget: MemoryBudget;
  /** What the registry said last. */
  #wanted: Wanted = { versions: new Map(), lost: [], policies: [] };
  /** Versions that are being brought in, by key. */
  readonly #comings = new Map<string, Promise<void>>();
  /** How long it took to bring a version in, the last time. */
  #bringMs = 1000;
  readonly #failed = new Map<string, { readonly record?: VersionRecord; readonly error: Error }>();
  readonly #loading = new Map<string, VersionRecord>();
  /** The change before: one at a time. */
  #turn: Promise<unknown> = Promise.resolve();
  #lastUnit = 0;

  private constructor(options: ResidencyOptions) {
    this.#options = options;
    this.#budget = options.budget ?? new MemoryBudget({ bytes: Number.POSITIVE_INFINITY, copies: 1 });
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

  /**
   * Brings in what a reference finds if it is not in memory, for which others may have to leave; undefined if it is, or finds nothing.
   * @throws {ModelwrightError} What is wrong with the version.
   */
  bring(reference: string): Promise<void> | undefined {
    const model = this.#current.get(reference);
    if (model === undefined || model.runner !== undefined) return undefined;
    const { key } = model;
    const coming =
      this.#comings.get(key) ?? this.#next(() => this.#bring(key)).finally(() => this.#comings.delete(key));
    this.#comings.set(key, coming);
    return coming;
  }

  /** About how long it takes to bring a version in. */
  get bringMs(): number {
    return this.#bringMs;
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
      await this.#bring(keyOf(record));
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
    for (const { record, runner } of this.#current.all)
      if (runner === undefined) set(record, "UNAVAILABLE", OUT_OF_MEMORY);
    for (const { record, reason } of this.unserved()) set(record, "UNAVAILABLE", reason);
    for (const record of this.#loading.values()) set(record, "LOADING");
    for (const { record, runner } of this.#current.all) if (runner !== undefined) set(record, "READY");
    return [...states.values()];
  }

  /** Versions that are wanted and cannot be served, with the reason. */
  unserved(): readonly { readonly record: VersionRecord; readonly reason: string }[] {
    return [...this.#failed.values()].flatMap(({ record, error }) =>
      record === undefined ? [] : [{ record, reason: error.message }],
    );
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
      this.#wanted = wanted;
      this.#show(resident);
      // What took the place of another may be larger.
      this.#putOut(0);
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
          const isLoaded = this.#requireWithin(members) && this.#isLoadedAtOnce(members, sound);
          const housed = isLoaded ? await this.#load(members, isFirst) : await this.#keepOut(members);
          for (const each of housed) resident.set(each.key, each);
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

  /** Whether versions come in as soon as they are wanted: in place of others that are there, or because there is room. */
  #isLoadedAtOnce(members: readonly VersionRecord[], sound: ReadonlyMap<string, VersionRecord>): boolean {
    const known = members.map((record) => this.#resident.get(keyOf(record)));
    const there = [...this.#resident.values()].filter(({ home }) => home !== undefined);
    const replaced = there.filter(({ key }) => !sound.has(key)).map(({ record }) => record.name);
    if (known.some((each) => each?.home !== undefined) || members.some(({ name }) => replaced.includes(name)))
      return true;
    if (known.every((each) => each !== undefined)) return false;
    return this.#budget.used + this.#weigh(members) <= this.#budget.bytes;
  }

  /** @throws {ModelUnloadable} if the versions are larger than all that may be in memory. */
  #requireWithin(members: readonly VersionRecord[]): true {
    const bytes = this.#weigh(members);
    if (bytes <= this.#budget.bytes) return true;
    const model = keyOf(members.at(-1)!);
    const details = { model, bytes, budget: this.#budget.bytes };
    throw new ModelUnloadable(model, new ModelwrightError("SERVER_MODEL_OVER_BUDGET", details));
  }

  #weigh(members: readonly VersionRecord[], sharing?: BaseSharing): number {
    return this.#budget.weigh(members, { isGroup: members.length > 1, sharing });
  }

  async #bring(key: string): Promise<void> {
    // Whoever waited for the one before sees it, and so keeps it until its answer is out, before it may be put out.
    await nextTurn();
    const resident = this.#resident.get(key);
    if (resident === undefined || resident.home !== undefined) return;
    const startedAt = performance.now();
    const group = this.#groups([...this.#resident.values()].map(({ record }) => record));
    let members = group.find((records) => records.some((record) => keyOf(record) === key))!;
    members = members.filter((record) => keyOf(record) === key || !this.#failed.has(keyOf(record)));
    this.#failed.delete(key);
    for (const record of members) this.#loading.set(keyOf(record), record);
    try {
      this.#requireWithin(members);
      const bytes = this.#weigh(members);
      this.#putOut(bytes);
      await this.#budget.room(bytes, ROOM_PATIENCE_MS);
      const came = await this.#load(members, false);
      this.#show(new Map([...this.#resident, ...came.map((each) => [each.key, each] as const)]));
      this.#options.onMoved?.({ in: came.map((each) => each.key) });
      this.#bringMs = Math.ceil(performance.now() - startedAt);
    } catch (error) {
      if (!(error instanceof ModelUnloadable)) throw error;
      const record = members.find((each) => keyOf(each) === error.model)!;
      this.#fail(error.model, { record, error: error.cause as Error });
      throw error.cause;
    } finally {
      this.#loading.clear();
    }
  }

  /** Puts units out, those first that were not asked for longest, until so much would be free when they have left. */
  #putOut(bytes: number): void {
    const used = () => this.#budget.usedBut(new Set(this.#leaving.keys())) + bytes;
    while (used() > this.#budget.bytes) {
      const homes = new Set([...this.#resident.values()].map(({ home }) => home));
      const candidates = [...homes].filter((home) => home !== undefined).filter((home) => !this.#isCompared(home));
      const [oldest] = candidates.toSorted((one, other) => this.#lastUseOf(one) - this.#lastUseOf(other));
      if (oldest === undefined) return;
      const left = [...this.#resident].map(
        ([key, each]) => [key, each.home === oldest ? { ...each, ...OUT } : each] as const,
      );
      this.#show(new Map(left));
      this.#options.onMoved?.({ out: oldest.unit.models.map(({ key }) => key) });
    }
  }

  /** Whether a challenger is in it: without it, an experiment would stand still. */
  #isCompared({ unit }: Home): boolean {
    const keys = this.#wanted.policies.map(({ model, challenger }) => keyOf({ name: model, version: challenger }));
    return unit.models.some(({ key }) => keys.includes(key));
  }

  #lastUseOf({ unit, loadedAt }: Home): number {
    const { lastAskedAt = () => 0 } = this.#options;
    return Math.max(loadedAt, ...unit.models.map(({ key }) => lastAskedAt(key)));
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
    const home = { unit, sharing, loadedAt: Date.now() };
    this.#budget.hold(unit.id, this.#weigh(records, sharing));
    onLoaded?.(home);
    return this.#describe(records, unit, (key) => {
      const runner = runnerOf(unit.id, key, sharing);
      return { runner, isShared: runner === unit.id, home };
    });
  }

  /** Versions that come in when they are asked for. */
  async #keepOut(records: readonly VersionRecord[]): Promise<readonly Resident[]> {
    return this.#describe(records, await this.#unitOf(records), () => OUT);
  }

  #describe(
    records: readonly VersionRecord[],
    { models }: Unit,
    place: (key: string) => Pick<Resident, "runner" | "isShared" | "home">,
  ): Promise<readonly Resident[]> {
    return Promise.all(
      records.map(async (record, i) => {
        const { key, directory } = models[i]!;
        const row = inferenceRow(record.manifest.task);
        const facts = await versionFacts(directory, record, row);
        return { ...facts, key, record, row, ...place(key) };
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
  #show(housed: ReadonlyMap<string, Resident>): void {
    const { versions, lost, policies } = this.#wanted;
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
    for (const { home } of this.#resident.values())
      if (home !== undefined && !homes.has(home)) this.#leaving.set(home.unit.id, home);
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
      void host.unload(id).then(() => {
        this.#budget.free(id);
        onUnloaded?.(home);
      });
    }
  }

  #fail(key: string, failure: { readonly record?: VersionRecord; readonly error: Error }): void {
    if (this.#failed.get(key)?.error.message === failure.error.message) return;
    this.#failed.set(key, failure);
    this.#options.onFailed?.({ model: key, error: failure.error });
  }
}

/** Where a version is that is not in memory. */
const OUT = { runner: undefined, isShared: false, home: undefined } as const;
const OUT_OF_MEMORY = "not in memory, for the budget does not hold all versions; it is loaded when it is asked for";

/** How long is waited for requests that still use what was put out; then memory holds more than the budget for a while. */
const ROOM_PATIENCE_MS = 5000;

function without(names: ReadonlySet<string>, name: string): ReadonlySet<string> {
  return new Set([...names].filter((each) => each !== name));
}

/** Whether a reference is to a model of this name. */
function isOf(reference: string, name: string): boolean {
  return reference === name || reference.startsWith(`${name}:`) || reference.startsWith(`${name}@`);
}
