import { describe, expect, test } from "vitest";
import { addDimensions, divideDimensions, multiplyDimensions } from "./shape.ts";

describe("products of sizes", () => {
  test("have one name, whatever the order", () => {
    expect(multiplyDimensions([2, "sequence", "batch", 3])).toBe("6*batch*sequence");
    expect(multiplyDimensions(["2*batch", "sequence"])).toBe("2*batch*sequence");
    expect(multiplyDimensions(["batch", 0])).toBe(0);
  });

  test("keep a sum that holds products whole", () => {
    const sum = addDimensions(["a*b", 1]);
    expect(sum).toBe("(a*b+1)");
    expect(multiplyDimensions([sum, 2, "c"])).toBe("2*(a*b+1)*c");
    expect(multiplyDimensions(["(x*z+1)", "Y"])).toBe("(x*z+1)*Y");
    expect(multiplyDimensions([addDimensions([sum, "d"]), "c"])).toBe("((a*b+1)+d)*c");
    expect(divideDimensions("2*(a*b+1)*c", "c")).toBe("2*(a*b+1)");
    expect(divideDimensions("2*(a*b+1)*c", "b")).toBeUndefined();
    expect(divideDimensions("(a*b*c+1)", "b")).toBeUndefined();
    expect(divideDimensions("(a*b+1)*c", "(a*b+1)")).toBe("c");
  });
});
