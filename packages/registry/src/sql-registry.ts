import { resolve } from "node:path";
import { type ManifestFile, ModelwrightError } from "@modelwright/contracts";
import { KeyRecords } from "./access/key-records.ts";
import { AlertRecords } from "./alerts/alert-records.ts";
import { AnnotationRecords } from "./annotations/annotation-records.ts";
import { ArchiveRecords } from "./archive/archive-records.ts";
import { requireInUse, selectArchived } from "./archive/select-archived.ts";
import { AuditRecords } from "./audit/audit-records.ts";
import { FeedbackRecords } from "./feedback/feedback-records.ts";
import type { ExpectedFile, FileProblem, FileStore, SealedFolder, VersionKey } from "./files/file-store.ts";
import { LeaseRecords } from "./leases/lease-records.ts";
import { LineageRecords } from "./lineage/lineage-records.ts";
import { parseModelReference } from "./names/model-reference.ts";
import { checkName } from "./names/name-rules.ts";
import { PredictionRecords } from "./predictions/prediction-records.ts";
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
} from "./records/model-records.ts";
import type { StoredVersion } from "./records/read-version.ts";
import type { MetricPoint, RunRecord, VersionRecord } from "./records/record.ts";
import type { RecordDatabase } from "./records/record-database.ts";
import { RunRecords, requireRun } from "./records/run-records.ts";
import type { UnreadableRecord } from "./records/unreadable-record.ts";
import type { NewRun, NewVersion, Registry, RunEnd, RunFilter, RunPatch } from "./registry.ts";
import type { Stores } from "./stores.ts";
import { TrafficRecords } from "./traffic/traffic-records.ts";
import { exportFolder, refuseExisting } from "./versions/export-folder.ts";
import { MANIFEST_NAME } from "./versions/folder-content.ts";
import { completeManifest, manifestText } from "./versions/version-manifest.ts";

/** A registry with its records in SQL and its files in a store. Every kind of database and of store shares it. */
export class SqlRegistry implements Registry {
  readonly location: string;
  readonly stores: Stores;
  readonly #url: string;
  readonly #audit: AuditRecords;
  readonly #keys: KeyRecords;
  readonly #traffic: TrafficRecords;
  readonly #database: RecordDatabase;
  readonly #files: FileStore;
  readonly #runs: RunRecords;
  readonly #metrics: MetricRecords;
  readonly #artifactRecords: ArtifactRecords;
  readonly #models: ModelRecords;
  readonly #aliases: AliasRecords;

  /**
   * @param parts.location What is shown of its place.
   * @param parts.url What `openRegistry` opens it by.
   * @param parts.database Migrated already; the registry closes it.
   */
  constructor(parts: {
    readonly location: string;
    readonly url: string;
    readonly database: RecordDatabase;
    readonly files: FileStore;
  }) {
    const { location, url, database, files } = parts;
    this.location = location;
    this.#url = url;
    this.#database = database;
    this.#files = files;
    const audit = new AuditRecords(database);
    this.#audit = audit;
    this.#keys = new KeyRecords(database, audit);
    this.#traffic = new TrafficRecords(database, audit);
    this.stores = {
      keys: this.#keys,
      predictions: new PredictionRecords(database, audit),
      feedback: new FeedbackRecords(database, audit),
      alerts: new AlertRecords(database),
      audit,
      traffic: this.#traffic,
      leases: new LeaseRecords(database),
      lineage: new LineageRecords(database),
      annotations: new AnnotationRecords(database),
      archive: new ArchiveRecords(database, audit),
    };
    this.#runs = new RunRecords(database, audit);
    this.#metrics = new MetricRecords(database);
    this.#artifactRecords = new ArtifactRecords(database);
    this.#models = new ModelRecords(database);
    this.#aliases = new AliasRecords(database, audit);
  }

  get isReadOnly(): boolean {
    return this.#database.isReadOnly;
  }

  get url(): string {
    return this.#url;
  }

