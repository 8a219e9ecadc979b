/** The header of an extension: what an application keeps in a sector that its updates leave alone. docs/extension.md */
import type { Finding, Place } from '../../flash/finding.ts';
import { bytes } from '../../flash/finding.ts';
import { crc32 } from '../../formats/crc32.ts';
import { particleFinding } from './findings.ts';

/** An extension's header. `address` is where it was linked for; `length` in bytes includes the header. */
export interface ExtensionHead {
  readonly version: number;
  readonly address: number;
  readonly length: number;
  readonly crc: number;
}

/** An extension that was read whole. */
export interface Extension {
  readonly head: ExtensionHead;
  /** The length in bytes, even if the header does not have it yet. */
  readonly length: number;
  readonly sound: boolean;
  /** Whether length and CRC are still to be filled in. */
  readonly lacksCrc: boolean;
}

/** The result of reading bytes as an extension; `cut-short` if they end before it does. */
export type ExtensionReading =
  | { readonly kind: 'not-an-extension' }
  | { readonly kind: 'cut-short'; readonly head: ExtensionHead; readonly findings: readonly Finding[] }
  | { readonly kind: 'extension'; readonly extension: Extension; readonly findings: readonly Finding[] };

/** Size of the header in bytes. */
export const EXTENSION_HEADER_SIZE = 32;
/** `SECTWEXT`. Its first word is neither an address in flash nor a stack pointer: no boot code takes it for a module. */
const MAGIC = [0x53, 0x45, 0x43, 0x54, 0x57, 0x45, 0x58, 0x54];
const AT = { format: 8, size: 10, reserved: 12, version: 16, address: 20, length: 24, crc: 28 };
const FORMAT = 1;

/** The header at the start of an extension; null if there is none of this format. */
export function readExtensionHead(data: Uint8Array): ExtensionHead | null {
  if (data.length < EXTENSION_HEADER_SIZE || !MAGIC.every((byte, i) => data[i] === byte)) return null;
  const view = viewOf(data);
  const known =
    view.getUint16(AT.format, true) === FORMAT &&
    view.getUint16(AT.size, true) === EXTENSION_HEADER_SIZE &&
    view.getUint32(AT.reserved, true) === 0xffffffff;
  if (!known) return null;
  return {
    version: view.getUint32(AT.version, true),
    address: view.getUint32(AT.address, true),
    length: view.getUint32(AT.length, true),
    crc: view.getUint32(AT.crc, true),
  };
}

/** Reads and checks an extension at the start of these bytes. Never throws. */
export function readExtension(data: Uint8Array, place: Place): ExtensionReading {
  const head = readExtensionHead(data);
  if (head === null) return { kind: 'not-an-extension' };
  if (head.length === 0 && head.crc === 0) {
    const extension = { head, length: data.length, sound: false, lacksCrc: true };
    return { kind: 'extension', extension, findings: [particleFinding('extension-without-crc', place)] };
  }
  if (head.length > data.length || head.length < EXTENSION_HEADER_SIZE) {
    const values = { says: bytes(head.length), has: bytes(data.length) };
    return { kind: 'cut-short', head, findings: [particleFinding('extension-cut-short', place, values)] };
  }
  const computed = checksum(data.subarray(0, head.length));
  const sound = computed === head.crc;
  const values = { stored: word(head.crc), computed: word(computed) };
  return {
    kind: 'extension',
    extension: { head, length: head.length, sound, lacksCrc: false },
    findings: sound ? [] : [particleFinding('extension-crc-wrong', place, values)],
  };
}

/** A copy with length and CRC filled in; all of `data` is the extension. Throws a `RangeError` without its header. */
export function withExtensionCrc(data: Uint8Array): Uint8Array {
  if (readExtensionHead(data) === null) throw new RangeError('there is no extension to fill the CRC into');
  const filled = data.slice();
  viewOf(filled).setUint32(AT.length, filled.length, true);
  viewOf(filled).setUint32(AT.crc, checksum(filled), true);
  return filled;
}

/** The CRC-32 of everything but the CRC itself: the header counts too. */
function checksum(data: Uint8Array): number {
  return crc32(data.subarray(EXTENSION_HEADER_SIZE), crc32(data.subarray(0, AT.crc)));
}

function word(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(8, '0')}`;
}

function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}
