import { createHmac } from "node:crypto";

/** Characters and choices that a salt and a text decide: the same for the same, and not to be told without the salt. */
export class DrawnCharacters {
  readonly #salt: string;
  readonly #seed: string;
  #block: Buffer = Buffer.alloc(0);
  #at = 0;
  #blocks = 0;

  constructor(salt: string, seed: string) {
    this.#salt = salt;
    this.#seed = seed;
  }

  /** An integer from 0 to below `limit`. */
  below(limit: number): number {
    if (this.#at + 4 > this.#block.length) {
      this.#block = createHmac("sha256", this.#salt).update(`${this.#blocks}\0${this.#seed}`).digest();
      this.#blocks += 1;
      this.#at = 0;
    }
    const value = this.#block.readUInt32BE(this.#at);
    this.#at += 4;
    return value % limit;
  }

  one<Item>(items: ArrayLike<Item>): Item {
    return items[this.below(items.length)]!;
  }

  digits(count: number): string {
    return Array.from({ length: count }, () => this.below(10)).join("");
  }

  /** Another text of the same form: digits for digits, letters for letters of the same case, all else as it stands. */
  alike(text: string): string {
    return text
      .replaceAll(/\d/g, () => this.one("0123456789"))
      .replaceAll(/[a-z]/g, () => this.one("abcdefghijklmnopqrstuvwxyz"))
      .replaceAll(/[A-Z]/g, () => this.one("ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
  }
}