  /** Removes what killed processes left. */
  async clean(): Promise<void> {
    if (this.#database.isReadOnly) return;
    await this.#database.write((transaction) => this.#files.clean((key) => hasVersion(transaction, key)));
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  createRun(run: NewRun): Promise<RunRecord> {
    return this.#runs.create(run);
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
    this.#requireWritable();
    await this.#database.read((database) => requireRun(database, runId));
    return this.#artifactRecords.add(runId, name, await this.#files.putArtifact(name, content));
  }

  artifacts(runId: string) {
    return this.#artifactRecords.list(runId);
  }

  async openArtifact(sha256: string): Promise<string> {
    checkName("sha256", sha256);
    return this.#files.openArtifact(sha256);
  }

  getRun(id: string): Promise<RunRecord> {
    return this.#runs.get(id);
  }

  listRuns(filter: RunFilter = {}): Promise<RunRecord[]> {
    return this.#runs.list(filter);
  }

  async workFolder(runId: string): Promise<string> {
    checkName("run", runId);
    this.#requireWritable();
    return this.#files.workFolder(runId);
  }

  async cacheFolder(): Promise<string> {
    this.#requireWritable();
    return this.#files.cacheFolder();
  }

  async deleteRun(id: string): Promise<void> {
    checkName("run", id);
    await this.#runs.delete(id);
    await this.#files.removeWorkFolder(id);
  }

  async registerVersion({ name, runId, stagingDirectory, describe, documents }: NewVersion): Promise<VersionRecord> {
    checkName("model", name);
    this.#requireWritable();
    await this.#database.read(async (database) => {
      await requireRun(database, runId);
      requireInUse((await selectArchived(database, name)).model(name));
    });
    const folder = await this.#files.seal(stagingDirectory);
    const createdAt = new Date().toISOString();
    let placed: VersionKey | undefined;
    try {
      const stored = await this.#database.write(async (transaction) => {
        await requireRun(transaction, runId);
        requireInUse((await selectArchived(transaction, name)).model(name));
        const version = Math.max(await lastVersion(transaction, name), await this.#files.lastNumber(name)) + 1;
        const identity = { name, version, runId };
        const description = describe(version);
        completeManifest(identity, description, folder.files);
        const written = await writeDocuments(folder, documents?.(description) ?? {});
        const others = folder.files.filter(({ path }) => !written.some((document) => document.path === path));
        const manifest = completeManifest(identity, description, [...others, ...written]);
        try {
          const { sha256 } = await folder.write(MANIFEST_NAME, Buffer.from(manifestText(manifest)));
          await folder.place(identity);
          await insertVersion(transaction, { manifest, manifestSha256: sha256, createdAt });
        } catch (error) {
          await folder.withdraw(identity);
          throw error;
        }
        placed = identity;
        return getVersion(transaction, identity);
      });
      await this.#files.settle(stored);
      await folder.release("registered");
      return toRecord(stored);
    } catch (error) {
      // The commit itself failed: the folder goes back unless the record is there after all. Where the database does not
      // say so either, the next open decides.
      if (placed !== undefined) await this.#withdrawUnlessRecorded(folder, placed).catch(() => {});
      await folder.release("refused");
      throw error;
    }
  }

  async setAlias(
    name: string,
    alias: string,
    version: number,
    reason: string,
    options: { readonly from?: number | null } = {},
  ): Promise<VersionRecord> {
    return toRecord(await this.#aliases.set({ name, alias, to: version, reason, ...options }));
  }

  removeAlias(name: string, alias: string, reason: string): Promise<void> {
    return this.#aliases.remove(name, alias, reason);
  }

  aliasHistory(name: string, alias: string) {
    return this.#aliases.history(name, alias);
  }

  async rollback(name: string, alias: string, reason = "roll back"): Promise<VersionRecord> {
    return toRecord(await this.#aliases.rollback(name, alias, reason));
  }

  async resolve(reference: string): Promise<VersionRecord> {
    return toRecord(await this.#models.resolve(parseModelReference(reference)));
  }

  revision() {
    return this.#models.revision();
  }

  listModels() {
    return this.#models.listModels();
  }

  async listVersions(name: string): Promise<VersionRecord[]> {
    return (await this.#models.list(name)).map(toRecord);
  }

  async getVersion(name: string, version: number): Promise<VersionRecord> {
    return toRecord(await this.#models.get({ name, version }));
  }

  async unreadable(): Promise<UnreadableRecord[]> {
    return [
      ...(await this.#runs.unreadable()),
      ...(await this.#models.unreadable()),
      ...(await this.#keys.unreadable()),
      ...(await this.#traffic.unreadable()),
    ];
  }

  async materialise({ name, version }: VersionKey): Promise<string> {
    const stored = await this.#models.get({ name, version });
    requireInUse(stored.archived);
    return this.#files.materialise(stored);
  }

  async verifyVersion({ name, version }: VersionKey): Promise<void> {
    const stored = await this.#models.get({ name, version });
    this.#refuseProblems(stored, await this.#files.compare(stored, allFiles(stored)));
  }

  async exportVersion({ name, version }: VersionKey, targetDirectory: string): Promise<string> {
    const stored = await this.#models.get({ name, version });
    await refuseExisting(targetDirectory);
    const expected = allFiles(stored);
    this.#refuseProblems(stored, await this.#files.compare(stored, expected));
    const folder = await this.#files.materialise(stored);
    this.#refuseProblems(stored, await exportFolder(folder, targetDirectory, expected));
    return resolve(targetDirectory);
  }

  async deleteVersion(name: string, version: number): Promise<void> {
    const key = { name, version };
    await this.#database.write(async (transaction) => {
      await removeVersion(transaction, key);
      await this.#audit.append(transaction, {
        action: "version.delete",
        model: name,
        target: `${name}:${version}`,
      });
      await this.#files.condemn(key);
    });
    await this.#files.remove(key);
  }

  /** For what writes files before it writes a record. */
  #requireWritable(): void {
    const { isReadOnly, location } = this.#database;
    if (isReadOnly) throw new ModelwrightError("REGISTRY_READ_ONLY", { location });
  }

  #refuseProblems({ name, version }: VersionKey, problems: readonly FileProblem[]): void {
    if (problems.length === 0) return;
    const { location } = this.#files;
    throw new ModelwrightError("REGISTRY_VERSION_CORRUPT", { name, version, location, problems });
  }

  async #withdrawUnlessRecorded(folder: SealedFolder, key: VersionKey): Promise<void> {
    await this.#database.write(async (transaction) => {
      if (!(await hasVersion(transaction, key))) await folder.withdraw(key);
    });
  }
}

/** What callers see of a stored version. */
function toRecord({ manifestSha256: _, ...record }: StoredVersion): VersionRecord {
  return record;
}

/** Writes texts into a folder; a file of the same name is replaced. */
async function writeDocuments(
  folder: SealedFolder,
  documents: Readonly<Record<string, string>>,
): Promise<ManifestFile[]> {
  const written: ManifestFile[] = [];
  for (const [path, text] of Object.entries(documents)) written.push(await folder.write(path, Buffer.from(text)));
  return written;
}

/** Every file of a version folder, with the manifest itself, whose digest only the record has. */
function allFiles({ manifest, manifestSha256 }: StoredVersion): ExpectedFile[] {
  return [...manifest.files, { path: MANIFEST_NAME, sha256: manifestSha256 }];
}
