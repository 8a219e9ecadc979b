/** Base64 (RFC 4648) of bytes. */

/** Bytes at once: a call takes that many arguments. */
const PIECE = 0x3000;

/** The base64 text of bytes, with padding. */
export function toBase64(data: Uint8Array): string {
  let text = '';
  // A multiple of three, so that the pieces can be joined.
  for (let at = 0; at < data.length; at += PIECE) text += btoa(String.fromCharCode(...data.subarray(at, at + PIECE)));
  return text;
}

/** The bytes of a base64 text, in which white space is allowed; null if it is none. */
export function fromBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
