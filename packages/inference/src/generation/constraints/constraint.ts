import { ModelwrightError } from "@modelwright/contracts";
import type { Scores } from "../../language-models/logits.ts";
import type { GenerateOptions } from "../generate-options.ts";
import { automaton, LanguageTooLarge, type State } from "./automaton.ts";
import { jsonOf } from "./json-schema/json-schema.ts";
import { anyJsonObject } from "./json-schema/json-texts.ts";
import { SchemaUnsupported } from "./json-schema/schema-place.ts";
import type { Language } from "./language.ts";
import { PatternUnsupported, parseRegex } from "./parse-regex.ts";
import type { TokenNode, TokenTexts } from "./token-texts.ts";

/** States whose tokens are remembered: each may have the whole vocabulary. */
const KNOWN_STATES = 16;

/** What a text must be, as far as tokens go: each is allowed only if some text of the language goes on like that. */
export class Constraint {
  readonly #option: string;
  readonly #tokens: TokenTexts;
  readonly #endIds: ReadonlySet<number>;
  #state: State;
  #isFirst: boolean;
  /** The tokens of states that were met: a text comes back to few. */
  readonly #known = new Map<State, ReadonlyMap<number, State>>();
  /** The state behind each token that is allowed now. */
  #following: ReadonlyMap<number, State> = new Map();

  constructor(
    { option, start }: { readonly option: string; readonly start: State },
    {
      tokens,
      endIds,
      isFirst,
    }: { readonly tokens: TokenTexts; readonly endIds: ReadonlySet<number>; readonly isFirst: boolean },
  ) {
    this.#option = option;
    this.#state = start;
    this.#tokens = tokens;
    this.#endIds = endIds;
    this.#isFirst = isFirst;
  }

  /**
   * Rules out every other token.
   * @throws {ModelwrightError} `MODEL_OPTION_INVALID` where none is left: the vocabulary has no token for what must come.
   */
  restrict(scores: Scores): void {
    this.#following = this.#allowed();
    let isOpen = false;
    for (let id = 0; id < scores.length; id++) {
      const isAllowed = this.#endIds.has(id) ? this.#state.isAccepting : this.#following.has(id);
      if (!isAllowed) scores[id] = Number.NEGATIVE_INFINITY;
      else if (scores[id] !== Number.NEGATIVE_INFINITY) isOpen = true;
    }
    if (isOpen) return;
    const rule = "such that the model's tokens can write it: characters that no token holds whole cannot come";
    throw new ModelwrightError("MODEL_OPTION_INVALID", { option: this.#option, rule, value: "another" });
  }

  /** Goes on behind a token that was allowed. */
  accept(token: number): void {
    this.#state = this.#following.get(token)!;
    this.#isFirst = false;
  }

  /** Whether nothing may follow. */
  get isComplete(): boolean {
    return this.#state.isAccepting && this.#allowed().size === 0;
  }

  #allowed(): ReadonlyMap<number, State> {
    if (this.#isFirst) return allowedTokens(this.#tokens.first, this.#state);
    let allowed = this.#known.get(this.#state);
    if (allowed === undefined) {
      allowed = allowedTokens(this.#tokens.behind, this.#state);
      if (this.#known.size >= KNOWN_STATES) this.#known.delete(this.#known.keys().next().value!);
      this.#known.set(this.#state, allowed);
    }
    return allowed;
  }
}

/** The tokens that may come in a state, each with the state behind it. */
function allowedTokens(tokens: TokenNode, state: State): ReadonlyMap<number, State> {
  const reached = new Map<number, State>();
  const walk = (node: TokenNode, at: State) => {
    for (const id of node.ids) reached.set(id, at);
    for (const [point, child] of node.next) {
      const next = at.next(point);
      if (next !== undefined) walk(child, next);
    }
  };
  walk(tokens, state);
  return reached;
}

/** The options that constrain a text, and the language that each gives. */
const LANGUAGES: Readonly<Record<"regex" | "jsonSchema", (value: never) => Language>> = {
  regex: (pattern: string) => parseRegex(pattern),
  jsonSchema: (schema: object) =>
    Object.keys(schema).length === 0 ? anyJsonObject() : jsonOf(schema as Record<string, unknown>),
};

/**
 * What constrains a text, before its first token; undefined where nothing does.
 * @throws {ModelwrightError} `MODEL_OPTION_INVALID` naming what is not supported of a pattern or a schema.
 */
export function constraintStart(
  options: GenerateOptions,
): { readonly option: string; readonly start: State } | undefined {
  for (const [option, languageOf] of Object.entries(LANGUAGES)) {
    const value = options[option as keyof typeof LANGUAGES];
    if (value === undefined) continue;
    try {
      return { option, start: automaton(languageOf(value as never)) };
    } catch (error) {
      const isKnown =
        error instanceof SchemaUnsupported || error instanceof PatternUnsupported || error instanceof LanguageTooLarge;
      if (!isKnown) throw error;
      const rule =
        error instanceof LanguageTooLarge
          ? "simpler: it has too many states"
          : `one that is supported (${error.message})`;
      throw new ModelwrightError("MODEL_OPTION_INVALID", { option, rule, value: JSON.stringify(value).slice(0, 200) });
    }
  }
  return undefined;
}
