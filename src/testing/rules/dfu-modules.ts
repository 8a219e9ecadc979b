/** Test support: what breaks each rule about Particle's modules and extensions by themselves. Nothing of the app imports it. */
import { readExtension } from '../../dfu/particle/extension.ts';
import { readModule, withModuleCrc } from '../../dfu/particle/module.ts';
import { HASHES } from '../../formats/hashes.ts';
import { buildExtension, buildModule } from '../dfu/particle-images.ts';
import type { RuleCase } from './case.ts';
import { kindsOf, patched } from './case.ts';

const FILE = { in: 'file', name: 'x.bin' } as const;

function ofModule(data: Uint8Array): string[] {
  const reading = readModule(data, HASHES, FILE);
  return reading.kind === 'not-a-module' ? [] : kindsOf(reading.findings);
}

function ofExtension(data: Uint8Array): string[] {
  const reading = readExtension(data, FILE);
  return reading.kind === 'not-an-extension' ? [] : kindsOf(reading.findings);
}

/** Every case about modules and extensions. */
export const DFU_MODULE_CASES: readonly RuleCase[] = [
  {
    kind: 'module-cut-short',
    broken: () => ofModule(buildModule().slice(0, -1)),
    mended: () => ofModule(buildModule()),
  },
  {
    kind: 'module-crc-wrong',
    broken: () => ofModule(patched(buildModule(), 0x1000, 0, 0)),
    mended: () => ofModule(buildModule()),
  },
  {
    kind: 'module-sha-wrong',
    also: ['module-crc-wrong'],
    broken: () => ofModule(patched(buildModule(), 0xff0, 0, 0)),
    mended: () => ofModule(patched(buildModule(), 0x1000, 0, 0)),
  },
  {
    kind: 'module-without-crc',
    broken: () => ofModule(buildModule({ lacksCrc: true })),
    mended: () => ofModule(withModuleCrc(buildModule({ lacksCrc: true }), HASHES)),
  },
  {
    kind: 'module-suffix-odd',
    broken: () => ofModule(withModuleCrc(patched(buildModule(), 0xffe, 38), HASHES)),
    mended: () => ofModule(withModuleCrc(patched(buildModule(), 0xffe, 40), HASHES)),
  },
  {
    kind: 'module-trailing',
    broken: () => ofModule(patched(new Uint8Array(0x1005), 0, ...buildModule())),
    mended: () => ofModule(buildModule()),
  },
  {
    kind: 'extension-cut-short',
    broken: () => ofExtension(buildExtension().slice(0, -1)),
    mended: () => ofExtension(buildExtension()),
  },
  {
    kind: 'extension-crc-wrong',
    broken: () => ofExtension(patched(buildExtension(), 0x7fe, 0, 0)),
    mended: () => ofExtension(buildExtension()),
  },
  {
    kind: 'extension-without-crc',
    broken: () => ofExtension(buildExtension({ lacksCrc: true })),
    mended: () => ofExtension(patched(buildExtension(), 4)),
  },
];
