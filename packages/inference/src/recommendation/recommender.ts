import type { AnswerOf, ItemOf, ManifestOf, OptionsOf } from "@modelwright/contracts";
import { ModelwrightError, showHttpValue } from "@modelwright/contracts";
import { wellFormed } from "@modelwright/data";
import { type AnyTensor, type Session, tensor } from "@modelwright/engine";
import type { LoadedModel, PredictRequest, WarmUp } from "../loaded-model.ts";
import { type LoadOptions, type OpenVersion, openVersion, unreadable } from "../open-version.ts";
import { LEAST_SCORE } from "./recommender-graph.ts";

type Task = "recommendation";

/** What is recommended to a user, the best first. */
export type Recommended = AnswerOf<Task>;

/** A user, and what may be recommended. */
export interface Query {
  readonly user: string;
  /** What is known to have been chosen; without any item that the model knows, what it remembers counts. */
  readonly items: readonly { readonly item: string; readonly rating?: number }[];
  readonly exclude: readonly string[];
  /** None: all. */
  readonly among: readonly string[];
}

/** Users of one run of the session: what long histories take together stays small. */
const USERS_PER_RUN = 8;
const TOP = 10;

/** A recommendation version loaded from its folder. */
export class Recommender implements LoadedModel<Task, Recommended> {
  readonly manifest: ManifestOf<Task>;
  readonly #session: Session;
  readonly #outputs: readonly string[];

  /**
   * @param version Its session belongs to this model from now on.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` for a graph with other inputs or outputs; its session is released.
   */
  constructor({ manifest, session, file }: OpenVersion<Task>) {
    this.manifest = manifest;
    this.#session = session;
    const isRated = manifest.feedback === "explicit";
    this.#outputs = [
      "item",
      "score",
      ...(isRated ? ["rating"] : []),
      ...(manifest.catalogue.titles ? ["title"] : []),
      "known",
    ];
    const inputs = ["user", "items", ...(isRated ? ["ratings"] : []), "exclude", "among", "seen", "top"];
    const problem = differs("input", session.inputs, inputs) ?? differs("output", session.outputs, this.#outputs);
    if (problem === undefined) return;
    session.release();
    unreadable(file, problem);
  }

  /**
   * @param directory A version folder: `modelwright.json`, `onnx/model.onnx`.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file; `ENGINE_MODEL_REFUSED` for an unsafe graph;
   * `ENGINE_PROVIDER_UNAVAILABLE`.
   */
  static async load(directory: string, options: LoadOptions = {}): Promise<Recommender> {
    return new Recommender(await openVersion(directory, "recommendation", options));
  }

  /**
   * Makes users ready.
   *
   * @throws {ModelwrightError} `MODEL_INPUT_INVALID` for what is no list of users.
   */
  prepare(users: readonly ItemOf<Task>[]): { run(request?: PredictRequest<Task>): Promise<Recommended[]> } {
    requireUsers(users);
    const described = users.map(describedUser);
    return {
      run: ({ options = {}, ...how } = {}) => {
        const { exclude = [], among } = options;
        // An empty list is a list: nothing is among it.
        if (among?.length === 0)
          return this.recommend(
            described.map((user) => ({ ...user, exclude, among: [NOTHING] })),
            { options, ...how },
          );
        return this.recommend(
          described.map((user) => ({ ...user, exclude, among: among ?? [] })),
          { options, ...how },
        );
      },
    };
  }

  /** Recommends to users, each with candidates of its own. */
  async recommend(
    queries: readonly Query[],
    { options = {}, signal, blocking = false }: PredictRequest<Task> = {},
  ): Promise<Recommended[]> {
    signal?.throwIfAborted();
    const answers: Recommended[] = [];
    for (let start = 0; start < queries.length; start += USERS_PER_RUN) {
      signal?.throwIfAborted();
      const part = queries.slice(start, start + USERS_PER_RUN);
      const outputs = await this.#session.run(this.#feeds(part, options), this.#outputs, { blocking, strings: true });
      for (const row of part.keys()) answers.push(this.#answer(outputs, row));
    }
    return answers;
  }

  #feeds(queries: readonly Query[], { top = TOP, seen = false }: OptionsOf<Task>): Record<string, AnyTensor> {
    const rows = queries.length;
    const names = (of: (query: Query) => readonly string[]) => {
      const lists = queries.map(of);
      const width = lists.reduce((most, { length }) => Math.max(most, length), 1);
      return tensor(
        "string",
        [rows, width],
        lists.flatMap((list) => padded(list, width, "").map(wellFormed)),
      );
    };
    const items = names((query) => query.items.map(({ item }) => item));
    const width = items.shape[1]!;
    const ratings = queries.flatMap((query) =>
      padded(
        query.items.map(({ rating = Number.NaN }) => rating),
        width,
        Number.NaN,
      ),
    );
    return {
      user: tensor(
        "string",
        [rows, 1],
        queries.map(({ user }) => wellFormed(user)),
      ),
      items,
      ...(this.manifest.feedback === "explicit"
        ? { ratings: tensor("float32", [rows, width], Float32Array.from(ratings)) }
        : {}),
      exclude: names(({ exclude }) => exclude),
      among: names(({ among }) => among),
      seen: tensor("int64", [rows, 1], new BigInt64Array(rows).fill(seen ? 1n : 0n)),
      top: tensor("int64", [1], BigInt64Array.of(BigInt(top))),
    };
  }

