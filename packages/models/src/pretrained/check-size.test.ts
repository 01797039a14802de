import { describe, expect, test } from "vitest";
import { checkSize } from "./check-size.ts";

/** A parameter of so many values, none of which is looked at. */
const ofSize = (length: number) =>
  new Map([
    ["weight", { name: "weight", tensor: { dtype: "float32", shape: [length], data: { length } }, decay: true }],
  ]);

describe("the size of a pretrained model", () => {
  test.each([494_032_768, 536_608_768])("%i parameters fit a file", (length) => {
    expect(() => checkSize(ofSize(length) as never, "model.safetensors")).not.toThrow();
  });

  test.each([536_608_769, 1_235_814_400])("%i parameters are refused before anything is trained", (length) => {
    expect(() => checkSize(ofSize(length) as never, "model.safetensors")).toThrow(
      expect.objectContaining({ code: "MODEL_TOO_LARGE", message: expect.stringContaining("536608768") }),
    );
  });
});
