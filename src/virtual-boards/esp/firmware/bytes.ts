/** Writes text at `at`, truncated or zero-padded to `size` bytes, the last of which is always zero. */
export function putText(out: Uint8Array, at: number, size: number, text: string): void {
  out.fill(0, at, at + size);
  out.set(new TextEncoder().encode(text).subarray(0, size - 1), at);
}

/** A little-endian view of bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
