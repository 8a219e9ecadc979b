/** Names of directory entries: the short name of 8 + 3 bytes, and the long one in the entries before it. */

// Code page 437, ESP-IDF's default (CONFIG_FATFS_CODEPAGE), from byte 0x80 on.
const UPPER_HALF =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀' +
  'αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

/** The most UTF-16 units of a long name. */
export const LONGEST_NAME = 255;
/** UTF-16 units in one entry of a long name, and their offsets in it. */
export const LONG_UNITS = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30] as const;
/** Bits of the byte that says which part of a short name is shown in lower case. */
export const LOWER_BODY = 0x08;
export const LOWER_EXTENSION = 0x10;

function decoded(byte: number): string {
  return byte < 0x80 ? String.fromCharCode(byte) : UPPER_HALF.charAt(byte - 0x80);
}

/** Bytes in code page 437 as text, without the spaces behind it. */
export function oemText(field: Uint8Array): string {
  return Array.from(field, decoded).join('').trimEnd();
}

/** The byte of a character in code page 437; null if there is none. */
export function oemByte(character: string): number | null {
  const code = character.charCodeAt(0);
  if (code < 0x80) return code;
  const index = UPPER_HALF.indexOf(character);
  return index < 0 ? null : 0x80 + index;
}

/** A short name's 11 bytes as text: `CONFIG~1.DOT`. */
export function shortNameText(name: Uint8Array): string {
  let text = '';
  for (const [i, byte] of name.entries()) {
    if (byte === 0x20) continue;
    if (i === 8) text += '.';
    // 0xE5 marks a deleted entry, so a name that begins with it has 0x05.
    text += decoded(byte === 0x05 ? 0xe5 : byte);
  }
  return text;
}

/** A short name as it is shown where no long one belongs to it. */
export function shownShortName(name: Uint8Array, flags: number): string {
  const text = shortNameText(name);
  const dot = text.indexOf('.');
  const body = dot < 0 ? text : text.slice(0, dot);
  const extension = dot < 0 ? '' : text.slice(dot);
  const lower = (part: string): string => part.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return (flags & LOWER_BODY ? lower(body) : body) + (flags & LOWER_EXTENSION ? lower(extension) : extension);
}

/** The checksum of a short name that each part of its long name carries. */
export function shortNameSum(name: Uint8Array): number {
  let sum = 0;
  for (const byte of name.subarray(0, 11)) sum = (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff;
  return sum;
}

/** A name in the form in which names are compared: FAT does not tell capitals from small letters. */
export function foldedName(name: string): string {
  let text = '';
  for (const unit of name.split('')) {
    const upper = unit.toUpperCase();
    text += upper.length === 1 ? upper : unit;
  }
  return text;
}

/** Whether text has half a character: UTF-16 can, UTF-8 cannot. */
export function hasHalves(text: string): boolean {
  return /\p{Cs}/u.test(text);
}

/** Whether the firmware can open a file of this name, and a path can hold it. */
export function isUsableName(name: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return name !== '' && !hasHalves(name) && !/[\u0000-\u001f"*/:<>?\\|\u007f]/.test(name) && !/^\.+$/.test(name);
}
