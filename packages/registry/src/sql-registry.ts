import { join, resolve } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { ArtifactStore } from "./artifacts/artifact-store.ts";
import { ScratchDirectory } from "./files/scratch-directory.ts";
import { makeDirectory } from "./files/sync.ts";
import { parseModelReference } from "./names/model-reference.ts";
import { checkName } from "./names/name-rules.ts";
import { AliasRecords } from "./records/alias-records.ts";
import { ArtifactRecords } from "./records/artifact-records.ts";
import { MetricRecords } from "./records/metric-records.ts";
import {
  getVersion,
  hasVersion,
  insertVersion,
  lastVersion,
  ModelRecords,
  removeVersion,
  type StoredVersion,
} from "./records/model-records.ts";
import type { MetricPoint, RunRecord, VersionRecord } from "./records/record.ts";
import type { RecordDatabase } from "./records/record-database.ts";
import { getRun, RunRecords } from "./records/run-records.ts";
import type { NewRun, NewVersion, Registry, RunEnd, RunFilter, RunPatch } from "./registry.ts";
import { exportFolder } from "./versions/export-folder.ts";
import { compareFolder, type ExpectedFile, MANIFEST_NAME } from "./versions/folder-content.ts";
import { VersionFolders } from "./versions/version-folders.ts";
import { completeManifest, writeDocuments, writeManifest } from "./versions/version-manifest.ts";

/** A registry with its records in SQL and its files in a folder. Every kind of database shares it. */
export class SqlRegistry implements Registry {
  readonly directory: string;
  readonly #database: RecordDatabase;
  readonly #scratch: ScratchDirectory;
  readonly #artifacts: ArtifactStore;
  readonly #folders: VersionFolders;
  readonly #runs: RunRecords;
  readonly #metrics: MetricRecords;
  readonly #artifactRecords: ArtifactRecords;
  readonly #models: ModelRecords;
  readonly #aliases: AliasRecords;

  /** @param database Migrated already; the registry closes it. */
  constructor(directory: string, database: RecordDatabase) {
    this.directory = resolve(directory);
    this.#database = database;
    this.#scratch = new ScratchDirectory(join(this.directory, "unfinished"));
    this.#artifacts = new ArtifactStore(join(this.directory, "artifacts"), this.#scratch);
    this.#folders = new VersionFolders(this.directory, this.#scratch);
    this.#runs = new RunRecords(database);
    this.#metrics = new MetricRecords(database);
    this.#artifactRecords = new ArtifactRecords(database);
    this.#models = new ModelRecords(database);
    this.#aliases = new AliasRecords(database);
  }

  /** Removes what killed processes left. */
  async clean(): Promise<void> {
    await this.#scratch.clean();
    await this.#database.write((transaction) =>
      this.#folders.clean((name, version) => hasVersion(transaction, name, version)),
    );
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  async createRun(run: NewRun): Promise<RunRecord> {
    const record = await this.#runs.create(run);
    await makeDirectory(this.runDirectory(record.id));
    return record;
  }

  updateRun(id: string, patch: RunPatch): Promise<RunRecord> {
    return this.#runs.update(id, patch);
  }

  finishRun(id: string, end: RunEnd): Promise<RunRecord> {
    return this.#runs.finish(id, end);
  }

  appendMetrics(runId: string, points: readonly MetricPoint[]): Promise<void> {
    return this.#metrics.append(runId, points);
  }

  metrics(runId: string, name?: string) {
    return this.#metrics.list(runId, name);
  }

  async addArtifact(runId: string, name: string, content: string | Uint8Array) {
    checkName("artifact", name);
    await this.#runs.get(runId);
    return this.#artifactRecords.add(runId, name, await this.#artifacts.put(name, content));
  }

  artifacts(runId: string) {
    return this.#artifactRecords.list(runId);
  }

  openArtifact(sha256: string): Promise<string> {
    return this.#artifacts.open(sha256);
  }

  getRun(id: string): Promise<RunRecord> {
    return this.#runs.get(id);
  }

  listRuns(filter: RunFilter = {}): Promise<RunRecord[]> {
    return this.#runs.list(filter);
  }

  runDirectory(id: string): string {
    checkName("run", id);
    return join(this.directory, "runs", id);
  }

