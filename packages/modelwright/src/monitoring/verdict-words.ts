import type { MonitorVerdict } from "./report.ts";

/** What each verdict asks of a reader. */
export const VERDICT_WORDS: Readonly<Record<MonitorVerdict, string>> = {
  alert: "look at it",
  undecided: "may be chance",
  fine: "fine",
  "too few": "too few",
  untold: "not told",
};

/** The same of all that was looked at. */
export const OVERALL_WORDS: Readonly<Record<MonitorVerdict, string>> = {
  alert: "something asks to be looked at",
  undecided: "something differs, which may be chance",
  fine: "as it was when the version was made",
  "too few": "too few predictions to say anything",
  untold: "nothing is compared",
};
