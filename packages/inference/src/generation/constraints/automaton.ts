import type { Language, Range } from "./language.ts";

/** Steps that building a language's states may take; counted repetitions are written out, also those of nothing. */
const MOST_STEPS = 200_000;

interface Step {
  readonly ranges: readonly Range[];
  readonly to: number;
}

/** What has been read so far, as far as it decides what may follow. */
export interface State {
  /** Whether the text may end here. */
  readonly isAccepting: boolean;
  /** Undefined where no text of the language goes on like this. */
  next(codePoint: number): State | undefined;
}

/** The language has more states than can be followed. */
export class LanguageTooLarge extends Error {
  override readonly name = "LanguageTooLarge";
}

/**
 * The states of a language: Thompson's construction, made deterministic as far as texts are read (Thompson 1968, "Regular Expression Search
 * Algorithm").
 *
 * @returns The state before a text's first character.
 * @throws {LanguageTooLarge}
 */
export function automaton(language: Language): State {
  const steps: Step[][] = [];
  const jumps: number[][] = [];
  let taken = 0;
  const count = () => {
    if (++taken > MOST_STEPS) throw new LanguageTooLarge();
  };
  const add = () => {
    count();
    jumps.push([]);
    return steps.push([]) - 1;
  };
  const build = (part: Language, from: number): number => {
    count();
    switch (part.kind) {
      case "characters": {
        const to = add();
        steps[from]!.push({ ranges: part.ranges, to });
        return to;
      }
      case "sequence":
        return part.parts.reduce((at, each) => build(each, at), from);
      case "choice": {
        const end = add();
        for (const option of part.options) {
          const start = add();
          jumps[from]!.push(start);
          jumps[build(option, start)]!.push(end);
        }
        return end;
      }
      case "repeat": {
        let at = from;
        for (let i = 0; i < part.least; i++) at = build(part.part, at);
        const end = add();
        jumps[at]!.push(end);
        if (part.most === Number.POSITIVE_INFINITY) {
          const loop = add();
          jumps[at]!.push(loop);
          const again = build(part.part, loop);
          jumps[again]!.push(loop, end);
          return end;
        }
        for (let i = part.least; i < part.most; i++) {
          at = build(part.part, at);
          jumps[at]!.push(end);
        }
        return end;
      }
    }
  };
  const start = add();
  const accepting = build(language, start);

  const closure = (given: Iterable<number>): number[] => {
    const found = new Set(given);
    for (const state of found) for (const to of jumps[state]!) found.add(to);
    return [...found].sort((a, b) => a - b);
  };
  const known = new Map<string, State>();
  const stateOf = (members: readonly number[]): State => {
    const key = members.join();
    const existing = known.get(key);
    if (existing !== undefined) return existing;
    const open = members.flatMap((member) => steps[member]!);
    const following = new Map<number, State | undefined>();
    const state: State = {
      isAccepting: members.includes(accepting),
      next(codePoint) {
        if (following.has(codePoint)) return following.get(codePoint);
        const reached = open.filter(({ ranges }) => ranges.some(([a, b]) => a <= codePoint && codePoint <= b));
        const next = reached.length === 0 ? undefined : stateOf(closure(reached.map(({ to }) => to)));
        following.set(codePoint, next);
        return next;
      },
    };
    known.set(key, state);
    return state;
  };
  return stateOf(closure([start]));
}
