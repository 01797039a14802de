/** Lines without their ends (`\n` or `\r\n`), also the last one when nothing ends it. */
export async function* textLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let pending = "";
  for await (const chunk of chunks) {
    const parts = (pending + chunk).split("\n");
    pending = parts.pop()!;
    for (const part of parts) yield part.replace(/\r$/, "");
  }
  if (pending !== "") yield pending.replace(/\r$/, "");
}
