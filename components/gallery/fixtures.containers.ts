/** Recorded containers: a build folder with three parts, one of them excluded, and one that could not be read. */
import type { ContainerView, FileView } from '../../src/session/state.ts';
import { REGION } from './fixtures.board.ts';

/** A dropped build folder. */
export const build: ContainerView = {
  id: 10,
  name: 'raft-demo',
  kind: 'ESP-IDF build',
  says: 'An ESP-IDF build for the ESP32: 3 parts with their places.',
  left: [
    { name: 'build/raft-demo.elf', why: 'The app with names for debugging; raft-demo.bin is the same to write.' },
    { name: 'build/config.env', why: 'Not firmware.' },
  ],
  findings: [],
  failure: null,
};

function part(id: number, name: string, size: number, kind: string, address: number): FileView {
  const place = { id: name, name, region: REGION, address, size, why: 'the address in its build', fits: true };
  return {
    id,
    name: `build/${name}.bin`,
    size,
    container: build.id,
    used: true,
    recognised: { kind, says: `${kind === 'app' ? 'An' : 'A'} ${kind} for the ESP32.`, findings: [] },
    choices: [place, { ...place, id: `${name}-2`, name: 'app1', address: 0x1d0000, why: 'the other slot' }],
    chosen: 0,
    picking: null,
  };
}

/** Its parts. */
export const buildParts: readonly FileView[] = [
  part(11, 'bootloader', 25_984, 'bootloader', 0x1000),
  { ...part(12, 'partition-table', 3072, 'partition table', 0x8000), used: false, choices: [], chosen: null },
  part(13, 'app0', 1_187_344, 'app', 0x20000),
];

/** An archive that could not be read. */
export const unreadable: ContainerView = {
  id: 20,
  name: 'firmware.zip',
  kind: null,
  says: '',
  left: [],
  findings: [],
  failure: {
    name: 'file-unreadable',
    kind: 'refused',
    says: 'firmware.zip can no longer be read: it was changed, moved or deleted after you chose it.',
    next: 'Remove it and choose it again. If it is on a network drive or USB stick, check that the drive is still connected.',
    values: { file: 'firmware.zip' },
    place: { in: 'file', name: 'firmware.zip' },
  },
};
