import type { TextTokenizer } from "@modelwright/data";
import { RandomSource } from "@modelwright/engine";
import { likeliest, type Scores } from "../language-models/logits.ts";
import { Constraint, constraintStart } from "./constraints/constraint.ts";
import type { TokenTexts } from "./constraints/token-texts.ts";
import { drawToken } from "./draw-token.ts";
import {
  DEFAULT_MAX_TOKENS,
  DEFAULT_SEED,
  type GenerateOptions,
  type Generation,
  stopsOf,
} from "./generate-options.ts";
import type { LogitsProcessor } from "./processors/processor.ts";
import { processorsOf } from "./processors/processors.ts";
import { StopStrings } from "./stop-strings.ts";
import { contextOf, TextStream } from "./text-stream.ts";
import { tokenScores } from "./token-scores.ts";

/** What texts are written with, whatever is asked. */
export interface WritingModel {
  readonly tokenizer: TextTokenizer;
  /** Ids that end a text. */
  readonly endIds: ReadonlySet<number>;
  readonly tokenTexts: TokenTexts;
}

/** One text that is being written: it chooses tokens and says what may be shown of them. */
export class Writing {
  /** Prompt and what was written. */
  readonly tokens: number[];
  readonly #model: WritingModel;
  readonly #promptLength: number;
  readonly #maxTokens: number;
  readonly #processors: readonly LogitsProcessor[];
  readonly #constraint: Constraint | undefined;
  readonly #random: RandomSource | undefined;
  readonly #stream: TextStream;
  readonly #stops: StopStrings;
  #finish: Generation["finish"] | undefined;
  #text = "";
  #unseen = "";

  /** @throws {ModelwrightError} `MODEL_OPTION_INVALID` for a constraint that is not supported. */
  constructor(model: WritingModel, prompt: readonly number[], options: GenerateOptions) {
    const { maxTokens = DEFAULT_MAX_TOKENS, seed = DEFAULT_SEED, temperature = 1 } = options;
    const draws = temperature > 0;
    this.#model = model;
    this.tokens = [...prompt];
    this.#promptLength = prompt.length;
    this.#maxTokens = maxTokens;
    this.#processors = processorsOf(options, draws);
    const { tokenizer, tokenTexts: tokens, endIds } = model;
    const begun = constraintStart(options);
    const isFirst = tokenizer.decode(contextOf(prompt)) === "";
    this.#constraint = begun === undefined ? undefined : new Constraint(begun, { tokens, endIds, isFirst });
    this.#random = draws ? RandomSource.fromSeed(seed).stream("generate") : undefined;
    this.#stream = new TextStream(model.tokenizer, prompt);
    this.#stops = new StopStrings(stopsOf(options));
  }

  /** What is next to be read. */
  get lastToken(): number {
    return this.tokens.at(-1)!;
  }

  /** Undefined while it goes on. */
  get generation(): Generation | undefined {
    if (this.#finish === undefined) return undefined;
    return { text: this.#text, tokens: this.tokens.length - this.#promptLength, finish: this.#finish };
  }

  /** What may be shown since this was last asked for. */
  takeText(): string {
    const text = this.#unseen;
    this.#unseen = "";
    return text;
  }

  /** Chooses the next token by its scores, which are changed. */
  choose(given: Scores): void {
    const { tokenizer, endIds } = this.#model;
    const scores = tokenScores(given, tokenizer);
    this.#constraint?.restrict(scores);
    for (const process of this.#processors) process(scores, this);
    const token = this.#random === undefined ? likeliest(scores) : drawToken(scores, this.#random);
    if (endIds.has(token)) {
      this.#end("end-of-text");
      return;
    }
    this.tokens.push(token);
    this.#constraint?.accept(token);
    const { text, isStopped } = this.#stops.push(this.#stream.push(token));
    this.#show(text);
    if (isStopped) this.#finish = "stop-string";
    else if (this.#constraint?.isComplete) this.#end("end-of-text");
    else if (this.tokens.length - this.#promptLength >= this.#maxTokens) this.#end("max-tokens");
  }

  /** Shows what was held back. A stop string may still come of it. */
  #end(finish: Generation["finish"]): void {
    const { text, isStopped } = this.#stops.push(this.#stream.end());
    this.#show(isStopped ? text : text + this.#stops.end());
    this.#finish = isStopped ? "stop-string" : finish;
  }

  #show(text: string): void {
    this.#text += text;
    this.#unseen += text;
  }
}
