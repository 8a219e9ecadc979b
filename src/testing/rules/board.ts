/** Test support: a flash for each thing that is told of a board itself. Nothing of the app imports it. */
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import { buildPartitionTable } from '../../virtual-boards/esp/firmware/partition-table.ts';
import type { BoardFindingKind } from '../../esp/board/findings.ts';
import type { TestIdentity } from '../esp/placements.ts';
import { boardOf, encrypting } from '../esp/placements.ts';
import type { RuleCase } from './case.ts';
import { kindsOf } from './case.ts';
import { disorder, ENCRYPTED, flashWith, LOST_OTADATA, rowsWith, SILENT, SMALL_HEADER, SOUND } from './samples.ts';

/** What is told of a flash. */
export interface BrokenBoard {
  readonly kind: BoardFindingKind;
  readonly also?: readonly string[];
  readonly flash: Uint8Array;
  /** What the chip is, if not a plain ESP32. */
  readonly identity?: TestIdentity;
  /** The words that it is told with. */
  readonly says: RegExp;
  /** A flash as near as can be that is not told it. */
  readonly mended: Uint8Array;
  /** The chip that is not told it, if not the same one. */
  readonly mendedBy?: TestIdentity;
}

const INVALID = 3;
const WRONG = { crc: 0x0badc0de };
const moved = buildPartitionTable(rowsWith('nvs', { offset: 0xb000, size: 0x13000 }));
const otadata = (...records: Parameters<typeof buildOtadata>): Uint8Array =>
  flashWith((f) => f.set(buildOtadata(...records), 0x1e000));

/** Every finding about a board with a flash that is told it. */
export const BROKEN_BOARDS: readonly BrokenBoard[] = [
  {
    kind: 'bootloader-missing',
    flash: flashWith((f) => f.set([0xe8], 0x1000)),
    says: /no bootloader at 0x1000, where the ESP32 looks for it/,
    mended: SOUND,
  },
  {
    kind: 'bootloader-blank',
    flash: flashWith((f) => f.fill(0xff, 0x1000, 0x8000)),
    says: /^The place at 0x1000, where the ESP32 looks for its bootloader, is blank \(erased\)/,
    mended: flashWith((f) => f.fill(0xff, 0x2000, 0x8000)),
  },
  {
    kind: 'looks-encrypted',
    also: ['table-no-magic'],
    flash: ENCRYPTED,
    identity: { security: SILENT },
    says: /looks encrypted, at 0x1000 \(bootloader\) and at 0x8000 \(partition table\), and the chip does not tell/,
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
    says: /looks encrypted, but the chip’s fuses say that flash encryption is off/,
    mended: flashWith((f) => disorder(f.subarray(0x8000, 0x9000))),
  },
  {
    kind: 'flash-encrypted',
    flash: ENCRYPTED,
    identity: { security: encrypting('allowed') },
    says: /^Flash encryption is on: .* cannot be read, and what is written for them cannot be verified\.$/,
    mended: ENCRYPTED,
    mendedBy: { security: SILENT },
  },
  {
    kind: 'plain-on-encrypting-chip',
    also: ['flash-encrypted'],
    flash: SOUND,
    identity: { security: encrypting('disabled') },
    says: /^A plain bootloader lies at 0x1000, but flash encryption is on/,
    mended: ENCRYPTED,
    mendedBy: { security: encrypting('disabled') },
  },
  {
    kind: 'nothing-readable',
    also: ['flash-size-assumed'],
    flash: SOUND,
    identity: { locked: true },
    says: /^This board lets its flash be written and nothing be read/,
    mended: SOUND,
    mendedBy: {},
  },
  {
    kind: 'flash-size-assumed',
    also: ['nothing-readable'],
    flash: SOUND,
    identity: { locked: true },
    says: /^How large the flash is cannot be asked in this mode\. Sectorwise goes by 4 MiB\.$/,
    mended: SOUND,
    mendedBy: {},
  },
  {
    kind: 'stub-silent',
    flash: SOUND,
    identity: { withoutStub: { because: 'stub-silent', attempts: 3, times: { write: 8, read: 16 } } },
    says: /^The flasher program did not start in 3 attempts, .* Writing takes about 8 times as long, reading about 16 times\. .* proved all the same/,
    mended: SOUND,
    mendedBy: { withoutStub: { because: 'chosen', times: { write: 8, read: 16 } } },
  },
  {
    kind: 'own-loader-chosen',
    flash: SOUND,
    identity: { withoutStub: { because: 'chosen', times: { write: 1, read: 100 } } },
    says: /^The chip’s own loader does the work, as you chose\. Reading takes about 100 times as long\./,
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
    says: /header says 16 MiB of flash, but the chip has 4 MiB/,
    mended: SOUND,
  },
  {
    kind: 'header-size-below-chip',
    also: ['partition-past-header-size'],
    flash: SMALL_HEADER,
    says: /header says 2 MiB of flash, and the chip has 4 MiB/,
    mended: SOUND,
  },
  {
    kind: 'otadata-unusable',
    flash: LOST_OTADATA,
    says: /Neither boot record in "otadata" is usable \(crc-wrong; crc-wrong\)/,
    mended: otadata({ seq: 1, ...WRONG }, { seq: 2 }),
  },
  {
    kind: 'otadata-unusable',
    flash: otadata({ seq: 1, state: INVALID }, null),
    says: /Neither boot record in "otadata" is usable \(state-invalid; unwritten\)/,
    mended: otadata({ seq: 1 }, null),
  },
  {
    // As a new board has it: no slot was chosen yet.
    kind: 'otadata-unusable',
    flash: otadata(null, { seq: 1, ...WRONG }),
    says: /Neither boot record in "otadata" is usable \(unwritten; crc-wrong\)/,
    mended: otadata(null, null),
  },
  {
    kind: 'table-elsewhere',
    flash: flashWith((f) => f.fill(0xff, 0x8000, 0x9000).set(moved, 0xa000)),
    says: /The partition table is at 0xA000, not at 0x8000/,
    mended: flashWith((f) => f.set(moved, 0x8000)),
  },
];

/** What is told of a flash: what is good about it, or everything else. */
async function told(flash: Uint8Array, identity: TestIdentity = {}, good = false): Promise<string[]> {
  return kindsOf((await boardOf(flash, identity)).findings.filter(({ verdict }) => (verdict === 'good') === good));
}

/** The same as cases of the rule table, and what is told of a sound board. */
export const BOARD_CASES: readonly RuleCase[] = [
  ...BROKEN_BOARDS.map(({ kind, also = [], flash, mended, identity, mendedBy = identity }) => ({
    kind,
    also,
    broken: () => told(flash, identity),
    mended: () => told(mended, mendedBy),
  })),
  { kind: 'table-sound', broken: () => told(SOUND, {}, true), mended: () => told(SMALL_HEADER, {}, true) },
];
