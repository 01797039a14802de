import { join } from "node:path";
import type { ModelManifest, TaskName } from "@modelwright/contracts";
import {
  type AnyTensor,
  chooseProvider,
  decodeModel,
  defaultRuntime,
  encodeModel,
  type Graph,
  type Session,
} from "@modelwright/engine";
import { loadVersion } from "../load-version.ts";
import type { LoadedModel, PreparedItems, WarmUp } from "../loaded-model.ts";
import { GRAPH_FILE, type LoadOptions, readBytes } from "../open-version.ts";
import { warmUpTexts } from "../texts/warm-up-texts.ts";
import { BaseWeights } from "./base-weights.ts";
import { FailedItem } from "./failed-item.ts";
import { JointRuns } from "./joint-runs.ts";
import { type LowRankChanges, readChanges } from "./low-rank-change.ts";
import { MemberSession } from "./member-session.ts";
import { LayerUnfit, sharedTrunk } from "./shared-trunk.ts";
import { ADAPTER_FILE, sharingProblem } from "./sharing-key.ts";
import { type SplitGraph, splitGraph } from "./split-graph.ts";

/** A version that may share a base with others. */
export interface BaseMember {
  readonly key: string;
  readonly directory: string;
  readonly manifest: ModelManifest;
}

/** A version that needs a graph of its own, and why. */
export interface MemberApart {
  readonly key: string;
  readonly reason: string;
}

/** An item for one of the members. */
export interface MemberItem {
  /** Its key. */
  readonly member: string;
  readonly item: unknown;
}

/** What came of an attempt to share. */
export interface SharedBaseLoading {
  /** Undefined where fewer than two versions share anything. */
  readonly base: SharedBase | undefined;
  readonly apart: readonly MemberApart[];
}

type Model = LoadedModel<TaskName>;
type Items = Parameters<Model["prepare"]>[0];

/** What is kept of a member in memory. */
interface Joined extends BaseMember {
  /** The graph as it would stand alone, without its weights. */
  readonly graph: Graph;
  readonly split: SplitGraph;
  readonly changes: LowRankChanges;
  readonly graphBytes: number;
}

/** Versions that are tried as the first, to which others are compared. */
const MOST_TRIES = 3;
/** Tokens of a text to warm up with at most. */
const LONGEST_WARM_UP = 512;

/**
 * Versions with low-rank adapters on the same base, loaded together: one copy of the base, and one batch for texts of all of them.
 *
 * The base is what is left of a version's weights without what its adapter added, so that nothing but the versions is needed.
 */
export class SharedBase {
  /** Keys of the versions. */
  readonly members: readonly string[];
  /** Bytes of all weights: as they are in memory, and as they would be in a graph for each version. */
  readonly bytes: { readonly shared: number; readonly apart: number };
  readonly #models: ReadonlyMap<string, Model>;
  readonly #runs: JointRuns;
  readonly #maxBatch: number;
  /** The end of the run before: what runs together waits for one another. */
  #running: Promise<unknown> = Promise.resolve();

  private constructor(parts: {
    readonly models: ReadonlyMap<string, Model>;
    readonly runs: JointRuns;
    readonly bytes: SharedBase["bytes"];
    readonly maxBatch: number;
  }) {
    this.members = [...parts.models.keys()];
    this.bytes = parts.bytes;
    this.#models = parts.models;
    this.#runs = parts.runs;
    this.#maxBatch = parts.maxBatch;
  }

  /**
   * @param versions Of one `sharingKey`. Those whose weights are not the base's with an adapter stay apart.
   * @param options As of `loadVersion`. Files are held to the digests of the manifests.
   * @param options.onMember Told which version is read next: if this throws, it was that one.
   * @throws {ModelwrightError} What `loadVersion` throws; `SERVER_VERSION_UNREADABLE` for a damaged adapter.
   */
  static async load(
    versions: readonly BaseMember[],
    { onMember = () => {}, ...options }: LoadOptions & { readonly onMember?: (key: string) => void } = {},
  ): Promise<SharedBaseLoading> {
    let found = await joinedOf(versions, onMember);
    // The first one may be the odd one.
    for (let tries = 1; found.joined.length < 2 && tries < Math.min(versions.length - 1, MOST_TRIES); tries++)
      found = await joinedOf([...versions.slice(tries), ...versions.slice(0, tries)], onMember);
    const { weights, joined, apart } = found;
    if (weights === undefined || joined.length < 2) return { base: undefined, apart };
    return { base: await SharedBase.#open({ weights, joined }, options, onMember), apart };
  }

  static async #open(
    { weights, joined }: { readonly weights: BaseWeights; readonly joined: readonly Joined[] },
    options: LoadOptions,
    onMember: (key: string) => void,
  ): Promise<SharedBase> {
    const { maxBatch = 32 } = options;
    const open = await sessionsOf(options);
    const trunk = sharedTrunk(weights.trunk, {
      bases: weights.plain,
      members: joined.map(({ changes }) => changes),
    });
    const { padId, maxLength } = readingOf(joined[0]!.manifest);
    const { cut } = joined[0]!.split;
    const runs = new JointRuns({ session: await open(trunk), cut, padId, maxRows: maxBatch, maxLength });
    const models = new Map<string, Model>();
    try {
      for (const [member, { key, directory, manifest, graph, split }] of joined.entries()) {
        onMember(key);
        const head = split.head.nodes.length === 0 ? undefined : await open(split.head, join(directory, GRAPH_FILE));
        const session = new MemberSession({ graph, runs, member, cut, head });
        models.set(key, await loadVersion(directory, { ...options, manifest, files: manifest.files, session }));
      }
    } catch (error) {
      for (const model of models.values()) model.release();
      runs.release();
      throw error;
    }
    const shared = [trunk, ...joined.map(({ split }) => split.head)].reduce((sum, each) => sum + bytesOf(each), 0);
    const bytes = { shared, apart: joined.reduce((sum, { graphBytes }) => sum + graphBytes, 0) };
    return new SharedBase({ models, runs, bytes, maxBatch });
  }

