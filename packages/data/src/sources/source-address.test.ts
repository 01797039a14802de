import { afterEach, expect, test, vi } from "vitest";
import { selectionOf, withoutSecrets, withVariables } from "./source-address.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each([
  ["postgres://reader:secret@host:5432/shop?sslmode=require&table=t", "postgres://host:5432/shop?table=t"],
  ["postgres://reader:s@cr@et@host/shop", "postgres://host/shop"],
  ["https://user:secret@host/a.csv?X-Amz-Signature=secret", "https://host/a.csv"],
  ["https://host/a.csv#secret", "https://host/a.csv"],
  ["s3://bucket/a b.csv", "s3://bucket/a b.csv"],
  ["sqlite:a.db?table=t", "sqlite:a.db?table=t"],
  ["notes:june.csv", "notes:june.csv"],
])("%s is called %s", (address, shown) => {
  expect(withoutSecrets(address)).toBe(shown);
});

test.each([
  ["a.db?table=my%20table", { address: "a.db", selection: { table: "my table" } }],
  ["a.db?query=select '100%' & 1;", { address: "a.db", selection: { query: "select '100%' & 1" } }],
  ["//h/d?sslmode=require&table=t", { address: "//h/d?sslmode=require", selection: { table: "t" } }],
  ["//h/d?table=t&sslmode=require", { address: "//h/d?sslmode=require", selection: { table: "t" } }],
  ["//h/d?sslmode=require", { address: "//h/d?sslmode=require", selection: {} }],
])("%s names a database and what is read of it", (address, expected) => {
  expect(selectionOf(address, undefined)).toEqual(expected);
});

test("a query beside the address goes before what stands in it", () => {
  expect(selectionOf("a.db?table=t", "select 1")).toEqual({ address: "a.db", selection: { query: "select 1" } });
});

test("a variable stands for a secret, whatever characters are in it", () => {
  vi.stubEnv("SHOP_PASSWORD", "p@ss/word");
  expect(withVariables(`postgres://reader:\${SHOP_PASSWORD}@host/shop`)).toBe(
    "postgres://reader:p%40ss%2Fword@host/shop",
  );
  expect(() => withVariables(`postgres://reader:\${NO_SUCH_PASSWORD}@host/shop`)).toThrow(
    expect.objectContaining({
      code: "DATA_VARIABLE_MISSING",
      details: { source: "postgres://host/shop", variable: "NO_SUCH_PASSWORD" },
    }),
  );
});
