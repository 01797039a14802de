import type { DomKit } from "./dom-kit.ts";
import type { MarkedPiece, PredictionReader, RankedChoice } from "./read-prediction.ts";

/** Shows predictions. Its source is what the page carries: it refers to nothing outside but its parameters. */
export function answerViews({ make }: DomKit, { read }: PredictionReader) {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

  function bar({ name, probability, threshold }: RankedChoice, isChosen: boolean): HTMLElement {
    const filled = make("i");
    filled.style.width = `${100 * probability}%`;
    const track = make("span", filled, { class: "track", "aria-hidden": "true" });
    if (threshold !== undefined) {
      const mark = make("b");
      mark.style.left = `${100 * threshold}%`;
      track.append(mark);
    }
    const label = make("span", make("bdi", name), { class: "name", title: name.slice(0, 300) });
    return make(
      "li",
      [label, track, make("span", percent(probability), { class: "figures" })],
      isChosen ? { class: "chosen" } : {},
    );
  }

  function bars(choices: readonly RankedChoice[], isRejected: boolean): HTMLElement {
    const hasThresholds = choices.some(({ threshold }) => threshold !== undefined);
    const list = make(
      "ol",
      choices.map((choice, index) =>
        bar(choice, hasThresholds ? choice.probability >= (choice.threshold ?? 1) : index === 0 && !isRejected),
      ),
    );
    if (!hasThresholds) return list;
    return make("div", [
      list,
      make("p", "The mark on each bar is the probability from which on the label is given.", { class: "note" }),
    ]);
  }

  /** A text with what is marked in it, each mark with its name and how sure the model is of it. */
  function markedText(pieces: readonly MarkedPiece[]): HTMLElement {
    const parts = pieces.map(({ text, mark }) =>
      mark === undefined
        ? make("span", text)
        : make("mark", [make("bdi", text), make("small", ` ${mark.name} ${percent(mark.probability)}`)]),
    );
    return make("p", parts, { class: "written", dir: "auto" });
  }

  /** One prediction, whole. */
  function whole(item: string, prediction: Readonly<Record<string, unknown>>): HTMLElement {
    const { answer, isRejected, probability, rankings, marked, facts } = read(prediction);
    if (marked !== undefined) {
      const nothing = marked.some(({ mark }) => mark !== undefined) ? "" : "Nothing is marked in it.";
      return make("div", [markedText(marked), make("p", nothing, { class: "note" })]);
    }
    const isLong = answer.length > 60;
    const sure = probability === undefined ? "" : ` ${percent(probability)}`;
    return make("div", [
      make("p", item, { class: "asked", dir: "auto" }),
      make(isLong ? "p" : "h2", [make("bdi", answer), make("small", sure)], { class: isLong ? "written" : "answer" }),
      ...(isRejected
        ? [make("p", "The likeliest label is not likely enough to be the answer.", { class: "note" })]
        : []),
      ...rankings.map((choices) => bars(choices, isRejected)),
      ...facts.map(([name, value]) => make("p", [make("small", `${name} `), value], { class: "fact" })),
    ]);
  }

  /** A line per prediction, which unfolds. */
  function list(items: readonly string[], predictions: readonly Readonly<Record<string, unknown>>[]): HTMLElement {
    const lines = predictions.map((prediction, index) => {
      const { answer, probability } = read(prediction);
      const sure = probability === undefined ? [] : [make("span", percent(probability), { class: "figures" })];
      const line = make("summary", [
        make("span", items[index] ?? "", { class: "text", dir: "auto" }),
        make("span", make("bdi", answer), { class: "given" }),
        ...sure,
      ]);
      return make("details", [line, whole(items[index] ?? "", prediction)], { class: "line" });
    });
    return make("div", lines, { class: "lines" });
  }

  return { whole, list };
}

export type AnswerViews = ReturnType<typeof answerViews>;
