/** Recorded sectors to pick from, and the options for laying out an application on a Photon. */
import type { Picking } from '../../src/flash/dropped-file.ts';
import type { AppLayoutOffer } from '../../src/flash/family.ts';
import type { Layout } from '../../src/flash/layout.ts';
import type { FileView } from '../../src/session/state.ts';
import { REGION } from './fixtures.board.ts';

const at = (address: number, size = 0x20000) => ({ region: REGION, address, size });

/** Three sectors, two of which are not adjacent. */
export const picking: Picking = {
  prefix: 'sectors@',
  need: 150_000,
  units: [
    { ...at(0x80a0000), id: '80a0000', name: 'user', holds: 'Particle module: user application, version 6.' },
    { ...at(0x80c0000), id: '80c0000', name: 'OTA', holds: 'Not blank; only the firmware can read it.' },
    { ...at(0x80e0000), id: '80e0000', name: 'factory', holds: 'Blank (erased) in its first 4 KiB.' },
  ],
};

/** A file in two of them. */
export const splitFile: FileView = {
  id: 5,
  name: 'pictures.bin',
  size: 150_000,
  container: null,
  used: true,
  recognised: { kind: 'data', says: '150,000 bytes of data.', findings: [] },
  choices: [
    {
      ...at(0x80c0000, 0x40000),
      id: 'sectors@80c0000+80e0000',
      name: 'OTA, factory',
      why: 'sectors side by side',
      fits: true,
      picked: ['80c0000', '80e0000'],
    },
    {
      ...at(0x80a0000),
      id: 'sectors@80a0000+80e0000',
      name: 'user + factory',
      why: 'the file is split across separate sectors, in order',
      fits: true,
      ranges: [at(0x80a0000), at(0x80e0000)],
      picked: ['80a0000', '80e0000'],
    },
  ],
  chosen: 1,
  picking,
};

/** Two available layout options and an unavailable one. */
export const appLayouts: readonly AppLayoutOffer[] = [
  {
    name: 'Application + extension in the factory slot',
    why: 'The application stays within its own sector; what it keeps in the extension is written over USB only.',
    ranges: [at(0x80a0000), at(0x80e0000)],
    consequences: [
      'Over-the-air updates keep working.',
      'An over-the-air system update will erase factory (0x080E0000).',
    ],
    recommended:
      'It is the only one that keeps over-the-air updates. After an over-the-air system update, write the extension again over USB: until then, the application runs without it.',
    save: {
      name: 'photon-split.ld',
      label: 'linker regions, application + extension in the factory slot',
      data: 'MEMORY {}',
    },
  },
  {
    name: 'Monolithic firmware',
    why: 'System and application in one image.',
    ranges: [at(0x08020000, 0xe0000)],
    consequences: ['Over-the-air updates are no longer possible.'],
    recommended: null,
    save: { name: 'photon-monolithic.ld', label: 'linker regions, monolithic firmware', data: 'MEMORY {}' },
  },
  {
    name: '192 KiB for the application, 192 KiB for over-the-air updates',
    why: 'A 128 KiB sector can only be erased whole, so it cannot serve two uses.',
    ranges: [],
    consequences: [],
    recommended: null,
    forbiddenBy: 'the chip',
    save: null,
  },
];

const access = { read: true, erase: true, write: true };
const sector = (address: number, name: string, type: string) =>
  ({ region: REGION, address, size: 0x20000, name, type, role: 'app' }) as const;

/** The four upper sectors of a Photon, the lowest of which is guarded. */
export const sectors: Layout = {
  map: {
    regions: [
      {
        id: REGION,
        name: 'Internal flash',
        start: 0x08080000,
        runs: [{ count: 4, size: 0x20000 }],
        access,
      },
    ],
  },
  partitions: [
    sector(0x08080000, 'system 2', 'system part 2'),
    sector(0x080a0000, 'user', 'user application'),
    sector(0x080c0000, 'OTA', 'staging area for over-the-air updates'),
    sector(0x080e0000, 'factory', 'factory backup'),
  ],
  guards: [{ region: REGION, address: 0x08080000, size: 0x20000, reason: 'it is the system’s.' }],
  ciphered: [],
};
