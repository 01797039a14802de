import { ModelwrightError } from "@modelwright/contracts";
import { registryPlace } from "../backends.ts";
import { atOnce } from "../files/at-once.ts";
import { missingSteps } from "../migrations/migrate.ts";
import { openParts } from "../open-registry.ts";
import { hasVersion } from "../records/model-records.ts";
import type { RegistryParts, RegistryUrl } from "../registry-place.ts";
import { LEFTOVER_KINDS, type Leftover, type LeftoverKind, type LeftoverQuery } from "./leftover.ts";
import { namedContent } from "./named-content.ts";

const DAY_MS = 86_400_000;
/** A run that was broken off may be resumed for so long. */
const RESUMABLE_MS = 30 * DAY_MS;
/** Content that is removed while others wait to write. */
const AT_A_TIME = 200;
const SIDE_BY_SIDE = 8;

export interface GarbageOptions {
  /** True removes nothing and says what would go. Default: false. */
  readonly dryRun?: boolean;
  /** Milliseconds for which something was neither changed nor used. Default: a day. */
  readonly olderThan?: number;
  /** Is told of each thing that goes. */
  readonly onFound?: (piece: GarbagePiece) => void;
}

export interface GarbagePiece {
  readonly kind: LeftoverKind;
  /** Where it lay. */
  readonly title: string;
  /** 0 where that is not known. */
  readonly sizeBytes: number;
}

/** What went, or would. */
export interface Garbage {
  readonly registry: string;
  readonly dryRun: boolean;
  readonly pieces: readonly GarbagePiece[];
  /** By kind, the kinds of which something was found. */
  readonly kinds: readonly { readonly kind: LeftoverKind; readonly count: number; readonly sizeBytes: number }[];
  readonly sizeBytes: number;
}

/**
 * Removes what nothing refers to any more, while others use the registry: content of artifacts and versions that no record
 * names, uploads that were broken off, what killed processes left, folders of runs that are over (or were broken off a month
 * ago), and on this machine what can be made or fetched again. What a running process uses stays.
 *
 * @throws {ModelwrightError} `REGISTRY_MISSING`, `REGISTRY_READ_ONLY`, `REGISTRY_SCHEMA_OLDER`, `REGISTRY_RECORD_UNREADABLE`,
 *   and what `openRegistry` throws.
 */
export async function collectGarbage(
  url: RegistryUrl,
  { dryRun = false, olderThan = DAY_MS, onFound }: GarbageOptions = {},
): Promise<Garbage> {
  const place = registryPlace(url);
  const { location } = place;
  if (!(await place.probe()).exists) throw new ModelwrightError("REGISTRY_MISSING", { location });
  return openParts(place, async (parts) => {
    const { database, files } = parts;
    const { from, to, steps } = await missingSteps(database);
    if (steps.length > 0) throw new ModelwrightError("REGISTRY_SCHEMA_OLDER", { location, found: from, known: to });
    if (!dryRun) {
      if (database.isReadOnly) throw new ModelwrightError("REGISTRY_READ_ONLY", { location });
      await database.write((transaction) => files.clean((key) => hasVersion(transaction, key)));
    }
    const pieces: GarbagePiece[] = [];
    const gone = ({ kind, title, sizeBytes }: Leftover) => {
      pieces.push({ kind, title, sizeBytes });
      onFound?.({ kind, title, sizeBytes });
    };
    let content: Leftover[] = [];
    for await (const leftover of files.leftovers(await queryOf(parts, olderThan))) {
      if (dryRun) gone(leftover);
      else if (leftover.sha256 !== undefined) {
        content.push(leftover);
        if (content.length < AT_A_TIME) continue;
        await removeContent(parts, content, gone);
        content = [];
      } else if (await leftover.remove()) gone(leftover);
    }
    await removeContent(parts, content, gone);
    await database.close();
    return { registry: location, dryRun, pieces, ...sumsOf(pieces) };
  });
}

async function queryOf({ database }: RegistryParts, olderThan: number): Promise<LeftoverQuery> {
  const now = Date.now();
  return database.read(async (kysely) => {
    const named = await namedContent(kysely);
    const runs = await kysely.selectFrom("runs").select(["id", "status"]).execute();
    const statuses = new Map(runs.map(({ id, status }) => [id, status]));
    return {
      ...named,
      before: new Date(now - olderThan),
      isWorkedIn(runId, changedAt) {
        const status = statuses.get(runId);
        if (status === "running") return true;
        const isOver = status === undefined || status === "finished";
        return changedAt.getTime() > now - (isOver ? olderThan : Math.max(olderThan, RESUMABLE_MS));
      },
    };
  });
}

/** A version names its content inside a write transaction too: what is not named here will not be while this one lasts. */
async function removeContent(
  { database }: RegistryParts,
  content: readonly Leftover[],
  gone: (leftover: Leftover) => void,
): Promise<void> {
  if (content.length === 0) return;
  await database.write(async (transaction) => {
    const { isNamed } = await namedContent(transaction);
    const unnamed = content.filter(({ sha256 }) => sha256 === undefined || !isNamed(sha256));
    await atOnce(SIDE_BY_SIDE, unnamed, async (leftover) => {
      if (await leftover.remove()) gone(leftover);
    });
  });
}

function sumsOf(pieces: readonly GarbagePiece[]): Pick<Garbage, "kinds" | "sizeBytes"> {
  const sizeOf = (some: readonly GarbagePiece[]) => some.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const kinds = LEFTOVER_KINDS.map((kind) => {
    const some = pieces.filter((piece) => piece.kind === kind);
    return { kind, count: some.length, sizeBytes: sizeOf(some) };
  });
  return { kinds: kinds.filter(({ count }) => count > 0), sizeBytes: sizeOf(pieces) };
}
