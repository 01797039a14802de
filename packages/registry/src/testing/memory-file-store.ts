import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type ManifestFile, ModelwrightError } from "@modelwright/contracts";
import { type ContentDigest, digestBytes } from "../files/digest.ts";
import type { ExpectedFile, FileProblem, FileStore, SealedFolder, VersionKey } from "../files/file-store.ts";
import type { Leftover, LeftoverQuery } from "../garbage/leftover.ts";
import { MANIFEST_NAME, sealFolder } from "../versions/folder-content.ts";

type Files = Map<string, Uint8Array>;

/**
 * A store that keeps files in memory and, like one on another machine, copies them to a local folder when they are read.
 *
 * It shows in tests that nothing above a store relies on where another one keeps its files.
 */
export class MemoryFileStore implements FileStore {
  readonly location = "memory";
  readonly #versions = new Map<string, Files>();
  readonly #doubtful = new Set<string>();
  readonly #artifacts = new Map<string, Uint8Array>();
  readonly #local: string;

  private constructor(local: string) {
    this.#local = local;
  }

  static async create(): Promise<MemoryFileStore> {
    return new MemoryFileStore(await mkdtemp(join(tmpdir(), "memory-store-")));
  }

  /** Removes the local copies. */
  close(): Promise<void> {
    return rm(this.#local, { recursive: true, force: true });
  }

  async putArtifact(name: string, content: string | Uint8Array): Promise<ContentDigest> {
    const bytes = typeof content === "string" ? await readArtifact(name, content) : Uint8Array.from(content);
    const digest = digestBytes(bytes);
    this.#artifacts.set(digest.sha256, bytes);
    return digest;
  }

  async openArtifact(sha256: string): Promise<string> {
    const bytes = this.#artifacts.get(sha256);
    if (bytes === undefined) throw new ModelwrightError("REGISTRY_ARTIFACT_UNKNOWN", { sha256 });
    const { sha256: got } = digestBytes(bytes);
    if (got !== sha256) throw new ModelwrightError("REGISTRY_ARTIFACT_CORRUPT", { sha256, path: sha256, got });
    return this.#write(join(this.#local, "artifacts", sha256), bytes);
  }

  async workFolder(runId: string): Promise<string> {
    const folder = join(this.#local, "runs", runId);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  removeWorkFolder(runId: string): Promise<void> {
    return rm(join(this.#local, "runs", runId), { recursive: true, force: true });
  }

  async cacheFolder(): Promise<string> {
    const folder = join(this.#local, "cache");
    await mkdir(folder, { recursive: true });
    return folder;
  }

  async seal(stagingDirectory: string): Promise<SealedFolder> {
    const files: ManifestFile[] = await sealFolder(stagingDirectory);
    const contents: Files = new Map();
    for (const { path } of files) contents.set(path, await readFile(join(stagingDirectory, path)));
    return {
      files,
      write: async (path, bytes) => {
        contents.set(path, Uint8Array.from(bytes));
        return { path, ...digestBytes(bytes) };
      },
      place: async (key) => {
        await this.condemn(key);
        this.#versions.set(idOf(key), contents);
      },
      withdraw: async (key) => {
        await this.remove(key);
        contents.delete(MANIFEST_NAME);
      },
      release: async (outcome) => {
        if (outcome === "registered") await rm(stagingDirectory, { recursive: true });
      },
    };
  }

  async lastNumber(name: string): Promise<number> {
    const keys = [...this.#versions.keys()].map(keyOf).filter((key) => key.name === name);
    return Math.max(0, ...keys.map(({ version }) => version));
  }

  async condemn(key: VersionKey): Promise<void> {
    this.#doubtful.add(idOf(key));
  }

  async settle(key: VersionKey): Promise<void> {
    this.#doubtful.delete(idOf(key));
  }

  async remove(key: VersionKey): Promise<void> {
    this.#versions.delete(idOf(key));
    await rm(this.#copyOf(key), { recursive: true, force: true });
    await this.settle(key);
  }

  async materialise({ name, version }: VersionKey): Promise<string> {
    const files = this.#versions.get(idOf({ name, version }));
    if (files === undefined) {
      const problems = [{ file: ".", problem: "is missing" }];
      throw new ModelwrightError("REGISTRY_VERSION_CORRUPT", { name, version, location: this.location, problems });
    }
    const copy = this.#copyOf({ name, version });
    for (const [path, bytes] of files) await this.#write(join(copy, path), bytes);
    return copy;
  }

  async compare(key: VersionKey, expected: readonly ExpectedFile[]): Promise<FileProblem[]> {
    const files = this.#versions.get(idOf(key));
    if (files === undefined) return [{ file: ".", problem: "is missing" }];
    const differing = expected.flatMap(({ path, sha256 }) => {
      const bytes = files.get(path);
      if (bytes === undefined) return [{ file: path, problem: "is missing" }];
      return digestBytes(bytes).sha256 === sha256 ? [] : [{ file: path, problem: "has another content" }];
    });
    const added = [...files.keys()].filter((path) => !expected.some((file) => file.path === path));
    return [...differing, ...added.map((file) => ({ file, problem: "was not registered" }))];
  }

  async clean(hasRecord: (key: VersionKey) => Promise<boolean>): Promise<void> {
    for (const key of [...this.#doubtful].map(keyOf)) {
      if (await hasRecord(key)) await this.settle(key);
      else await this.remove(key);
    }
  }

  async *leftovers({ isNamed }: LeftoverQuery): AsyncGenerator<Leftover> {
    for (const [sha256, { byteLength: sizeBytes }] of this.#artifacts) {
      if (isNamed(sha256)) continue;
      yield { kind: "content", title: sha256, sizeBytes, sha256, remove: async () => this.#artifacts.delete(sha256) };
    }
  }

  /** Damages a stored file; `undefined` takes it away. */
  tamper(key: VersionKey, path: string, bytes: Uint8Array | undefined): void {
    const files = this.#versions.get(idOf(key));
    if (bytes === undefined) files?.delete(path);
    else files?.set(path, bytes);
  }

  /** Damages a stored artifact. */
  tamperArtifact(sha256: string, bytes: Uint8Array): void {
    this.#artifacts.set(sha256, bytes);
  }

  #copyOf(key: VersionKey): string {
    return join(this.#local, "models", idOf(key));
  }

  async #write(path: string, bytes: Uint8Array): Promise<string> {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
    return path;
  }
}

/** The name of a model holds no slash. */
function idOf({ name, version }: VersionKey): string {
  return `${name}/${version}`;
}

function keyOf(id: string): VersionKey {
  const [name = "", version] = id.split("/");
  return { name, version: Number(version) };
}

async function readArtifact(name: string, path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const problem = cause.code ?? cause.message;
    throw new ModelwrightError("REGISTRY_ARTIFACT_UNREADABLE", { name, path, problem }, { cause });
  });
}
