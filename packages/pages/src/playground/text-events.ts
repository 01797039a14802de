import type { KeyKeeper } from "./key-keeper.ts";

/** A request for a text that comes in parts. */
export interface TextRequest {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  /** Is given each part as it comes. */
  readonly onText: (text: string) => void;
}

/** Reads texts that the server writes, as OpenAI's routes stream them. Its source is what the page carries: it refers to nothing outside but its parameters. */
export function textEvents({ send }: KeyKeeper) {
  /** The data of server-sent events, up to the one that says that all were sent. */
  async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<string, undefined> {
    const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
    let held = "";
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const parts = (held + next.value).split("\n\n");
      held = parts.pop() ?? "";
      for (const part of parts) {
        const data = part.replace(/^data: /, "");
        if (data === "[DONE]") return;
        yield data;
      }
    }
  }

  /** Asks for a text; gives how many tokens it has, and whether it ended by itself. */
  async function write({ path, body, signal, onText }: TextRequest): Promise<{ tokens: number; isWhole: boolean }> {
    const response = await send(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...body, stream: true, stream_options: { include_usage: true } }),
      signal,
    });
    if (response.body === null) return { tokens: 0, isWhole: false };
    let [tokens, isWhole] = [0, false];
    for await (const data of events(response.body)) {
      const { error, choices, usage } = JSON.parse(data);
      if (error !== undefined) throw new Error(error.message);
      const [choice] = choices;
      const text = choice?.text ?? choice?.delta?.content ?? "";
      if (text !== "") onText(text);
      isWhole ||= choice?.finish_reason === "stop";
      tokens = usage?.completion_tokens ?? tokens;
    }
    return { tokens, isWhole };
  }

  return { write };
}

export type TextEvents = ReturnType<typeof textEvents>;
