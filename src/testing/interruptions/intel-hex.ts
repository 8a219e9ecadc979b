/** Files that contain their own addresses. */

/** Bytes at an address as Intel HEX. */
export function intelHex(start: number, data: Uint8Array): Uint8Array {
  const record = (type: number, address: number, bytes: readonly number[]) => {
    const all = [bytes.length, (address >> 8) & 0xff, address & 0xff, type, ...bytes];
    const sum = -all.reduce((total, byte) => total + byte, 0) & 0xff;
    return `:${[...all, sum].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  };
  const lines: string[] = [];
  for (let at = 0; at < data.length;) {
    const address = start + at;
    lines.push(record(4, 0, [address >>> 24, (address >>> 16) & 0xff]));
    const room = Math.min(32, 0x10000 - (address & 0xffff));
    lines.push(record(0, address & 0xffff, [...data.subarray(at, at + room)]));
    at += room;
  }
  return new TextEncoder().encode([...lines, record(1, 0, []), ''].join('\n'));
}
