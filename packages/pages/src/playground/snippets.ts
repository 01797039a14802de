/** A request as the page sends it. */
export interface SnippetRequest {
  readonly url: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Whether it needs a key, which is not written into it. */
  readonly needsKey?: boolean;
  /** What of the answer a program is after. Default `predictions`. */
  readonly given?: "predictions" | "choices";
}

/** Requests as programs that others can run. Its source is what the page carries: it refers to nothing outside. */
export function snippetWriter() {
  /** One word of a POSIX shell, whatever is in the text. */
  function shellWord(text: string): string {
    return `'${text.replaceAll("'", `'\\''`)}'`;
  }

  function curl({ url, body, needsKey = false }: SnippetRequest): string {
    const json = shellWord(JSON.stringify(body));
    const key = needsKey ? ` \\\n  --header "authorization: Bearer $MODELWRIGHT_KEY"` : "";
    return `curl ${shellWord(url)}${key} \\\n  --header 'content-type: application/json' \\\n  --data-raw ${json}`;
  }

  function typescript({ url, body, needsKey = false, given = "predictions" }: SnippetRequest): string {
    const json = JSON.stringify(body, undefined, 2).replaceAll("\n", "\n  ");
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the program's own template.
    const key = needsKey ? ", authorization: `Bearer ${process.env.MODELWRIGHT_KEY}`" : "";
    return `const response = await fetch(${JSON.stringify(url)}, {
  method: "POST",
  headers: { "content-type": "application/json"${key} },
  body: JSON.stringify(${json}),
});
const { ${given} } = await response.json();
console.log(${given});`;
  }

  return { curl, typescript };
}

export type SnippetWriter = ReturnType<typeof snippetWriter>;
