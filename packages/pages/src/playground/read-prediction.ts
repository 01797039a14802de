/** What a page shows of one prediction, whatever its task. */
export interface ReadPrediction {
  /** The answer itself: a label, labels, a number, a text. */
  readonly answer: string;
  /** Whether nothing that could be chosen was likely enough. */
  readonly isRejected: boolean;
  /** How sure the model is of it, from 0 to 1, where it says so. */
  readonly probability: number | undefined;
  /** What was chosen among, likeliest first. */
  readonly rankings: readonly (readonly RankedChoice[])[];
  /** The item in pieces, of which some are marked with a name and a probability; absent where nothing is marked in it. */
  readonly marked: readonly MarkedPiece[] | undefined;
  /** What else the prediction holds. */
  readonly facts: readonly (readonly [name: string, value: string])[];
}

export interface MarkedPiece {
  readonly text: string;
  /** What it is marked as. */
  readonly mark?: { readonly name: string; readonly probability: number };
}

export interface RankedChoice {
  readonly name: string;
  readonly probability: number;
  /** From which on it is chosen, where choices are made one by one. */
  readonly threshold: number | undefined;
}

/**
 * Reads predictions by their form: the first field is the answer, lists of names with probabilities are choices. Its
 * source is what the page carries: it refers to nothing outside.
 */
export function predictionReader() {
  function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
  }

  function textOf(value: unknown): string {
    if (value === null) return "none of these";
    if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(textOf).join(", ");
    if (typeof value === "number") return value.toLocaleString("en", { maximumSignificantDigits: 5 });
    return isObject(value) ? JSON.stringify(value) : String(value);
  }

  /** `{ label: "a", probability: 0.9 }`, also with a threshold. */
  function choiceOf(value: unknown): RankedChoice | undefined {
    if (!isObject(value)) return undefined;
    const name = Object.values(value).find((each) => typeof each === "string");
    const { probability, threshold } = value;
    if (typeof name !== "string" || typeof probability !== "number") return undefined;
    return { name, probability, threshold: typeof threshold === "number" ? threshold : undefined };
  }

  /** Choices of one place: a list of them, or `{ a: 0.9, b: 0.1 }`. */
  function rankingOf(value: unknown): readonly RankedChoice[] | undefined {
    const listed = Array.isArray(value)
      ? value.map(choiceOf)
      : isObject(value)
        ? Object.entries(value).map(([name, probability]) => choiceOf({ name, probability }))
        : [];
    const choices = listed.filter((choice) => choice !== undefined);
    if (choices.length === 0 || choices.length < listed.length) return undefined;
    return choices.sort((a, b) => b.probability - a.probability);
  }

  /** A text in pieces by what is marked in it: `[{ start, end, label, score }]`, in order and apart from each other. */
  function piecesOf(text: string, value: unknown): MarkedPiece[] | undefined {
    if (!Array.isArray(value) || !value.every(isObject)) return undefined;
    const pieces: MarkedPiece[] = [];
    let done = 0;
    for (const { start, end, label, score } of value) {
      if (typeof start !== "number" || typeof end !== "number" || typeof label !== "string") return undefined;
      if (typeof score !== "number") return undefined;
      if (start > done) pieces.push({ text: text.slice(done, start) });
      pieces.push({ text: text.slice(start, end), mark: { name: label, probability: score } });
      done = end;
    }
    if (done < text.length) pieces.push({ text: text.slice(done) });
    return pieces;
  }

  /** `Anna (PER), Oslo (LOC)`. */
  function marksOf(pieces: readonly MarkedPiece[]): string {
    return textOf(pieces.flatMap(({ text, mark }) => (mark === undefined ? [] : [`${text} (${mark.name})`])));
  }

  function read(prediction: Readonly<Record<string, unknown>>): ReadPrediction {
    const { text, entities } = prediction;
    const marked = typeof text === "string" ? piecesOf(text, entities) : undefined;
    if (marked !== undefined) {
      return { answer: marksOf(marked), isRejected: false, probability: undefined, rankings: [], marked, facts: [] };
    }
    const [[, first] = ["", ""], ...rest] = Object.entries(prediction);
    const rankings: (readonly RankedChoice[])[] = [];
    const facts: [string, string][] = [];
    const isRejected = first === null && prediction["rejected"] === true;
    for (const [name, value] of rest) {
      const one = rankingOf(value);
      const several = Array.isArray(value) ? value.map(rankingOf).filter((each) => each !== undefined) : [];
      if (one !== undefined) rankings.push(one);
      else if (several.length > 0) rankings.push(...several);
      else if (name !== "probability" && !(isRejected && name === "rejected")) facts.push([name, textOf(value)]);
    }
    const { probability } = prediction;
    return {
      answer: textOf(first),
      isRejected,
      probability: !isRejected && typeof probability === "number" ? probability : undefined,
      rankings,
      marked: undefined,
      facts,
    };
  }

  return { read };
}

export type PredictionReader = ReturnType<typeof predictionReader>;
