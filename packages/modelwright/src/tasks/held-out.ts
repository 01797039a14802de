/** Test rows: given out once, to the one evaluation of a run. */
export class HeldOut<Split> {
  /** Rows (documents) that are held out. */
  readonly size: number;
  #split: { readonly rows: Split } | undefined;

  constructor(split: Split, size: number) {
    this.#split = { rows: split };
    this.size = size;
  }

  /** The same rows with what is computed of each, without a look at them; these are given out no more. */
  async changed(change: (split: Split) => Promise<Split>): Promise<HeldOut<Split>> {
    return new HeldOut(await change(this.open()), this.size);
  }

  /** What can be told of the rows without what they say: digests. These are not given out by it. */
  told<Told>(tell: (split: Split) => Told): Told {
    return tell(this.#kept());
  }

  /** @throws {Error} at the second call: whoever looks twice has begun to choose by the test rows. */
  open(): Split {
    const rows = this.#kept();
    this.#split = undefined;
    return rows;
  }

  #kept(): Split {
    if (this.#split === undefined) throw new Error("the test rows of a run are looked at once");
    return this.#split.rows;
  }
}
