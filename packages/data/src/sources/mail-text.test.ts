import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mailText } from "./mail-text.ts";

const HEADERS = "From: a@b.example\nTo: c@d.example\nDate: Thu, 22 Aug 2002 18:26:25 +0700\n";

function text(mail: string, encoding: BufferEncoding = "utf8"): Promise<string> {
  return mailText(Buffer.from(mail, encoding));
}

describe("mailText", () => {
  test("is the subject and the body, without any other header", async () => {
    expect(await text(`From x Thu Aug 22 2002\n${HEADERS}Subject: Lunch?\nList-Id: <l.example>\n\nAt noon.\n`)).toBe(
      "Lunch?\nPlain text.\nAt noon.",
    );
  });

  test("decodes encoded words, quoted-printable and charsets", async () => {
    const mail = `${HEADERS}Subject: =?iso-8859-1?Q?Gr=FC=DFe?=\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nsch=F6n=\ne Zeit\n`;
    expect(await text(mail)).toBe("Grüße\nPlain text.\nschöne Zeit");
    expect(
      await text(`${HEADERS}Content-Type: text/plain; charset=koi8-r\n\n\xd0\xd2\xc9\xd7\xc5\xd4\n`, "latin1"),
    ).toBe("Plain text.\nпривет");
    expect(await text(`${HEADERS}Content-Type: text/plain; charset=no-such\n\nplain\n`)).toBe("Plain text.\nplain");
  });

  test("takes the plain part of a mail that also has HTML, and leaves attachments out", async () => {
    const parts = [
      "Content-Type: text/plain\n\nplain words",
      "Content-Type: text/html\n\n<p>html words</p>",
      "Content-Type: application/octet-stream\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\nc2VjcmV0",
    ];
    const body = parts.map((part) => `--x\n${part}\n`).join("");
    const mail = `${HEADERS}Subject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n${body}--x--\n`;
    const result = await text(mail);
    expect(result).toMatch(/^s\nPlain text and HTML\.\nplain words/);
    expect(result).not.toContain("secret");
    expect(result).not.toContain("c2VjcmV0");
  });

  test("turns HTML into what a reader sees, also when it calls itself plain", async () => {
    const html =
      '<html><head><style>p{}</style></head><body><h1>Buy</h1><p>now &amp; <a href="http://x.example/1">here</a><img src="http://y.example"></p></body></html>';
    for (const type of ["text/html", "text/plain"]) {
      expect(await text(`${HEADERS}Subject: s\nContent-Type: ${type}\n\n${html}\n`)).toBe(
        "s\nHTML only with links, pictures.\nBuy\n\nnow & here",
      );
    }
  });

  test("says whether a plain mail has links", async () => {
    expect(await text(`${HEADERS}\nsee http://x.example\n`)).toBe("Plain text with links.\nsee http://x.example");
    expect(await text(`${HEADERS}\nsee you\n`)).toBe("Plain text.\nsee you");
  });

  test("shortens link addresses to their host and runs of one character to three", async () => {
    expect(await text(`${HEADERS}\n===== http://x.example/a/b?c=d#e =====\n$$$$$$ aaaaa 11111\n`)).toBe(
      "Plain text with links.\n=== http://x.example ===\n$$$ aaaaa 11111",
    );
  });

  test("takes out what only marks where a mail was collected", async () => {
    const body = [
      "What a person wrote stays; a mailing list is mentioned.",
      "SPAM: ---- Start SpamAssassin results ----",
      "SPAM: 7.1 hits, 5 required",
      "> X-Spam-Status: No",
    ].join("\n");
    expect(await text(`${HEADERS}Subject: Re: [folk] *****SPAM***** Hello\n\n${body}\n`)).toBe(
      "Re: Hello\nPlain text.\nWhat a person wrote stays; a mailing list is mentioned.",
    );
  });

  test("keeps what follows a long rule", async () => {
    const rule = "_".repeat(40);
    expect(await text(`${HEADERS}\nabove\n${rule}\nName and address\n`)).toBe(
      "Plain text.\nabove\n___\nName and address",
    );
  });

  test("answers any bytes with a text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        const result = await mailText(Buffer.from(bytes));
        expect(typeof result).toBe("string");
      }),
    );
    expect(await text("")).toBe("");
  });

  test("stays quick on deep and long HTML", async () => {
    expect(await text(`${HEADERS}Content-Type: text/html\n\n${"<div>".repeat(20_000)}x`)).toBeTypeOf("string");
    expect(await text(`${HEADERS}Content-Type: text/html\n\n${"<br>word ".repeat(50_000)}`)).toContain("word");
    expect(await text(`${HEADERS}\n${"_".repeat(100_000)}\n${"-".repeat(100_000)}`)).toContain("___");
    expect((await text(`${HEADERS}\n${"a".repeat(200_000)}`)).length).toBeLessThanOrEqual(
      50_000 + "Plain text.\n".length,
    );
  });
});
