/** A model on a hub. */
export interface HubReference {
  /** `owner/name`. */
  readonly repository: string;
  /** A branch, a tag, or the 40 digits of a commit. */
  readonly revision: string;
}

/** What the hub takes as the name of an owner or a repository: no dots or dashes in a row or at an end. */
const PART = /^(?=.{1,96}$)[A-Za-z0-9_]+(?:[.-][A-Za-z0-9_]+)*$/;
/** What git takes as the name of a branch or tag, as far as it goes into a file's path. */
const REVISION = /^(?!.*(?:\.\.|\/\/|\/\.|@\{))[A-Za-z0-9_][A-Za-z0-9_./+-]{0,199}(?<![/.])$/;
const COMMIT = /^[0-9a-f]{40}$/;

const DEFAULT_REVISION = "main";

/** Reads `owner/name` or `owner/name@revision`; undefined for what is neither. */
export function parseHubReference(reference: string): HubReference | undefined {
  const at = reference.indexOf("@");
  const repository = at < 0 ? reference : reference.slice(0, at);
  const revision = at < 0 ? DEFAULT_REVISION : reference.slice(at + 1);
  const parts = repository.split("/");
  const isName = parts.length === 2 && parts.every((part) => PART.test(part) && !part.includes("--"));
  return isName && REVISION.test(revision) ? { repository, revision } : undefined;
}

/** Whether a revision names one state for ever, as no branch or tag does. */
export function isCommit(revision: string): boolean {
  return COMMIT.test(revision);
}

/** A reference as it is written: `owner/name`, or with what stands behind the `@`. */
export function writeHubReference({ repository, revision }: HubReference): string {
  return revision === DEFAULT_REVISION ? repository : `${repository}@${revision}`;
}