  /**
   * Makes items ready. Their run gives what the `prepare` of each member gives, in the order of the items: a `FailedItem` for those of a member
   * that fails.
   */
  async prepare(items: readonly MemberItem[]): Promise<PreparedItems<TaskName, unknown>> {
    const places = new Map<string, number[]>();
    for (const [place, { member }] of items.entries()) places.set(member, [...(places.get(member) ?? []), place]);
    const members = [...places].map(([member, own]) => ({ own, model: this.#memberOf(member) }));
    const prepared = await Promise.allSettled(
      members.map(async ({ own, model }) => model.prepare(own.map((place) => items[place]!.item) as Items)),
    );
    return {
      run: async (request = {}) => {
        const works = prepared.map((ready) => async () => (await settled(ready)).run(request));
        const results = await this.#inTurn(() => this.#runs.together(works));
        const answers = new Array<unknown>(items.length);
        for (const [at, result] of results.entries()) {
          for (const [i, place] of members[at]!.own.entries())
            answers[place] = result.status === "fulfilled" ? result.value[i] : new FailedItem(result.reason);
        }
        return answers;
      },
    };
  }

  #memberOf(key: string): Model {
    const model = this.#models.get(key);
    if (model === undefined) throw new Error(`no version "${key}" on this base`);
    return model;
  }

  /**
   * Runs what the first requests would wait for, as a model does.
   * @throws What a member that cannot be run throws.
   */
  warmUp(): Promise<WarmUp> {
    const [first] = this.members;
    const { maxLength } = readingOf(this.#models.get(first!)!.manifest);
    const model = {
      prepare: async (texts: readonly string[]) => {
        const items = texts.map((item, i) => ({ member: this.members[i % this.members.length]!, item }));
        const prepared = await this.prepare(items);
        return { run: async () => requireAnswers(await prepared.run()) };
      },
    };
    return warmUpTexts(model, { maxLength: Math.min(maxLength, LONGEST_WARM_UP), maxBatch: this.#maxBatch });
  }

  /** Frees all sessions; nothing may be asked afterwards. */
  release(): void {
    for (const model of this.#models.values()) model.release();
    this.#runs.release();
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#running.then(action);
    this.#running = result.catch(() => {});
    return result;
  }
}

function requireAnswers(answers: readonly unknown[]): readonly unknown[] {
  for (const answer of answers) if (answer instanceof FailedItem) throw answer.error;
  return answers;
}

/** What a promise that has settled gives, or throws what it gave. */
async function settled<T>(result: PromiseSettledResult<T>): Promise<T> {
  if (result.status === "rejected") throw result.reason;
  return result.value;
}

/** Versions whose weights are those of the first with an adapter, the first among them. */
async function joinedOf(versions: readonly BaseMember[], onMember: (key: string) => void) {
  const joined: Joined[] = [];
  const apart: MemberApart[] = [];
  let weights: BaseWeights | undefined;
  for (const version of versions) {
    onMember(version.key);
    try {
      const member = await readMember(version);
      const changed = { trunk: member.split.trunk, changes: member.changes };
      const base = weights ?? new BaseWeights(changed);
      base.add(changed);
      weights = base;
      joined.push(withoutTrunkWeights(member));
    } catch (error) {
      if (!(error instanceof LayerUnfit)) throw error;
      apart.push({ key: version.key, reason: error.message });
    }
  }
  return { weights, joined, apart };
}

/** @throws {LayerUnfit} for a version that has nothing to share. */
async function readMember(version: BaseMember): Promise<Joined> {
  const { directory, manifest } = version;
  const problem = sharingProblem(manifest);
  if (problem !== undefined) throw new LayerUnfit(problem);
  const { files } = manifest;
  const bytes = await readBytes(directory, GRAPH_FILE, { files });
  const graph = decodeModel(bytes, { file: join(directory, GRAPH_FILE) });
  const changes = readChanges(await readBytes(directory, ADAPTER_FILE, { files }), join(directory, ADAPTER_FILE));
  return { ...version, graph, split: splitGraph(graph), changes, graphBytes: bytesOf(graph) };
}

/** Lets go of the weights that the base has. */
function withoutTrunkWeights(member: Joined): Joined {
  const { graph, split } = member;
  const none = { initializers: new Map<string, AnyTensor>() };
  return { ...member, graph: { ...graph, ...none }, split: { ...split, trunk: { ...split.trunk, ...none } } };
}

/** What opens the graphs of a base, all alike. */
async function sessionsOf(options: LoadOptions): Promise<(graph: Graph, file?: string) => Promise<Session>> {
  const { threads, spinning = false, executionProvider = "cpu" } = options;
  const runtime = options.runtime ?? (await defaultRuntime());
  const { name } = await chooseProvider(runtime, executionProvider);
  return (graph, file = "the shared base") =>
    runtime.createSession(encodeModel(graph), { file, threads, spinning, executionProvider: name });
}

function readingOf(manifest: ModelManifest): { readonly padId: number; readonly maxLength: number } {
  return (manifest as unknown as { readonly preprocessing: { readonly padId: number; readonly maxLength: number } })
    .preprocessing;
}

function bytesOf({ initializers }: Graph): number {
  return [...initializers.values()].reduce(
    (sum, { data }) => sum + (ArrayBuffer.isView(data) ? data.byteLength : data.length),
    0,
  );
}
