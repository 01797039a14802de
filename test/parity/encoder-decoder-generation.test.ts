import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadTokenizer } from "@modelwright/data";
import { defaultRuntime, encodeModel } from "@modelwright/engine";
import { type GenerateOptions, SequenceToSequenceModel } from "@modelwright/inference";
import { buildSourceEncoder, buildTargetDecoder, resolvePretrainedEncoderDecoder } from "@modelwright/models";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

// What `generate` of transformers writes by small random models (fixtures/make-encoder-decoder-fixtures.py).
const root = fileURLToPath(new URL("fixtures/encoder-decoders/", import.meta.url));
const names = readdirSync(root, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
const MOST_TOKENS = 12;

/** Our options for each of its ways. */
const WAYS: Readonly<Record<string, GenerateOptions>> = {
  greedy: {},
  repetitionPenalty: { repetitionPenalty: 1.5 },
  beams: { beams: 3 },
  beamsLonger: { beams: 4, lengthPenalty: 2 },
};

describe.each(names)("%s", (name) => {
  const { sources, written } = JSON.parse(readFileSync(`${root}${name}/generated.json`, "utf8")) as {
    readonly sources: readonly string[];
    readonly written: Readonly<Record<string, readonly (readonly number[])[]>>;
  };
  let model: SequenceToSequenceModel;
  beforeAll(async () => {
    const runtime = await defaultRuntime();
    const loaded = await (await resolvePretrainedEncoderDecoder(`./${name}`, { baseDir: root })).load();
    const open = (build: typeof buildSourceEncoder) =>
      runtime.createSession(encodeModel(build(loaded).graph), { threads: 1 });
    const [encoder, decoder] = [await open(buildSourceEncoder), await open(buildTargetDecoder)];
    const preprocessing = { prefix: "", maxSourceLength: 64, maxTargetLength: MOST_TOKENS, startId: 0, endIds: [1] };
    const tokenizer = loadTokenizer(loaded.tokenizerJson);
    model = new SequenceToSequenceModel({ preprocessing } as never, { tokenizer, encoder, decoder, runtime });
  });
  afterAll(() => model.release());

  test.each(Object.keys(WAYS))("writes what transformers writes: %s", async (way) => {
    for (const [row, source] of sources.entries()) {
      const tokens = written[way]![row]!;
      const { text, tokens: count, finish } = await model.transform(source, WAYS[way]);
      expect(text).toBe(model.tokenizer.decode(tokens));
      expect(count).toBe(tokens.length);
      expect(finish).toBe(tokens.length < MOST_TOKENS ? "end-of-text" : "max-tokens");
    }
  });

  test("writes the same side by side, also where one begins while others are written", async () => {
    const alone: string[] = [];
    for (const source of sources) alone.push((await model.transform(source)).text);
    expect((await model.predict(sources)).map(({ text }) => text)).toEqual(alone);
    let late: Promise<{ readonly text: string }> | undefined;
    const first = model.transform(sources[0]!, {
      onText: () => {
        late ??= model.transform(sources[1]!);
      },
    });
    const beside = await Promise.all([first, model.transform(sources[2]!)]);
    expect([beside[0].text, (await late!).text, beside[1].text]).toEqual(alone);
  });
});
