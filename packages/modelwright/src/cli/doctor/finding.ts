/** What one check of `doctor` found. */
export interface Finding {
  readonly check: string;
  /** `problem`: something will not work; `note`: it works, but not as well as it could. */
  readonly verdict: "ok" | "note" | "problem";
  readonly detail: string;
  /** What to do; stands beside every note and problem. */
  readonly remedy?: string;
  /** The measured values, for `--json`. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

export interface CheckContext {
  /** Where the registry is: its folder or URL. */
  readonly registry: string;
  /** True asks for more than what matters to most. */
  readonly verbose: boolean;
}

export type Check = (context: CheckContext) => Promise<Finding> | Finding;
