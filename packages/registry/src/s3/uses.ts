import { existsSync } from "node:fs";
import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hasEnded, isOfThisMachine, thisProcessName } from "../files/process-name.ts";

/** A claim on something that is about to be removed. */
const CLAIM = "removing";
const ASK_AGAIN_MS = 20;
/** Of a process of another machine, or another container, on the same disk, nothing tells whether it runs. */
const FOREIGN_MS = 30 * 86_400_000;

/**
 * Notes which processes use what, by empty files `<directory>/<name>/<host>~<pid>`: what is in use is not removed.
 *
 * Who uses something notes that before looking whether it is there, and waits for a claim; who removes something claims it
 * before looking who uses it. So one of them always sees the other.
 */
export class Uses {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Notes that this process uses it, until it ends. */
  async note(name: string): Promise<void> {
    const note = join(this.#directory, name, thisProcessName());
    do {
      await mkdir(join(this.#directory, name), { recursive: true });
      await writeFile(note, "").catch(() => {});
      while (await this.#isClaimed(name)) await sleep(ASK_AGAIN_MS);
      // What was claimed may have gone, and with it the note.
    } while (!existsSync(note));
  }

  /** When it was used last; undefined where that was never noted. */
  async last(name: string): Promise<Date | undefined> {
    const times = await Promise.all((await this.#notes(name)).map((note) => this.#timeOf(name, note)));
    const known = times.filter((time) => time !== undefined);
    return known.length === 0 ? undefined : new Date(Math.max(...known.map(Number)));
  }

  /** Removes something, by `remove`, unless it is in use. @returns Whether it was. */
  async removeUnused(name: string, remove: () => Promise<void>): Promise<boolean> {
    const claim = join(this.#directory, name, `${thisProcessName()}~${CLAIM}`);
    await mkdir(join(this.#directory, name), { recursive: true });
    await writeFile(claim, "");
    try {
      if (await this.isUsed(name)) return false;
      await remove();
      await rm(join(this.#directory, name), { recursive: true, force: true });
      return true;
    } finally {
      await rm(claim, { force: true });
    }
  }

  /** Whether a process that runs uses it. Notes of those that ended go. */
  async isUsed(name: string): Promise<boolean> {
    let isUsed = false;
    for (const note of (await this.#notes(name)).filter((each) => !each.endsWith(CLAIM))) {
      if (isOfThisMachine(note) ? !hasEnded(note) : await this.#isFresh(name, note)) isUsed = true;
    }
    return isUsed;
  }

  async #isClaimed(name: string): Promise<boolean> {
    const claims = (await this.#notes(name)).filter((note) => note.endsWith(CLAIM));
    return claims.some((claim) => isOfThisMachine(claim) && !hasEnded(claim));
  }

  async #isFresh(name: string, note: string): Promise<boolean> {
    const time = await this.#timeOf(name, note);
    return time !== undefined && Date.now() - time.getTime() < FOREIGN_MS;
  }

  #timeOf(name: string, note: string): Promise<Date | undefined> {
    return stat(join(this.#directory, name, note)).then(
      ({ mtime }) => mtime,
      () => undefined,
    );
  }

  #notes(name: string): Promise<string[]> {
    return readdir(join(this.#directory, name)).catch(() => []);
  }
}
