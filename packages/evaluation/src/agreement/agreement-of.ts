/** A coefficient of agreement as it depends on how often each item counts. */
export interface AgreementOf {
  readonly items: number;
  /**
   * @param times Not negative, `[items]`.
   * @returns NaN where these items say nothing.
   */
  readonly measure: (times: ArrayLike<number>) => number;
}

/** Of all items alike. */
export function everyItemOnce({ items, measure }: AgreementOf): number {
  return measure(new Uint8Array(items).fill(1));
}
