import { ModelwrightError, type Recipe } from "@modelwright/contracts";
import { isLocal, localDigest, pinReference } from "@modelwright/models";
import type { Registry, RunRecord } from "@modelwright/registry";
import { type NamedBase, namedBases, onBehalfOf, withBase } from "../tasks/named-bases.ts";
import { isVersionReference } from "./pinned-version.ts";
import type { RunHooks, RunRequest } from "./run-request.ts";

/** What a run notes of a pretrained model: to which commit of the hub a reference led when the run began, or which weights lay on this machine. */
interface NotedBase {
  readonly reference: string;
  readonly pinned?: string;
  readonly sha256?: string;
}

/** A recipe whose pretrained models are settled. */
export interface PinnedRecipe {
  readonly recipe: Recipe;
  /** Folders of the registry's versions that it names, by reference. */
  readonly folders: Readonly<Record<string, string>>;
}

/** How often a download looks whether the run is to stop. */
const LOOK_MS = 100;

interface PinParts {
  readonly registry: Registry;
  readonly run: RunRecord;
  readonly hooks: RunHooks;
}

/**
 * Fetches the pretrained models of a recipe that names some on the hub, and puts the commit to which each name
 * leads into the recipe: every later stage, the version and whoever trains from its recipe use the same
 * files. The run keeps it, so that it is the same when it goes on.
 *
 * Of a version of the registry it is the number to which the alias leads.
 *
 * Of a folder or an ONNX file the run keeps a digest of the weights, and does not go on with others.
 *
 * Undefined when the run was stopped meanwhile; what came is kept.
 *
 * @throws {ModelwrightError} `HUB_…`; `TRAINING_NOTHING_TO_RESUME` where these weights have changed.
 */
export async function pinBases({ recipe, baseDir }: RunRequest, parts: PinParts): Promise<PinnedRecipe | undefined> {
  let pinned: PinnedRecipe = { recipe, folders: {} };
  for (const named of namedBases(recipe)) {
    const found = await onBehalfOf(named.path.join("."), () => pinBase(named, { ...parts, baseDir }));
    if (found === undefined) return undefined;
    const { reference, folder } = found;
    pinned = {
      recipe: withBase(pinned.recipe, named.path, reference),
      folders: folder === undefined ? pinned.folders : { ...pinned.folders, [reference]: folder },
    };
  }
  return pinned;
}

/** What a reference leads to for the whole of a run. */
interface PinnedBase {
  readonly reference: string;
  /** That of a version of the registry. */
  readonly folder?: string;
}

async function pinBase(
  { path, base, file }: NamedBase,
  { registry, run, hooks, baseDir }: PinParts & Pick<RunRequest, "baseDir">,
): Promise<PinnedBase | undefined> {
  // The model that is trained on has a short name in records.
  const key = path[0] === "model" ? "base" : path.join(".");
  const noted = notedBase(run, key);
  const known = noted?.reference === base ? noted : undefined;
  const note = async (found: Omit<NotedBase, "reference">) => {
    const { summary } = await registry.getRun(run.id);
    await registry.updateRun(run.id, { summary: { ...summary, [key]: { reference: base, ...found } } });
  };
  if (isVersionReference(base) && !(await isLocal(base, baseDir))) {
    const version = await registry.resolve(known?.pinned ?? base);
    const reference = `${version.name}:${version.version}`;
    await note({ pinned: reference });
    return { reference, folder: await registry.materialise(version) };
  }
  const sha256 = await localDigest(base, baseDir, file);
  if (sha256 !== undefined) {
    requireSameWeights(run, { base, sha256, noted: known });
    await note({ sha256 });
    return { reference: base };
  }
  const stop = new AbortController();
  const look = setInterval(() => hooks.shouldStop() && stop.abort(), LOOK_MS);
  try {
    const pinned = await pinReference(known?.pinned ?? base, {
      baseDir,
      file,
      signal: stop.signal,
      onDownload: (progress) => hooks.onEvent({ type: "download", ...progress }),
    });
    if (pinned === undefined) return { reference: base };
    const { reference, commit, bytes, fetched, unasked } = pinned;
    await note({ pinned: reference });
    hooks.onEvent({ type: "pinned", base, commit, bytes, fetched, ...(unasked === undefined ? {} : { unasked }) });
    return { reference };
  } catch (error) {
    if (stop.signal.aborted) return undefined;
    throw error;
  } finally {
    clearInterval(look);
  }
}

/** Checkpoints of a run belong to the weights from which it began: frozen ones are read from the folder again. */
function requireSameWeights(
  { id }: RunRecord,
  { base, sha256, noted }: { readonly base: string; readonly sha256: string; readonly noted: NotedBase | undefined },
): void {
  if (noted?.sha256 === undefined || noted.sha256 === sha256) return;
  const [before, now] = [noted.sha256, sha256].map((digest) => digest.slice(0, 12));
  const why = `the weights in ${base} have changed since it began (sha256 ${before}… then, ${now}… now)`;
  throw new ModelwrightError("TRAINING_NOTHING_TO_RESUME", { run: id, why, unfinished: [] });
}

function notedBase({ summary }: RunRecord, key: string): NotedBase | undefined {
  const noted = summary?.[key];
  return typeof noted === "object" && noted !== null && "reference" in noted
    ? (noted as unknown as NotedBase)
    : undefined;
}
