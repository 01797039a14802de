import { ModelwrightError, type OwnManifestOf } from "@modelwright/contracts";
import type { TextTokenizer } from "@modelwright/data";

type Ids = Pick<
  OwnManifestOf<"masked-language-modeling">["preprocessing"],
  "padId" | "unknownId" | "clsId" | "sepId" | "maskId"
>;

/** What families call the token that stands for a masked one. */
const MASKS = ["[MASK]", "<mask>"];

/**
 * The special tokens of a published encoder: those that its tokenizer puts around a text, and its mask.
 *
 * @param options.padId Fills the places behind a shorter text.
 * @param options.name The encoder's, for messages.
 * @throws {ModelwrightError} `TOKENIZER_INVALID` where one is missing.
 */
export function publishedTokenIds(
  tokenizer: TextTokenizer,
  { padId, name }: { readonly padId: number; readonly name: string },
): Ids {
  const { before, after } = tokenizer.frame;
  const around = tokenizer.read("", before + after);
  const [clsId, sepId] = [around.at(0), around.at(-1)];
  const maskId = MASKS.map((token) => tokenizer.idOf(token)).find((id) => id !== undefined);
  const file = `${name}/tokenizer.json`;
  if (maskId === undefined) {
    throw new ModelwrightError("TOKENIZER_INVALID", { file, problem: `it has no token ${MASKS.join(" or ")}` });
  }
  if (before !== 1 || after !== 1 || clsId === undefined || sepId === undefined) {
    throw new ModelwrightError("TOKENIZER_INVALID", {
      file,
      problem: "it does not put one token on either side of a text",
    });
  }
  return { padId, unknownId: tokenizer.unknownId ?? padId, clsId, sepId, maskId };
}
