/** Recorded recovery bundles: unsigned, signed by someone unknown and someone known, and for another board. */
import type { KeyView } from '../../src/backups/make-bundles.ts';
import type { BundleFacts } from '../../src/flash/bundle-facts.ts';
import type { ContainerView, FileView } from '../../src/session/state.ts';
import type { BundleAsk } from '../bundle-maker/bundle-maker.words.ts';
import { rowsOf } from '../bundle-maker/bundle-maker.words.ts';
import { board } from './fixtures.board.ts';
import { buildParts } from './fixtures.containers.ts';

const KEY = { key: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a' } as const;
const FINGERPRINT = '21FE 31DF A154 A261 626B F854 046F D227';

/** Keys of this browser: its owner’s, and one of someone else. */
export const keys: readonly KeyView[] = [
  { ...KEY, name: 'Raft release', fingerprint: FINGERPRINT, own: false },
  {
    key: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    name: 'Bench',
    fingerprint: '0A4F 7B21 99C3 5D10 E8F2 0B6C 77A9 3310',
    own: true,
  },
];

/** A bundle that nobody signed. */
export const unsigned: BundleFacts = {
  name: 'raft-demo 1.4.2',
  notes: 'For boards of the first series.\nConnect the motor after the first start.',
  made: Date.UTC(2026, 10, 26, 9, 30),
  signer: null,
  targets: ['ESP32 with at least 4 MiB of flash'],
  misfit: null,
  brings: [
    { name: 'bootloader', role: 'boot', size: 0x7000 },
    { name: 'partition table', role: 'table', size: 0x1000 },
    { name: 'otadata', role: 'boot-choice', size: 0x2000 },
    { name: 'app0', role: 'app', size: 0x1b0000 },
    { name: 'fs', role: 'files', size: 0x80000 },
  ],
  keeps: [
    { name: 'nvs', role: 'settings', size: 0x15000 },
    { name: 'app1', role: 'app', size: 0x1b0000 },
  ],
};

/** The same with a signature. */
export const signed: BundleFacts = { ...unsigned, signer: { ...KEY, fingerprint: FINGERPRINT } };

/** A dropped bundle, with its parts. */
export const dropped: ContainerView = {
  id: 30,
  name: 'raft-demo-1.4.2.bundle.zip',
  kind: 'recovery bundle',
  says: 'A recovery bundle with 3 parts for this board.',
  left: [],
  findings: [],
  bundle: signed,
  failure: null,
};

/** Its parts. */
export const droppedParts: readonly FileView[] = buildParts.map((part) => ({
  ...part,
  id: part.id + 20,
  container: dropped.id,
  used: true,
}));

/** One that was changed. */
export const changed: ContainerView = {
  id: 31,
  name: 'changed.bundle.zip',
  kind: 'recovery bundle',
  says: 'A recovery bundle that is not used.',
  left: [
    {
      name: 'app0-0x20000.bin',
      why: 'app0-0x20000.bin is not what the bundle lists: its SHA-256 begins with 0a1b2c3d4e5f6071, and should with 99aabbccddeeff00',
    },
  ],
  findings: [
    {
      kind: 'bundle-changed',
      verdict: 'problem',
      place: { in: 'file', name: 'app0-0x20000.bin' },
      values: { file: 'app0-0x20000.bin', computed: '0a1b2c3d4e5f6071', listed: '99aabbccddeeff00' },
      says: 'app0-0x20000.bin is not what the bundle lists: its SHA-256 begins with 0a1b2c3d4e5f6071, and should with 99aabbccddeeff00.',
      next: 'Nothing of it is used. Get the bundle again from whoever made it.',
    },
  ],
  failure: null,
};

/** What the dialog is opened with for a board. */
export const ask: BundleAsk = {
  of: 'board',
  name: 'raft-demo 1.4.2',
  rows: rowsOf(board.layout, null, board.contents),
};
