/** Stands for the answer to an item that failed while others of its batch did not. */
export class FailedItem {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}
