/** Test support: what breaks each rule about the containers that are dropped on a board in DFU mode. Nothing of the app imports it. */
import { writeDfuSe } from '../../formats/dfu-file.ts';
import { boardOf, FAMILY, photonFlash } from '../dfu/boards.ts';
import { pattern, source } from '../esp/archives.ts';
import type { RuleCase } from './case.ts';
import { kindsOf, patched } from './case.ts';

async function ofSource(name: string, content: Uint8Array | string): Promise<string[]> {
  return kindsOf((await FAMILY.unpack([source(name, content)], await boardOf('photon', photonFlash()))).findings);
}

/** Intel HEX with one byte at each address below 0x10000. */
function scattered(count: number): string {
  const record = (bytes: readonly number[]) => {
    const sum = -bytes.reduce((total, byte) => total + byte, 0) & 0xff;
    return `:${[...bytes, sum].map((byte) => byte.toString(16).padStart(2, '0')).join('')}\n`;
  };
  const lines = Array.from({ length: count }, (_, i) => record([1, (i * 2) >> 8, (i * 2) & 0xff, 0, 1]));
  return `${record([2, 0, 0, 4, 8, 0x0a])}${lines.join('')}:00000001ff\n`;
}

/** A small ELF file for an ARM, with one segment. */
function armElf(machine = 40): Uint8Array {
  const file = new Uint8Array(52 + 32 + 4);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  view.setUint16(18, machine, true);
  view.setUint32(28, 52, true);
  view.setUint16(42, 32, true);
  view.setUint16(44, 1, true);
  for (const [offset, value] of [1, 84, 0x080a0000, 0x080a0000, 4, 4].entries())
    view.setUint32(52 + offset * 4, value, true);
  return file;
}

/** A .dfu file for the first memory of a device, with two parts `apart` bytes apart. */
function dfuFile(productId = 0xd006, apart = 16): Uint8Array {
  const elements = [0x080e0000, 0x080e0000 + apart].map((address) => ({ address, data: pattern(16, 1) }));
  const images = [{ alternate: 0, name: 'Internal Flash', elements }];
  return writeDfuSe(images, { vendorId: 0x2b04, productId, deviceVersion: null });
}

/** Every case about containers. */
export const DFU_CONTAINER_CASES: readonly RuleCase[] = [
  {
    kind: 'dfu-file-unusable',
    broken: () => ofSource('a.dfu', patched(dfuFile(), 300, 0)),
    mended: () => ofSource('a.dfu', dfuFile()),
  },
  {
    kind: 'dfu-file-unusable',
    broken: () => ofSource('a.dfu', dfuFile(0xd006, 15)),
    mended: () => ofSource('a.dfu', dfuFile(0xd006, 16)),
  },
  {
    kind: 'dfu-file-for-another-device',
    broken: () => ofSource('a.dfu', dfuFile(0xd008)),
    mended: () => ofSource('a.dfu', dfuFile()),
  },
  { kind: 'elf-unusable', broken: () => ofSource('a.elf', armElf(94)), mended: () => ofSource('a.elf', armElf()) },
  {
    kind: 'hex-checksum',
    broken: () => ofSource('a.hex', scattered(3).replace('01ff', '01fe')),
    mended: () => ofSource('a.hex', scattered(3)),
  },
  {
    kind: 'runs-too-many',
    broken: () => ofSource('a.hex', scattered(257)),
    mended: () => ofSource('a.hex', scattered(256)),
  },
];
