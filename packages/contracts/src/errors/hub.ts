import { type BaseDetails, placeOf } from "./base-details.ts";
import { defineError, listed } from "./error-definition.ts";

/** What goes wrong between a reference like `owner/name` and the model's files in the shared cache. */
export const hubErrors = {
  HUB_UNREACHABLE: defineError<BaseDetails & { endpoint: string; problem: string }>({
    status: 502,
    meaning: "The hub from which a pretrained model is to come gives no answer, or breaks off again and again.",
    message: (d) => `${placeOf(d)} "${d.base}": ${d.endpoint} cannot be reached: ${d.problem}`,
    remedy: (d) =>
      `Check the network and repeat the command: what has come stays and is not fetched again. HF_ENDPOINT names a mirror; a model in the cache is used with HF_HUB_OFFLINE=1; ${placeOf(d)} may also be the path of a folder.`,
  }),
  HUB_OFFLINE: defineError<BaseDetails & { cache: string; problem: string }>({
    status: 400,
    meaning: "HF_HUB_OFFLINE forbids the network, and the cache does not hold the pretrained model.",
    message: (d) => `${placeOf(d)} "${d.base}": HF_HUB_OFFLINE is set, and ${d.problem} in the cache ${d.cache}`,
    remedy:
      "Run it once without HF_HUB_OFFLINE, or copy the cache from a machine that has the model, or name a folder.",
  }),
  HUB_REPOSITORY_UNKNOWN: defineError<BaseDetails & { endpoint: string; signedIn: boolean }>({
    status: 400,
    meaning: "The hub has no model of this name, or does not show it to this user.",
    message: (d) =>
      `${placeOf(d)} "${d.base}": ${d.endpoint} knows no such model, or hides it from ${d.signedIn ? "the owner of this token" : "users without a token"}`,
    remedy: (d) =>
      `Compare the spelling with the model's page (owner/name); a private model needs ${d.signedIn ? "the token of somebody who may read it" : "HF_TOKEN"}; a folder beside the recipe is written ./name.`,
  }),
  HUB_REVISION_UNKNOWN: defineError<BaseDetails & { revision: string; known: readonly string[] }>({
    status: 400,
    meaning: "A model on the hub has no branch, tag or commit of this name.",
    message: (d) => `${placeOf(d)} "${d.base}": there is no revision "${d.revision}"; there is ${listed(d.known)}`,
    remedy: "Write one of these behind the @, or all 40 digits of a commit, or nothing for the branch main.",
  }),
  HUB_ACCESS_NEEDED: defineError<BaseDetails & { page: string; signedIn: boolean }>({
    status: 400,
    meaning: "A model on the hub is given only to those who have accepted its terms.",
    message: (d) =>
      `${placeOf(d)} "${d.base}": its owner asks for consent first, and ${d.signedIn ? "the owner of this token has not been let in" : "no token says who you are"}`,
    remedy: (d) =>
      `Accept the terms at ${d.page}, make a token that may read the model, and set HF_TOKEN to it; some owners answer only after days.`,
  }),
  HUB_TOKEN_INVALID: defineError<BaseDetails & { endpoint: string; from: string }>({
    status: 400,
    meaning: "The hub does not accept the token that was sent.",
    message: (d) => `${placeOf(d)} "${d.base}": ${d.endpoint} does not accept the token of ${d.from}`,
    remedy: "Make a new one at the settings of your account on the hub, or remove this one: public models need none.",
  }),
  HUB_FILES_UNFIT: defineError<BaseDetails & { problem: string; instead: string }>({
    status: 400,
    meaning: "A model on the hub lacks files that are needed, or has them only in a form that is not read.",
    message: (d) => `${placeOf(d)} "${d.base}": ${d.problem}`,
    remedy: (d) => d.instead,
  }),
  HUB_RATE_LIMITED: defineError<BaseDetails & { endpoint: string; seconds: number }>({
    status: 429,
    meaning: "The hub answers this address no more for a while.",
    message: (d) => `${placeOf(d)} "${d.base}": ${d.endpoint} asks to wait ${d.seconds} s before the next request`,
    remedy: "Wait, then repeat the command; with HF_TOKEN the limits are higher.",
  }),
  HUB_FILE_CHANGED: defineError<BaseDetails & { file: string; rule: string; got: string }>({
    status: 502,
    meaning: "A file from the hub is not the one that the hub lists: truncated, or changed on its way.",
    message: (d) => `${placeOf(d)} "${d.base}": ${d.file}: must have ${d.rule}, got ${d.got}`,
    remedy: "Repeat the command; if it stays so, a proxy or mirror changes files: set HF_ENDPOINT to another one.",
  }),
  HUB_ANSWER_UNFIT: defineError<BaseDetails & { url: string; problem: string }>({
    status: 502,
    meaning: "Something answers where the hub should be, but not as the hub does.",
    message: (d) => `${placeOf(d)} "${d.base}": ${d.url}: ${d.problem}`,
    remedy: "Try later; if HF_ENDPOINT is set or a proxy is in between, see that it leads to a hub.",
  }),
  HUB_DISK_FULL: defineError<BaseDetails & { cache: string; needed: string; free: string }>({
    status: 507,
    meaning: "The disk of the cache has no room for a pretrained model.",
    message: (d) => `${placeOf(d)} "${d.base}": ${d.needed} are needed in ${d.cache}, where ${d.free} are free`,
    remedy: "Free some space, or set HF_HOME to a folder on a larger disk; what has come stays.",
  }),
  HUB_CACHE_UNFIT: defineError<BaseDetails & { cache: string; problem: string }>({
    status: 400,
    meaning: "The cache of pretrained models cannot be read or written.",
    message: (d) => `${placeOf(d)} "${d.base}": the cache ${d.cache}: ${d.problem}`,
    remedy: "Give yourself the right to write there, or set HF_HOME to another folder.",
  }),
};
