import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const STDERR_TAIL = 2000;

/** A peer's process, asked one question at a time; peers/protocol.mjs is what it speaks. */
export class PeerProcess {
  #process;
  #answers;
  #patience;
  #stderr = "";

  /**
   * @param {string[]} command Program and its arguments.
   * @param {number} patience Seconds to wait for an answer.
   */
  constructor([program, ...args], patience) {
    this.#patience = patience;
    this.#process = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
    this.#process.stderr.setEncoding("utf8").on("data", (text) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_TAIL);
    });
    // A peer that ends early is told by the missing answer; writing to it must not end the benchmark.
    this.#process.on("error", (error) => {
      this.#stderr += error.message;
    });
    this.#process.stdin.on("error", () => {});
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @param {object} request One of those that peers/protocol.mjs names.
   * @throws {Error} If the peer ends without an answer, with the end of what it wrote to stderr, or takes longer than the patience.
   */
  async ask(request) {
    this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    return this.nextAnswer();
  }

  /** The next answer, in the beginning the one that says that the peer is ready. */
  async nextAnswer() {
    let isLate = false;
    const deadline = setTimeout(() => {
      isLate = true;
      this.#process.kill("SIGKILL");
    }, 1000 * this.#patience);
    try {
      const { done, value } = await this.#answers.next();
      if (isLate) throw new Error(`no answer within ${this.#patience} s`);
      if (done) throw new Error(`ended without an answer\n${this.#stderr.trim()}`);
      return JSON.parse(value);
    } finally {
      clearTimeout(deadline);
    }
  }

  /** Closes the peer's stdin, upon which it ends. */
  close() {
    this.#process.stdin.end();
  }
}
