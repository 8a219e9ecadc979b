/**
 * Reads the descriptors of a DFU interface: the functional one, and the names of its alternate settings, which WebUSB
 * does not give on Linux. The `dfu` package parses them, from bytes that are cleaned up first: a descriptor of length 0
 * would make it loop forever.
 */
import { parseConfigurationDescriptor } from 'dfu';
import { dfuFailure } from '../failures.ts';
import type { Answer, DfuLink } from './link.ts';

const CONFIGURATION = 2;
const STRING = 3;
const INTERFACE = 4;
const FUNCTIONAL = 0x21;
const HEAD = 9;
/** The most bytes of a configuration that are read: no DFU device comes near this. */
const LONGEST = 4096;
const ENGLISH = 0x0409;

/** The functional descriptor of an interface (DFU 1.1, 4.1.3). `transferSize` in bytes; `version` 0x011A is DfuSe. */
export interface Functional {
  readonly canDownload: boolean;
  readonly canUpload: boolean;
  readonly willDetach: boolean;
  readonly transferSize: number;
  readonly version: number;
}

/** The descriptors of one interface. `names` gives the string index of each alternate setting; 0 means no name. */
export interface Described {
  readonly functional: Functional | null;
  readonly names: ReadonlyMap<number, number>;
}

/** Reads the descriptors of one interface, in the configuration at this index of the device's list. */
export async function describe(link: DfuLink, configuration: number, interfaceNumber: number): Promise<Described> {
  const head = await link.descriptor(CONFIGURATION, configuration, 0, HEAD);
  if (head === 'stalled' || head.length < HEAD) throw badDescriptor('it does not report its configuration');
  const length = Math.min((head[2] ?? 0) | ((head[3] ?? 0) << 8), LONGEST);
  const all = await link.descriptor(CONFIGURATION, configuration, 0, length);
  if (all === 'stalled') throw badDescriptor('it does not report its configuration');
  return describedIn(all, interfaceNumber);
}

/** Reads what a configuration descriptor says about one interface. Accepts any bytes. */
export function describedIn(bytes: Uint8Array, interfaceNumber: number): Described {
  const names = new Map<number, number>();
  let functional: Functional | null = null;
  let inside = false;
  // By the class of the last interface the package knows that 0x21 is DFU's own descriptor and not, say, a HID's.
  for (const found of parseConfigurationDescriptor(new DataView(sound(bytes).buffer)).descriptors) {
    if ('bInterfaceNumber' in found) {
      inside = found.bInterfaceNumber === interfaceNumber;
      if (inside) names.set(found.bAlternateSetting, found.iInterface);
    } else if (found.bDescriptorType === FUNCTIONAL && !('descData' in found) && (inside || functional === null)) {
      functional = {
        canDownload: (found.bmAttributes & 1) !== 0,
        canUpload: (found.bmAttributes & 2) !== 0,
        willDetach: (found.bmAttributes & 8) !== 0,
        transferSize: found.wTransferSize,
        version: found.bcdDFUVersion,
      };
    }
  }
  return { functional, names };
}

/** The complete descriptors, one after the other; the shorter functional descriptor of DFU 1.0 is extended. */
function sound(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const kept: number[] = [...bytes.subarray(0, HEAD)];
  while (kept.length < HEAD) kept.push(0);
  for (let at = bytes[0] ?? 0; at >= HEAD && at + 1 < bytes.length;) {
    const length = bytes[at] ?? 0;
    const type = bytes[at + 1];
    if (length < 2 || at + length > bytes.length) break;
    const own = [...bytes.subarray(at, at + length)];
    // DFU 1.0 has no bcdDFUVersion.
    if (type === FUNCTIONAL && length === 7) own.splice(0, 7, 9, ...own.slice(1), 0x00, 0x01);
    if ((type !== FUNCTIONAL && type !== INTERFACE) || own.length >= HEAD) kept.push(...own);
    at += length;
  }
  return Uint8Array.from(kept);
}

/** A string descriptor in the device’s first language; null if the device does not return it. */
export async function readString(link: DfuLink, index: number): Promise<string | null> {
  if (index === 0) return null;
  const languages = await stringOf(link, 0, 0, 4);
  const known = languages === 'stalled' || languages.length < 4 ? 0 : (languages[2] ?? 0) | ((languages[3] ?? 0) << 8);
  const bytes = await stringOf(link, index, known === 0 ? ENGLISH : known, 255);
  if (bytes === 'stalled' || bytes.length < 2) return null;
  const end = Math.min(bytes[0] ?? 0, bytes.length);
  let text = '';
  for (let at = 2; at + 1 < end; at += 2) text += String.fromCharCode((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8));
  return text;
}

/** A string descriptor. Retried after one stall: a memory that lost its name to it would be missing from the map. */
async function stringOf(link: DfuLink, index: number, language: number, length: number): Promise<Answer<Uint8Array>> {
  const first = await link.descriptor(STRING, index, language, length);
  return first === 'stalled' ? link.descriptor(STRING, index, language, length) : first;
}

/** The failure for invalid descriptors; `reason` is a clause. */
export function badDescriptor(reason: string) {
  return dfuFailure('dfu-bad-descriptor', { values: { reason } });
}
