import { dtypeOfOnnx } from "../../tensor/dtype.ts";
import type { ValueDescription } from "../runtime.ts";
import { allocateWords } from "./memory.ts";
import { check, type Native, query } from "./native.ts";
import { readTypeAndShape } from "./values.ts";

/** Names, types and shapes of a session's inputs or outputs, in the model's order. */
export function describeValues(native: Native, session: bigint, role: "Input" | "Output"): ValueDescription[] {
  const { functions, koffi } = native;
  const where = `the model's ${role.toLowerCase()}s`;
  const count = Number(query(native, where, (out) => functions[`SessionGet${role}Count`](session, out)));
  return Array.from({ length: count }, (_, index) => {
    const text = query(native, where, (out) =>
      functions[`SessionGet${role}Name`](session, index, native.allocator, out),
    );
    const name = koffi.decode.string(text);
    check(native, functions.AllocatorFree(native.allocator, text), where);

    const typeInfo = query(native, where, (out) => functions[`SessionGet${role}TypeInfo`](session, index, out));
    try {
      // Belongs to `typeInfo`; 0 for sequences and maps.
      const info = query(native, where, (out) => functions.CastTypeInfoToTensorInfo(typeInfo, out));
      if (info === 0n) return { name, dtype: "unsupported", shape: [] };
      const { type, shape } = readTypeAndShape(native, info, where);
      const names = allocateWords(koffi, shape.length);
      check(native, functions.GetSymbolicDimensions(info, names.address, shape.length), where);
      return {
        name,
        dtype: dtypeOfOnnx(type) ?? "unsupported",
        shape: shape.map((size, axis) => (size >= 0 ? size : koffi.decode.string(names.words[axis]) || -1)),
      };
    } finally {
      functions.ReleaseTypeInfo(typeInfo);
    }
  });
}