  #answer(outputs: Readonly<Record<string, AnyTensor>>, row: number): Recommended {
    const [, width = 0] = outputs.item!.shape;
    const { item, score, rating, title, known } = outputs;
    const places = Array.from({ length: width }, (_, place) => row * width + place);
    return {
      items: places
        .filter((at) => Number(score!.data[at]) > LEAST_SCORE)
        .map((at) => ({
          item: String(item!.data[at]),
          score: shown(score!.data[at]),
          ...(rating === undefined ? {} : { rating: shown(rating.data[at]) }),
          ...(title === undefined || title.data[at] === "" ? {} : { title: String(title.data[at]) }),
        })),
      known: Number(known!.data[row]) === 1,
    };
  }

  /** Recommendations for users, in their order. */
  predict(users: readonly ItemOf<Task>[], request: PredictRequest<Task> = {}): Promise<Recommended[]> {
    return this.#predict(users, request);
  }

  async #predict(users: readonly ItemOf<Task>[], request: PredictRequest<Task>): Promise<Recommended[]> {
    return this.prepare(users).run(request);
  }

  /** Runs what the first request would wait for. */
  async warmUp(): Promise<WarmUp> {
    const start = performance.now();
    await this.prepare([""]).run();
    return { longestItemMs: performance.now() - start };
  }

  /** Frees the session; nothing may be asked afterwards. */
  release(): void {
    this.#session.release();
  }
}

/** No name of an item. */
const NOTHING = "\u{10ffff}";

/** With so many digits a float32 is read back to the last bit. */
const shown = (value: unknown) => Number(Number(value).toPrecision(9));

function padded<Value>(values: readonly Value[], width: number, filler: Value): Value[] {
  return [...values, ...Array<Value>(width - values.length).fill(filler)];
}

/** What a client says of a user, in one form; of an item that is named twice the last counts. */
function describedUser(given: ItemOf<Task>): Pick<Query, "user" | "items"> {
  const { user = "", items = [] } = typeof given === "string" ? { user: given } : given;
  const last = new Map(items.map((each) => (typeof each === "string" ? [each, { item: each }] : [each.item, each])));
  return { user, items: [...last.values()] };
}

/**
 * Checks what a program without types may get wrong.
 * @throws {ModelwrightError} `MODEL_INPUT_INVALID` naming the user.
 */
function requireUsers(users: unknown): asserts users is readonly ItemOf<Task>[] {
  const refuse = (path: string, rule: string, value: unknown) =>
    new ModelwrightError("MODEL_INPUT_INVALID", { path, rule, got: showHttpValue(value) });
  if (!Array.isArray(users)) throw refuse("users", "a list of users", users);
  for (const [i, user] of users.entries()) {
    if (typeof user === "string") continue;
    const rule = 'a user: a name, or { "user", "items" }';
    if (typeof user !== "object" || user === null || Array.isArray(user)) throw refuse(`users[${i}]`, rule, user);
    const { user: name, items, ...others } = user as Record<string, unknown>;
    const [other] = Object.keys(others);
    if (other !== undefined) throw refuse(`users[${i}].${other}`, "left out: a user has user and items", others[other]);
    if (name === undefined && items === undefined) throw refuse(`users[${i}]`, rule, user);
    if (name !== undefined && typeof name !== "string") throw refuse(`users[${i}].user`, "a text", name);
    if (items === undefined) continue;
    if (!Array.isArray(items)) throw refuse(`users[${i}].items`, "a list of items", items);
    const wrong = items.findIndex((each) => !isChosen(each));
    if (wrong >= 0)
      throw refuse(`users[${i}].items[${wrong}]`, 'an item: a name, or { "item", "rating" }', items[wrong]);
  }
}

function isChosen(given: unknown): boolean {
  if (typeof given === "string") return given !== "";
  if (typeof given !== "object" || given === null) return false;
  const { item, rating } = given as Record<string, unknown>;
  return typeof item === "string" && item !== "" && typeof rating === "number" && Number.isFinite(rating);
}

function differs(
  role: "input" | "output",
  has: readonly { readonly name: string }[],
  wanted: readonly string[],
): string | undefined {
  const names = has.map(({ name }) => name);
  const missing = wanted.find((name) => !names.includes(name));
  if (missing !== undefined) return `the graph has no ${role} "${missing}"`;
  const extra = names.find((name) => !wanted.includes(name));
  return extra === undefined ? undefined : `the graph has an ${role} "${extra}", which the manifest does not speak of`;
}
