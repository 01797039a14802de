/** The bytes break the format. */
export class MalformedModel extends Error {
  override readonly name = "MalformedModel";
}

/** The model is well-formed, but more than a `Graph` can hold. */
export class RefusedModel extends Error {
  override readonly name = "RefusedModel";
  readonly rule: string;
  readonly got: string;

  constructor(rule: string, got: string) {
    super(`${rule}, got ${got}`);
    this.rule = rule;
    this.got = got;
  }
}
