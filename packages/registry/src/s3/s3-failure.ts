import { ModelwrightError } from "@modelwright/contracts";

/** What an object store answered, or why it did not. */
interface Answer {
  readonly name: string;
  readonly status: number | undefined;
  readonly code: string;
  readonly message: string;
}

const RETRY = "Check the endpoint, the network and the object store, and try again; nothing was changed.";
const PERMISSIONS =
  "s3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload and s3:ListMultipartUploadParts on its objects, s3:ListBucket and s3:ListBucketMultipartUploads on the bucket";
const CREDENTIALS =
  "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (with AWS_SESSION_TOKEN where keys run out), or AWS_PROFILE, as every program of AWS takes them.";
const REGION = "Name the region of the bucket with AWS_REGION or &region=; another store with &endpoint=.";

/** What to do about it, by the name of the error. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const REMEDIES: Readonly<Record<string, string>> = {
  NoSuchBucket: "Create the bucket, or correct its name or the endpoint.",
  AccessDenied: `Allow these keys ${PERMISSIONS}.`,
  Forbidden: `Allow these keys ${PERMISSIONS}; keys that are wrong or have run out are answered so as well.`,
  CredentialsProviderError: CREDENTIALS,
  InvalidAccessKeyId: CREDENTIALS,
  SignatureDoesNotMatch: CREDENTIALS,
  ExpiredToken: CREDENTIALS,
  InvalidToken: CREDENTIALS,
  RequestTimeTooSkewed: "Set the clock of this machine: it differs too much from that of the object store.",
  PermanentRedirect: REGION,
  AuthorizationHeaderMalformed: REGION,
  IllegalLocationConstraintException: REGION,
  QuotaExceeded: "Free space there: modelwright gc removes what nothing refers to.",
  XMinioStorageFull: "Free space there: modelwright gc removes what nothing refers to.",
};

/** A HEAD is answered without a body, so by a status alone. */
const NAMES: Readonly<Record<number, string>> = { 301: "PermanentRedirect", 403: "Forbidden" };

/** Names of errors that say only that there was one. */
const NAMELESS = new Set(["Error", "UnknownError", "Unknown", "403", "301", "400", "500", "503"]);

/**
 * An error of the SDK as ours; one that is ours already stays.
 * @param at.key Of the object; absent for the bucket as a whole.
 */
export function s3Failure(cause: unknown, at: { readonly bucket: string; readonly key?: string }): Error {
  if (cause instanceof ModelwrightError || !(cause instanceof Error)) return cause as Error;
  const { name, status, message, code } = answerOf(cause);
  const said = [name, message === "" ? code : message].filter((part) => part !== "").join(": ");
  const problem = [said, status === undefined ? "" : `(HTTP ${status})`].filter((part) => part !== "").join(" ");
  const object = `s3://${at.bucket}${at.key === undefined ? "" : `/${at.key}`}`;
  const remedy = REMEDIES[name] ?? RETRY;
  return new ModelwrightError("REGISTRY_FILES_FAILED", { object, problem, remedy }, { cause });
}

/** The status that a store answered with. */
export function statusOf(cause: unknown): number | undefined {
  return (cause as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
}

function answerOf(cause: Error): Answer {
  const status = statusOf(cause);
  const given = NAMELESS.has(cause.name) ? "" : cause.name;
  const name = given === "" ? (NAMES[status ?? 0] ?? "") : given;
  const code = "code" in cause ? String(cause.code) : "";
  // What a message holds is the store's word: one line of it, of bounded length.
  const message = cause.message
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 300)
    .replace(/[. ]+$/, "");
  return { name, status, code, message: NAMELESS.has(message) ? "" : message };
}
