/** Test support: a flash for each finding about a board itself. Nothing of the app imports it. */
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import type { BoardFindingKind } from '../../esp/board/findings.ts';
import type { TestIdentity } from '../esp/placements.ts';
import { boardOf, encrypting } from '../esp/placements.ts';
import type { RuleCase } from './case.ts';
import { kindsOf } from './case.ts';
import {
  disorder,
  edited,
  ENCRYPTED,
  flashWith,
  LOST_OTADATA,
  rowsWith,
  SILENT,
  SMALL_HEADER,
  SOUND,
} from './samples.ts';

/** Raft's rows without the two that end past 2 MiB. */
const WITHIN_2_MIB = RAFT_OTA_ROWS.filter(({ offset, size }) => offset + size <= 2 << 20);

/** A flash with a finding. */
export interface BrokenBoard {
  readonly kind: BoardFindingKind;
  readonly also?: readonly string[];
  readonly flash: Uint8Array;
  /** The chip, if not a plain ESP32. */
  readonly identity?: TestIdentity;
  /** The wording of the finding. */
  readonly says: RegExp;
  /** The nearest flash without the finding. */
  readonly mended: Uint8Array;
  /** The chip without the finding, if not the same one. */
  readonly mendedBy?: TestIdentity;
}

const INVALID = 3;
const WRONG = { crc: 0x0badc0de };
const moved = buildPartitionTable(rowsWith('nvs', { offset: 0xb000, size: 0x13000 }));
const otadata = (...records: Parameters<typeof buildOtadata>): Uint8Array =>
  flashWith((f) => f.set(buildOtadata(...records), 0x1e000));

