import { openRegistry, type Registry, requireInUse, type VersionRecord } from "@modelwright/registry";
import { registryLocation } from "../pipeline/registry-location.ts";
import { writeOnnx } from "./onnx/write-onnx.ts";
import { writeService } from "./service/write-service.ts";
import { writeFolder } from "./write-folder.ts";

interface Source {
  readonly record: VersionRecord;
  readonly opened: Registry;
  /** Path or URL. */
  readonly registry: string;
}

/** What a version can become, with the line that help shows. */
export const EXPORTS = {
  service: {
    summary: "a server that needs Node.js alone, with a Dockerfile, Compose files and a Helm chart",
    write: writeService,
  },
  onnx: {
    summary: "the ONNX graph with its tokenizer and labels, for other runtimes",
    write: writeOnnx,
  },
} as const satisfies Readonly<
  Record<string, { readonly summary: string; readonly write: (folder: string, source: Source) => Promise<void> }>
>;
export type ExportKind = keyof typeof EXPORTS;

export const exportKinds = Object.keys(EXPORTS) as ExportKind[];

export interface ExportOptions {
  /** Default: a service. */
  readonly as?: ExportKind;
  /** The registry's folder or URL. Default: `MODELWRIGHT_REGISTRY`, otherwise `.modelwright`. */
  readonly registry?: string;
}

export interface ExportedModel {
  readonly name: string;
  readonly version: number;
  readonly as: ExportKind;
  /** Absolute path. */
  readonly folder: string;
}

/**
 * Writes a registered version into a new folder from which it runs elsewhere. The folder appears when it is complete.
 *
 * @param reference `name` (its champion, otherwise its latest), `name@alias` or `name:3`.
 * @param folder Must not exist yet.
 * @throws {ModelwrightError} `REGISTRY_TARGET_EXISTS`, `CLI_OUTPUT_UNWRITABLE`; `REGISTRY_*` for a reference that finds nothing, or
 *   files that were changed.
 */
export async function exportModel(
  reference: string,
  folder: string,
  { as = "service", registry: given }: ExportOptions = {},
): Promise<ExportedModel> {
  const registry = registryLocation(given);
  const opened = await openRegistry(registry);
  try {
    const record = await opened.resolve(reference);
    requireInUse(record.archived);
    await opened.verifyVersion(record);
    const written = await writeFolder(folder, (unfinished) =>
      EXPORTS[as].write(unfinished, { record, opened, registry }),
    );
    return { name: record.name, version: record.version, as, folder: written };
  } finally {
    await opened.close();
  }
}
