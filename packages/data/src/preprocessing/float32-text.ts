/** Many float32 numbers as a text, which is shorter in JSON than their digits: base64, little-endian. */
export function toFloat32Text(values: Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");
}

export function fromFloat32Text(text: string): Float32Array<ArrayBuffer> {
  return new Float32Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);
}
