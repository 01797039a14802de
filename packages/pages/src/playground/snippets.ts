/** A request as the page sends it. */
export interface SnippetRequest {
  readonly url: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** What of the answer a program is after. Default `predictions`. */
  readonly given?: "predictions" | "choices";
}

/** Requests as programs that others can run. Its source is what the page carries: it refers to nothing outside. */
export function snippetWriter() {
  /** One word of a POSIX shell, whatever is in the text. */
  function shellWord(text: string): string {
    return `'${text.replaceAll("'", `'\\''`)}'`;
  }

  function curl({ url, body }: SnippetRequest): string {
    const json = shellWord(JSON.stringify(body));
    return `curl ${shellWord(url)} \\\n  --header 'content-type: application/json' \\\n  --data-raw ${json}`;
  }

  function typescript({ url, body, given = "predictions" }: SnippetRequest): string {
    const json = JSON.stringify(body, undefined, 2).replaceAll("\n", "\n  ");
    return `const response = await fetch(${JSON.stringify(url)}, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(${json}),
});
const { ${given} } = await response.json();
console.log(${given});`;
  }

  return { curl, typescript };
}

export type SnippetWriter = ReturnType<typeof snippetWriter>;
