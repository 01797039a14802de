import { AsyncLocalStorage } from "node:async_hooks";
import type * as Files from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import type Libsql from "libsql";

/** How far the step came at which a process ended. */
export type Ending = "before" | "half way";

type Call = (...args: never[]) => unknown;

/** A connection to SQLite that a process has used. */
interface Connection {
  readonly leave: () => void;
}

/** In the body of `runMortal` and all that it calls. */
const current = new AsyncLocalStorage<MortalProcess>();

/**
 * Runs `work` as a process that ends at a step, as `SIGKILL` ends it, without the time that processes cost: from that step
 * on no call of `work` on files returns and none on a database does anything, and its connections are closed.
 *
 * Steps are calls that change files, and statements of SQLite, of modules that were put in place by `mortalFiles` and
 * `mortalDatabase`. Half way a text is written in part, one file of several is copied or removed; a statement is whole or
 * not at all.
 *
 * @param end.at Number of the step, from 0.
 * @returns Whether `work` came to its end before that step, and the steps that it began.
 */
export async function runMortal(
  end: { readonly at: number; readonly how: Ending },
  work: () => Promise<unknown>,
): Promise<{ readonly outlived: boolean; readonly steps: readonly string[] }> {
  const mortal = new MortalProcess(end);
  const finished = current.run(mortal, work).then(
    () => true,
    (error: unknown) => {
      if (mortal.isDead) return mortal.death;
      throw error;
    },
  );
  const outlived = await Promise.race([finished, mortal.death]);
  // What its last statement leaves to be done in memory comes first: it still asks its connection.
  await setImmediate();
  await mortal.leave();
  return { outlived, steps: mortal.steps };
}

/** Whether a process can end half way through a step: otherwise it is done or not. */
export function hasMiddle(step: string): boolean {
  return step.startsWith("file.write") || ["writeFile", "copyFile", "cp", "rm"].includes(step);
}

class MortalProcess {
  readonly steps: string[] = [];
  readonly death: Promise<false>;
  readonly connections = new Set<Connection>();
  readonly handles = new Set<Files.FileHandle>();
  readonly #end: { readonly at: number; readonly how: Ending };
  #die!: () => void;
  isDead = false;

  constructor(end: { readonly at: number; readonly how: Ending }) {
    this.#end = end;
    this.death = new Promise((resolve) => {
      this.#die = () => {
        this.isDead = true;
        resolve(false);
      };
    });
  }

  /** Notes a step. True when it is done, false when the process ends at it or has ended. */
  async survives(step: string, halfWay: () => unknown): Promise<boolean> {
    if (this.isDead) return false;
    if (this.steps.push(step) <= this.#end.at) return true;
    const done = this.#end.how === "half way" ? halfWay() : undefined;
    this.isDead = true;
    await done;
    this.#die();
    return false;
  }

  /** The same of a statement, which no process leaves half done. */
  survivesStatement(statement: string): boolean {
    if (this.isDead) return false;
    if (this.steps.push(statement) <= this.#end.at) return true;
    this.#die();
    return false;
  }

  /** Rolls open transactions back, and closes connections and files. */
  async leave(): Promise<void> {
    for (const connection of this.connections) connection.leave();
    for (const handle of this.handles) await handle.close();
  }
}

/** `node:fs/promises` for `vi.mock`. */
export function mortalFiles(real: typeof Files): typeof Files {
  const wrapped = Object.fromEntries(
    Object.entries(real).map(([name, value]) =>
      typeof value === "function" ? [name, mortalCall(name, value as Call, HALF_WAY[name]?.(real))] : [name, value],
    ),
  );
  return { ...wrapped, default: wrapped } as unknown as typeof Files;
}

/** @param halfWay What the call has done half way; absent of one that changes nothing. */
function mortalCall(name: string, call: Call, halfWay: Call | undefined): Call {
  return async (...args) => {
    const mortal = current.getStore();
    const isDone =
      mortal === undefined ||
      (halfWay === undefined ? !mortal.isDead : await mortal.survives(name, () => halfWay(...args)));
    if (!isDone) return new Promise(() => {});
    const result = await call(...args);
    if (name !== "open") return result;
    const handle = result as Files.FileHandle;
    mortal?.handles.add(handle);
    return mortalHandle(handle);
  };
}

function mortalHandle(handle: Files.FileHandle): Files.FileHandle {
  return new Proxy(handle, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      const call = value.bind(target) as Call;
      const isWrite = /^write/.test(String(name));
      const halfWay = isWrite ? (data: unknown) => call(halfOf(data) as never) : undefined;
      return mortalCall(`file.${String(name)}`, call, halfWay);
    },
  });
}

/** The class of `libsql` for `vi.mock`. */
export function mortalDatabase(Real: typeof Libsql): typeof Libsql {
  const run = <T>(connection: Connection, statement: string, call: () => T): T => {
    const mortal = current.getStore();
    mortal?.connections.add(connection);
    if (mortal === undefined || mortal.survivesStatement(statement)) return call();
    throw new Error("the process has ended");
  };
  return class extends Real implements Connection {
    constructor(...args: ConstructorParameters<typeof Libsql>) {
      super(...args);
      // The library ends the process when a closed connection is asked for its transaction.
      // biome-ignore lint/correctness/noConstructorReturn: a proxy is the only way to a property that cannot be redefined
      return new Proxy(this, {
        get: (target, name) => (name === "inTransaction" && !target.open ? false : Reflect.get(target, name)),
      });
    }
    override exec(statement: string): this {
      return run(this, statement, () => super.exec(statement));
    }
    override prepare(statement: string): never {
      return run(this, statement, () => super.prepare(statement)) as never;
    }
    /** Nothing while a process is dead: of what it has in mind nothing reaches the database. */
    override close(): this {
      return current.getStore()?.isDead === true ? this : super.close();
    }
    /** An unfinished statement would keep a closed connection, and its locks, until it is collected. */
    leave(): void {
      if (!this.open) return;
      if (this.inTransaction) super.exec("rollback");
      super.close();
    }
  } as unknown as typeof Libsql;
}

const halfOf = (data: unknown) =>
  typeof data === "string" || data instanceof Uint8Array ? data.slice(0, Math.floor(data.length / 2)) : data;

/** The calls that change files, and what each has done half way. */
const HALF_WAY: Readonly<Record<string, (real: typeof Files) => Call>> = {
  mkdir: () => async () => {},
  rename: () => async () => {},
  copyFile: (real) => async (from: string, to: string) => {
    const content = await real.readFile(from);
    await real.writeFile(to, content.subarray(0, content.length >> 1));
  },
  writeFile: (real) => async (path: string, data: unknown) => real.writeFile(path, halfOf(data) as string),
  rm: (real) => async (path: string) => {
    const entries = await real.readdir(path, { withFileTypes: true, recursive: true }).catch(() => []);
    const file = entries.find((entry) => entry.isFile());
    if (file !== undefined) await real.rm(`${file.parentPath}/${file.name}`);
  },
  cp: (real) => async (from: string, to: string) => {
    await real.mkdir(to, { recursive: true });
    const file = (await real.readdir(from, { withFileTypes: true })).find((entry) => entry.isFile());
    if (file !== undefined) await real.copyFile(`${from}/${file.name}`, `${to}/${file.name}`);
  },
};
