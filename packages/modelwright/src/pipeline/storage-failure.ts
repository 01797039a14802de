import { ModelwrightError } from "@modelwright/contracts";

/** What the system says of a disk that takes nothing more, or from which nothing comes, and what to do then. */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: "Free some space, then go on with --resume; what was saved is whole.",
  EDQUOT: "Free some of your quota, then go on with --resume; what was saved is whole.",
  EROFS: "Name a folder that can be written to, with --registry or MODELWRIGHT_REGISTRY.",
  EACCES: "Give yourself the right to write there, or name another folder with --registry or MODELWRIGHT_REGISTRY.",
  EPERM: "Give yourself the right to write there, or name another folder with --registry or MODELWRIGHT_REGISTRY.",
  EIO: "Check the disk; then go on with --resume.",
};

/** A failure of the disk as an error that says what to do; undefined for any other. */
export function storageFailure(error: unknown): ModelwrightError | undefined {
  if (!(error instanceof Error) || error instanceof ModelwrightError) return undefined;
  const { code, path } = error as NodeJS.ErrnoException;
  const remedy = code === undefined ? undefined : REMEDIES[code];
  if (remedy === undefined) return undefined;
  const problem = error.message.replace(/, \w+( '.*)?$/s, "");
  return new ModelwrightError(
    "STORAGE_FAILED",
    { where: path ?? "the disk of the registry or of the temporary files", problem, remedy },
    { cause: error },
  );
}
