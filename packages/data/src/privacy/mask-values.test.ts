import { expect, test } from "vitest";
import { maskPersonalData } from "./mask-values.ts";

test("texts of any value are masked, what is nobody's stays", () => {
  const row = { contact: "ada@example.com", age: 41, note: ["card 4111 1111 1111 1111", null, true], id: "x7" };
  const masked = { contact: "[EMAIL]", age: 41, note: ["card [CARD]", null, true], id: "x7" };
  expect(maskPersonalData(row)).toEqual(masked);
  expect(maskPersonalData("请致电 13800138000 办理退款")).toBe("请致电 [PHONE] 办理退款");
});

test("the name of a key tells what stands there, of numbers as well", () => {
  const row = { last_name: "Lindqvist", phone: 13_800_138_000, card: 4_111_111_111_111_111, amount: 1_250_000, v: 0.5 };
  expect(maskPersonalData(row)).toEqual({
    last_name: "[NAME]",
    phone: "[PHONE]",
    card: "[CARD]",
    amount: 1_250_000,
    v: 0.5,
  });
});

test("a key that is a trap is a key", () => {
  const row = JSON.parse('{"__proto__": "a@b.org", "constructor": "x"}') as object;
  expect(JSON.stringify(maskPersonalData(row))).toBe('{"__proto__":"[EMAIL]","constructor":"x"}');
});