/** Every finding about a board, each with a flash that has it. */
export const BROKEN_BOARDS: readonly BrokenBoard[] = [
  {
    kind: 'bootloader-missing',
    flash: flashWith((f) => f.set([0xe8], 0x1000)),
    says: /There is no bootloader at 0x1000, where the ESP32 expects it: nothing can start\./,
    mended: SOUND,
  },
  {
    kind: 'bootloader-blank',
    flash: flashWith((f) => f.fill(0xff, 0x1000, 0x8000)),
    says: /^The flash at 0x1000, where the ESP32 expects its bootloader, is blank \(erased\): nothing can start\./,
    mended: flashWith((f) => f.fill(0xff, 0x2000, 0x8000)),
  },
  {
    kind: 'looks-encrypted',
    also: ['table-no-magic'],
    flash: ENCRYPTED,
    identity: { security: SILENT },
    says: /The flash looks encrypted at 0x1000 \(bootloader\) and 0x8000 \(partition table\), but the chip does not report whether it is\. Unencrypted files could make the board unusable\./,
    mended: flashWith((f) => disorder(f.subarray(0x1000, 0x8000))),
  },
  {
    kind: 'looks-encrypted',
    also: ['table-no-magic'],
    flash: ENCRYPTED,
    identity: { security: SILENT },
    says: /looks encrypted/,
    mended: flashWith((f) => disorder(f.subarray(0x8000, 0x9000))),
  },
  {
    kind: 'noise-on-open-chip',
    also: ['table-no-magic'],
    flash: ENCRYPTED,
    says: /The content at 0x1000 \(bootloader\) and 0x8000 \(partition table\) looks encrypted, but the eFuses say that flash encryption is off: the chip cannot use it, and nothing starts\./,
    mended: flashWith((f) => disorder(f.subarray(0x8000, 0x9000))),
  },
  {
    kind: 'flash-encrypted',
    flash: ENCRYPTED,
    identity: { security: encrypting('allowed') },
    says: /^Flash encryption is on: the bootloader, the partition table and the apps cannot be read, and writes to them cannot be verified\.$/,
    mended: ENCRYPTED,
    mendedBy: { security: SILENT },
  },
  {
    kind: 'plain-on-encrypting-chip',
    also: ['flash-encrypted'],
    flash: SOUND,
    identity: { security: encrypting('disabled') },
    says: /^There is an unencrypted bootloader at 0x1000, but flash encryption is on: the chip decrypts it to garbage and starts nothing\./,
    mended: ENCRYPTED,
    mendedBy: { security: encrypting('disabled') },
  },
  {
    kind: 'nothing-readable',
    also: ['flash-size-assumed'],
    flash: SOUND,
    identity: { locked: true },
    says: /^This board allows writes to its flash but no reads: its content cannot be shown, and writes cannot be verified\./,
    mended: SOUND,
    mendedBy: {},
  },
  {
    kind: 'no-app-starts',
    flash: flashWith((f) => f.fill(0xff, 0x20000, 0x21000)),
    says: /^No partition holds an app that starts here: app0 \(no app in it\), app1 \(no app in it\)\.$/,
    mended: flashWith((f) => f.copyWithin(0x1d0000, 0x20000, 0x1d0000).fill(0xff, 0x20000, 0x21000)),
  },
  {
    kind: 'flash-size-assumed',
    also: ['nothing-readable'],
    flash: SOUND,
    identity: { locked: true },
    says: /^The board does not report its flash size in this mode\. Sectorwise assumes 4 MiB\.$/,
    mended: SOUND,
    mendedBy: {},
  },
  {
    kind: 'stub-silent',
    flash: SOUND,
    identity: { withoutStub: { because: 'stub-silent', attempts: 3, times: { write: 8, read: 16 } } },
    says: /^The flasher stub did not start \(attempts: 3\), so the ROM loader is used instead\. Writing takes about 8 times as long, and reading about 16 times\. The chip’s own MD5 still verifies every write, and that the rest of the flash is unchanged\./,
    mended: SOUND,
    mendedBy: { withoutStub: { because: 'chosen', times: { write: 8, read: 16 } } },
  },
  {
    kind: 'own-loader-chosen',
    flash: SOUND,
    identity: { withoutStub: { because: 'chosen', times: { write: 1, read: 100 } } },
    says: /^The ROM loader is used, as you chose\. Reading takes about 100 times as long\. The chip’s own MD5 still verifies every write, and that the rest of the flash is unchanged\./,
    mended: SOUND,
    mendedBy: {},
  },
  {
    kind: 'no-table-chip',
    flash: SOUND,
    identity: { chip: 'ESP8266' },
    says: /^The ESP8266 has no partition table: firmware goes to the start of the flash/,
    mended: SOUND,
    mendedBy: {},
  },
  {
    kind: 'header-size-past-chip',
    flash: flashWith((f) => f.set(buildBootloaderImage({ flashMegabytes: 16 }), 0x1000)),
    says: /The bootloader header gives a flash size of 16 MiB, but the chip has 4 MiB: apps fail at startup\./,
    mended: SOUND,
  },
  {
    kind: 'header-size-below-chip',
    also: ['flash-unused', 'updates-one-slot'],
    flash: edited(SMALL_HEADER, (f) => f.set(buildPartitionTable(WITHIN_2_MIB), 0x8000)),
    says: /The bootloader header gives a flash size of 2 MiB, but the chip has 4 MiB: the rest is unused\./,
    mended: SOUND,
  },
  {
    kind: 'otadata-unusable',
    flash: LOST_OTADATA,
    says: /Each entry in “otadata” is invalid because its CRC is wrong, so no app slot is selected\./,
    mended: otadata({ seq: 1, ...WRONG }, { seq: 2 }),
  },
  {
    kind: 'otadata-unusable',
    flash: otadata({ seq: 1, state: INVALID }, null),
    says: /Neither entry in “otadata” is valid, so no app slot is selected\. The first: its app is marked as not working \(INVALID\)\. The second: it is blank\./,
    mended: otadata({ seq: 1 }, null),
  },
  {
    // As on a new board: no slot was chosen yet.
    kind: 'otadata-unusable',
    flash: otadata(null, { seq: 1, ...WRONG }),
    says: /Neither entry in “otadata” is valid, so no app slot is selected\. The first: it is blank\. The second: its CRC is wrong\./,
    mended: otadata(null, null),
  },
  {
    kind: 'table-elsewhere',
    flash: flashWith((f) => f.fill(0xff, 0x8000, 0x9000).set(moved, 0xa000)),
    says: /The partition table is at 0xA000 instead of the usual 0x8000\./,
    mended: flashWith((f) => f.set(moved, 0x8000)),
  },
];

/** The findings about a flash: the good ones with `good`, otherwise all others. */
async function reported(flash: Uint8Array, identity: TestIdentity = {}, good = false): Promise<string[]> {
  return kindsOf((await boardOf(flash, identity)).findings.filter(({ verdict }) => (verdict === 'good') === good));
}

/** The same as cases of the rule table, with the findings about a sound board. */
export const BOARD_CASES: readonly RuleCase[] = [
  ...BROKEN_BOARDS.map(({ kind, also = [], flash, mended, identity, mendedBy = identity }) => ({
    kind,
    also,
    broken: () => reported(flash, identity),
    mended: () => reported(mended, mendedBy),
  })),
  { kind: 'table-sound', broken: () => reported(SOUND, {}, true), mended: () => reported(SMALL_HEADER, {}, true) },
];