  async registerVersion({ name, runId, stagingDirectory, describe, documents }: NewVersion): Promise<VersionRecord> {
    checkName("model", name);
    await this.#runs.get(runId);
    const { directory, files, release } = await this.#folders.seal(stagingDirectory);
    const createdAt = new Date().toISOString();
    let placed: number | undefined;
    try {
      const stored = await this.#database.write(async (transaction) => {
        await getRun(transaction, runId);
        const version = Math.max(await lastVersion(transaction, name), await this.#folders.lastNumber(name)) + 1;
        const description = describe(version);
        completeManifest({ name, version, runId }, description, files);
        const written = await writeDocuments(directory, documents?.(description) ?? {});
        const others = files.filter(({ path }) => !written.some((document) => document.path === path));
        const manifest = completeManifest({ name, version, runId }, description, [...others, ...written]);
        try {
          const { sha256: manifestSha256 } = await writeManifest(directory, manifest);
          await this.#folders.place(directory, name, version);
          await insertVersion(transaction, { manifest, manifestSha256, createdAt });
        } catch (error) {
          await this.#folders.withdraw(directory, name, version);
          throw error;
        }
        placed = version;
        return getVersion(transaction, name, version);
      });
      await this.#folders.settle(name, stored.version);
      await release("registered");
      return this.#toRecord(stored);
    } catch (error) {
      // The commit itself failed: the folder goes back unless the record is there after all.
      if (placed !== undefined) await this.#withdrawUnlessRecorded(directory, name, placed);
      await release("refused");
      throw error;
    }
  }

  async setAlias(name: string, alias: string, version: number, reason: string): Promise<VersionRecord> {
    return this.#toRecord(await this.#aliases.set(name, alias, version, reason));
  }

  removeAlias(name: string, alias: string, reason: string): Promise<void> {
    return this.#aliases.remove(name, alias, reason);
  }

  aliasHistory(name: string, alias: string) {
    return this.#aliases.history(name, alias);
  }

  async rollback(name: string, alias: string, reason = "roll back"): Promise<VersionRecord> {
    return this.#toRecord(await this.#aliases.rollback(name, alias, reason));
  }

  async resolve(reference: string): Promise<VersionRecord> {
    return this.#toRecord(await this.#models.resolve(parseModelReference(reference)));
  }

  listModels() {
    return this.#models.listModels();
  }

  async listVersions(name: string): Promise<VersionRecord[]> {
    return (await this.#models.list(name)).map((stored) => this.#toRecord(stored));
  }

  async getVersion(name: string, version: number): Promise<VersionRecord> {
    return this.#toRecord(await this.#models.get(name, version));
  }

  async verifyVersion({ name, version }: VersionRecord): Promise<void> {
    const stored = await this.#models.get(name, version);
    const directory = this.#folders.pathOf(name, version);
    const problems = await compareFolder(directory, allFiles(stored));
    if (problems.length > 0) {
      throw new ModelwrightError("REGISTRY_VERSION_CORRUPT", { name, version, directory, problems });
    }
  }

  async exportVersion({ name, version }: VersionRecord, targetDirectory: string): Promise<string> {
    const stored = await this.#models.get(name, version);
    const directory = this.#folders.pathOf(name, version);
    const problems = await exportFolder(directory, targetDirectory, allFiles(stored));
    if (problems.length > 0) {
      throw new ModelwrightError("REGISTRY_VERSION_CORRUPT", { name, version, directory, problems });
    }
    return resolve(targetDirectory);
  }

  async deleteVersion(name: string, version: number): Promise<void> {
    await this.#database.write(async (transaction) => {
      await removeVersion(transaction, name, version);
      await this.#folders.condemn(name, version);
    });
    await this.#folders.remove(name, version);
  }

  async #withdrawUnlessRecorded(directory: string, name: string, version: number): Promise<void> {
    await this.#database.write(async (transaction) => {
      if (!(await hasVersion(transaction, name, version))) await this.#folders.withdraw(directory, name, version);
    });
  }

  #toRecord({ name, version, runId, manifest, createdAt, aliases }: StoredVersion): VersionRecord {
    const directory = this.#folders.pathOf(name, version);
    return { name, version, runId, directory, manifest, createdAt, aliases };
  }
}

/** Every file of a version folder, with the manifest itself, whose digest only the record has. */
function allFiles({ manifest, manifestSha256 }: StoredVersion): ExpectedFile[] {
  return [...manifest.files, { path: MANIFEST_NAME, sha256: manifestSha256 }];
}
