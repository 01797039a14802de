import { ModelwrightError } from "@modelwright/contracts";
import { secondsAsked } from "./hub-patience.ts";
import type { HubReference } from "./hub-reference.ts";
import type { HubSettings } from "./hub-settings.ts";

/** What was asked of which hub. */
interface Asked {
  readonly base: string;
  readonly reference: HubReference;
  readonly settings: HubSettings;
}

type Refusal = (asked: Asked, response: Response) => ModelwrightError;

const repositoryUnknown: Refusal = ({ base, settings: { endpoint, token } }) =>
  new ModelwrightError("HUB_REPOSITORY_UNKNOWN", { base, endpoint, signedIn: token !== undefined });

const accessNeeded: Refusal = ({ base, reference: { repository }, settings: { endpoint, token } }) =>
  new ModelwrightError("HUB_ACCESS_NEEDED", {
    base,
    page: `${endpoint}/${repository}`,
    signedIn: token !== undefined,
  });

/**
 * A hub answers 401 for a model that it does not show to just anybody, and for a token that it does not know.
 */
const unauthorised: Refusal = (asked, response) => {
  const { base, settings } = asked;
  if (settings.token === undefined) return repositoryUnknown(asked, response);
  const { endpoint, token } = settings;
  return new ModelwrightError("HUB_TOKEN_INVALID", { base, endpoint, from: token.from });
};

/** By the code in the head of an answer, which says more than its status. */
const BY_CODE: Readonly<Record<string, Refusal>> = {
  RepoNotFound: repositoryUnknown,
  GatedRepo: accessNeeded,
  RevisionNotFound: ({ base, reference: { revision } }) =>
    new ModelwrightError("HUB_REVISION_UNKNOWN", { base, revision, known: [] }),
  EntryNotFound: ({ base }, { url }) =>
    new ModelwrightError("HUB_FILES_UNFIT", {
      base,
      problem: `it lists ${new URL(url).pathname.split("/").at(-1)} but does not give it`,
      instead: "Repeat the command; if it stays so, tell the owner of the model.",
    }),
};

const BY_STATUS: Readonly<Record<number, Refusal>> = {
  401: unauthorised,
  403: accessNeeded,
  404: repositoryUnknown,
  429: ({ base, settings: { endpoint } }, response) =>
    new ModelwrightError("HUB_RATE_LIMITED", { base, endpoint, seconds: secondsAsked(response) ?? 300 }),
};

/** What a hub says of a token that it does not know, also where it answers like for an unknown model. */
const TOKEN_REFUSED = /invalid (credentials|user token)/i;

/** The error of an answer that is none of those that were hoped for. */
export function refusal(response: Response, asked: Asked): ModelwrightError {
  const code = response.headers.get("x-error-code") ?? "";
  const message = response.headers.get("x-error-message") ?? "";
  if (response.status === 401 && TOKEN_REFUSED.test(message)) return unauthorised(asked, response);
  const known = (Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined) ?? BY_STATUS[response.status];
  if (known !== undefined) return known(asked, response);
  const { base, settings } = asked;
  const problem = `it answers with status ${response.status}${message === "" ? "" : `: ${message}`}`;
  return new ModelwrightError("HUB_ANSWER_UNFIT", { base, url: settings.endpoint, problem });
}
