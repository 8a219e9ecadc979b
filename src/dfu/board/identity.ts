/** The identity that a board in DFU mode reports. */
import { plainName } from '../../flash/names.ts';
import type { Identity } from '../../flash/target.ts';
import { bytes } from '../../flash/finding.ts';
import { isUnset } from '../../flash/identity.ts';
import type { Functional } from '../protocol/descriptors.ts';
import type { DfuDevice } from '../protocol/device.ts';

/** What each DfuSe command is for (AN3156). */
const COMMANDS: Readonly<Record<number, string>> = {
  0x00: 'list of commands',
  0x21: 'set address',
  0x41: 'erase',
  0x92: 'remove read protection',
};

/** The USB IDs of a device in the usual notation: `2b04:d006`. */
export function usbId({ vendorId, productId }: Pick<USBDevice, 'vendorId' | 'productId'>): string {
  return [vendorId, productId].map((id) => id.toString(16).padStart(4, '0')).join(':');
}

/** A `bcdDFUVersion` in the usual notation: `1.1a` for 0x011A. */
export function dfuVersion(version: number): string {
  const digits = (version & 0xff).toString(16).padStart(2, '0');
  return `${version >> 8}.${digits.endsWith('0') ? digits.slice(0, 1) : digits}`;
}

/** What a device reports about itself, for display. `key` is null because whole series share one serial number. */
export function identityOf(usb: USBDevice, dfu: DfuDevice['dfu'], functional: Functional): Identity {
  const commands = dfu.commands?.map((code) => COMMANDS[code] ?? `0x${code.toString(16)}`) ?? [];
  const facts = [
    { name: 'USB id', value: usbId(usb) },
    { name: 'Maker', value: clean(usb.manufacturerName) },
    { name: 'Serial number', value: serialOf(usb) },
    { name: 'DFU', value: dfuVersion(functional.version) },
    { name: 'Transfer', value: bytes(dfu.transferSize) },
    { name: 'Commands', value: commands.join(', ') },
  ];
  return {
    family: 'dfu',
    chip: clean(usb.productName) || 'Board in DFU mode',
    // The version that a bootloader reports over USB is not the chip's.
    revision: '',
    key: null,
    facts: facts.filter(({ value }) => value !== ''),
  };
}

/** Its serial number; of one that tells no board from another, that it does not. */
function serialOf({ serialNumber }: USBDevice): string {
  const serial = clean(serialNumber);
  return serial !== '' && isUnset(serial) ? `${serial}, the same on other boards` : serial;
}

/** A string of a device made printable: ASCII on one line. */
function clean(text: string | null | undefined): string {
  return plainName(
    (text ?? '')
      .replace(/[^\x20-\x7e]+/g, '?')
      .replace(/\s+/g, ' ')
      .trim(),
  );
}
