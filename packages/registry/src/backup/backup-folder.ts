import { createReadStream } from "node:fs";
import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ModelwrightError } from "@modelwright/contracts";
import { z } from "zod";
import { type ContentDigest, digestFile } from "../files/digest.ts";
import type { ExpectedFile, VersionKey } from "../files/file-store.ts";
import { fromJson, toJson } from "../records/json.ts";
import { RECORD_TABLES, type RecordTable } from "../records/table-keys.ts";
import { MANIFEST_NAME } from "../versions/folder-content.ts";
import type { Row } from "./table-rows.ts";

const FORMAT = 1;
const SUMMARY = "backup.json";
const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

const summarySchema = z.object({
  format: z.literal(FORMAT),
  /** When its records were read; ISO 8601, UTC. */
  createdAt: z.iso.datetime(),
  /** Where the registry was. */
  registry: z.string(),
  /** Version of the schema of its records. */
  schema: z.int().positive(),
  tables: z.partialRecord(
    z.enum(RECORD_TABLES as [RecordTable, ...RecordTable[]]),
    z.object({ rows: z.int().nonnegative(), sha256: sha256Schema, sizeBytes: z.int().nonnegative() }),
  ),
});

/** What a backup is of; written last, so that a folder with it is whole. */
export type BackupSummary = z.infer<typeof summarySchema>;

/** The files of one version, with its manifest, whose digest only the record has. */
export interface BackedUpVersion extends VersionKey {
  readonly files: readonly ExpectedFile[];
  /** Of all files but the manifest. */
  readonly sizeBytes: number;
}

export interface BackedUpArtifact {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** What stands in a backup. */
export interface BackupContent {
  readonly summary: BackupSummary;
  readonly versions: number;
  readonly artifacts: number;
  /** Of versions and artifacts together. */
  readonly sizeBytes: number;
}

const manifestSchema = z.object({
  files: z.array(z.object({ path: z.string(), sha256: sha256Schema, sizeBytes: z.int().nonnegative() })),
});

/**
 * A folder that holds all of a registry but what runs are working on:
 *
 * - `backup.json`: what it is, with the digest of each file of records;
 * - `records/<table>.jsonl`: the rows of a table, one JSON object a line, whatever kind of database they come from;
 * - `models/<name>/<version>`: the files of a version;
 * - `artifacts/<sha256>`: the files of runs.
 */
export class BackupFolder {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  versionPath({ name, version }: VersionKey): string {
    return join(this.directory, "models", name, String(version));
  }

  artifactPath(sha256: string): string {
    return join(this.directory, "artifacts", sha256);
  }

  /** Writes the rows of a table in place of what stood there, and makes them durable. */
  async writeTable(
    table: RecordTable,
    pages: AsyncIterable<readonly Row[]>,
  ): Promise<ContentDigest & { readonly rows: number }> {
    await mkdir(join(this.directory, "records"), { recursive: true });
    const handle = await open(this.#tablePath(table), "w");
    let count = 0;
    try {
      for await (const page of pages) {
        await handle.write(page.map((row) => `${toLine(row)}\n`).join(""));
        count += page.length;
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    return { rows: count, ...(await digestFile(this.#tablePath(table))) };
  }

  async *rows(table: RecordTable): AsyncGenerator<Row> {
    const lines = createInterface({
      input: createReadStream(this.#tablePath(table)),
      crlfDelay: Number.POSITIVE_INFINITY,
    });
    for await (const line of lines) yield fromJson(line) as Row;
  }

  /** The versions of its records, and the files of each. */
  async versions(): Promise<BackedUpVersion[]> {
    const versions: BackedUpVersion[] = [];
    for await (const row of this.rows("model_versions")) {
      const { model: name, version, manifest_json: manifest, manifest_sha256: sha256 } = row;
      const parsed = manifestSchema.safeParse(parseJson(String(manifest)));
      if (!parsed.success) {
        throw new ModelwrightError("REGISTRY_RECORD_UNREADABLE", {
          record: `version ${name}:${version}`,
          field: "manifest.files",
          problem: "is no list of files with their digests",
        });
      }
      const files = [...parsed.data.files, { path: MANIFEST_NAME, sha256: String(sha256) }];
      const sizeBytes = parsed.data.files.reduce((sum, file) => sum + file.sizeBytes, 0);
      versions.push({ name: String(name), version: Number(version), files, sizeBytes });
    }
    return versions;
  }

  /** The artifacts of its records, each once. */
  async artifacts(): Promise<BackedUpArtifact[]> {
    const found = new Map<string, BackedUpArtifact>();
    for await (const { sha256, size_bytes: size } of this.rows("run_artifacts")) {
      found.set(String(sha256), { sha256: String(sha256), sizeBytes: Number(size) });
    }
    return [...found.values()];
  }

  async finish(summary: Omit<BackupSummary, "format">): Promise<void> {
    const handle = await open(join(this.directory, SUMMARY), "w");
    try {
      await handle.write(`${JSON.stringify({ format: FORMAT, ...summary }, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /**
   * What it is of, after its records were compared with their digests.
   * @throws {ModelwrightError} `REGISTRY_BACKUP_INVALID`.
   */
  async open(): Promise<BackupSummary> {
    const text = await readFile(join(this.directory, SUMMARY), "utf8").catch((error: NodeJS.ErrnoException) => {
      throw this.invalid(`${SUMMARY} cannot be read (${error.code ?? error.message})`, error);
    });
    const parsed = summarySchema.safeParse(parseJson(text));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw this.invalid(`${SUMMARY}: ${issue?.path.join(".") || "as a whole"}: ${issue?.message}`, parsed.error);
    }
    for (const [table, { sha256 }] of Object.entries(parsed.data.tables)) {
      const file = `records/${table}.jsonl`;
      const found = await digestFile(join(this.directory, file)).catch((error: NodeJS.ErrnoException) => {
        throw this.invalid(`${file} cannot be read (${error.code ?? error.message})`, error);
      });
      if (found.sha256 !== sha256)
        throw this.invalid(`${file} has SHA-256 ${found.sha256}, was written with ${sha256}`);
    }
    return parsed.data;
  }

  /**
   * What it holds.
   * @throws {ModelwrightError} `REGISTRY_BACKUP_INVALID`.
   */
  async content(): Promise<BackupContent> {
    const summary = await this.open();
    const [versions, artifacts] = [await this.versions(), await this.artifacts()];
    const sizeBytes = [...versions, ...artifacts].reduce((sum, item) => sum + item.sizeBytes, 0);
    return { summary, versions: versions.length, artifacts: artifacts.length, sizeBytes };
  }

  invalid(problem: string, cause?: unknown): ModelwrightError {
    return new ModelwrightError("REGISTRY_BACKUP_INVALID", { folder: this.directory, problem }, { cause });
  }

  #tablePath(table: RecordTable): string {
    return join(this.directory, "records", `${table}.jsonl`);
  }
}

/** Separators of lines and paragraphs end a line for some readers, Node's own from version 24 on; JSON lets them stand as they are. */
function toLine(row: Row): string {
  return toJson(row).replace(/[\u2028\u2029]/g, (separator) => (separator === "\u2028" ? "\\u2028" : "\\u2029"));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
