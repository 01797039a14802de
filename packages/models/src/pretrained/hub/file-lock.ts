import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, stat, unlink, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** Whoever holds a lock shows that he lives; after so long without a sign he is taken for dead. */
const SIGN_MS = 5_000;
const DEAD_MS = 30_000;
const LOOK_MS = 200;

/**
 * Does some work while no other process does work under the same lock; waits for one that does.
 *
 * The lock spares a second download. It is not what keeps files whole: where clocks differ or a process
 * sleeps, two may hold it.
 */
export async function underLock<T>(
  file: string,
  options: { readonly signal?: AbortSignal | undefined; readonly onWait?: () => void },
  work: () => Promise<T>,
): Promise<T> {
  const { signal, onWait } = options;
  await mkdir(dirname(file), { recursive: true });
  const mine = JSON.stringify({ host: hostname(), pid: process.pid, id: randomUUID() });
  for (let waits = 0; !(await taken(file, mine)); waits++) {
    if (waits === 0) onWait?.();
    if (await isAbandoned(file)) await takeAway(file);
    else await pause(LOOK_MS, undefined, { signal });
  }
  const signs = setInterval(() => utimes(file, new Date(), new Date()).catch(() => {}), SIGN_MS);
  signs.unref();
  try {
    return await work();
  } finally {
    clearInterval(signs);
    if ((await readFile(file, "utf8").catch(() => "")) === mine) await unlink(file).catch(() => {});
  }
}

async function taken(file: string, mine: string): Promise<boolean> {
  try {
    await writeFile(file, mine, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function isAbandoned(file: string): Promise<boolean> {
  const [text, found] = await Promise.all([readFile(file, "utf8"), stat(file)]).catch(() => ["", undefined] as const);
  if (found === undefined) return false;
  if (Date.now() - found.mtimeMs > DEAD_MS) return true;
  const holder = /"host":"([^"]*)","pid":(\d+)/.exec(text);
  return holder !== null && holder[1] === hostname() && !isAlive(Number(holder[2]));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Of several who take an abandoned lock away, one succeeds; the others find it gone. */
async function takeAway(file: string): Promise<void> {
  const away = `${file}.${randomUUID()}`;
  await rename(file, away).then(
    () => unlink(away),
    () => {},
  );
}
