import type { DomKit } from "./dom-kit.ts";
import type { TextEvents, TextRequest } from "./text-events.ts";

/** A turn of a conversation, as the server takes it. */
export interface PlaygroundTurn {
  readonly role: "user" | "assistant";
  readonly content: string;
}

/** What is to be written. */
export interface PanelRequest extends Omit<TextRequest, "onText"> {
  /** What stands before the text: of a conversation the turn that is to be answered. */
  readonly prompt: string;
  readonly isConversation: boolean;
  /** Of the model: `help-desk version 3`. */
  readonly model: string;
}

/** Shows texts as they are written, and keeps the conversation. Its source is what the page carries: it refers to nothing outside but its parameters. */
export function writingPanel({ make }: DomKit, { write }: TextEvents, card: HTMLElement) {
  let turns: readonly PlaygroundTurn[] = [];

  function shownTurn({ role, content }: PlaygroundTurn, text: string | Node = content): HTMLElement {
    return make("p", [make("small", role === "user" ? "You" : "Model"), text], { class: `turn ${role}`, dir: "auto" });
  }

  /** Writes, and gives the text; what is wrong is thrown, and a text that was stopped stays. */
  async function show({ prompt, isConversation, model, ...request }: PanelRequest): Promise<string> {
    const start = performance.now();
    const written = make("span");
    const note = make("p", `${model}, writing …`, { class: "note" });
    const asked: PlaygroundTurn = { role: "user", content: prompt };
    const shown = isConversation
      ? [...[...turns, asked].map((turn) => shownTurn(turn)), shownTurn({ role: "assistant", content: "" }, written)]
      : [make("p", [make("span", prompt, { class: "before" }), written], { class: "written", dir: "auto" })];
    card.replaceChildren(...shown, note);
    card.hidden = false;
    const tell = (words: string) => {
      note.textContent = `${model}, ${words}${(performance.now() - start).toFixed(0)} ms`;
    };
    try {
      const { tokens, isWhole } = await write({ ...request, onText: (text) => written.append(text) });
      tell(`${tokens} ${tokens === 1 ? "token" : "tokens"}${isWhole ? "" : ", as many as were asked for"}, `);
    } catch (error) {
      if (!request.signal.aborted) throw error;
      tell("stopped after ");
    }
    const text = written.textContent ?? "";
    if (isConversation) turns = [...turns, asked, { role: "assistant", content: text }];
    return text;
  }

  return {
    show,
    /** What was said so far. */
    turns: () => turns,
    forget: () => {
      turns = [];
    },
  };
}

export type WritingPanel = ReturnType<typeof writingPanel>;
