import { NorFlash } from '../../nor-flash.ts';
import { buildBootloaderImage } from './bootloader-image.ts';
import { buildLittleFs } from './littlefs.ts';
import { buildNvs } from './nvs.ts';
import type { NvsNamespace } from './nvs.ts';
import { buildOtadata } from './otadata.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from './partition-table.ts';
import { raftDemo142 } from './raft-demo.ts';

/** What differs from a sound board. */
export interface FactoryOptions {
  /** The flash size in MiB that the bootloader's header claims; 4 as the chip has. */
  readonly headerMegabytes?: 2 | 4;
  /** One byte of the table is flipped, so that its MD5 row no longer fits. */
  readonly damagedTable?: boolean;
  /** Both otadata records have a wrong CRC. */
  readonly otadataLost?: boolean;
}

/** Fake settings of a fake workshop. */
const SETTINGS: readonly NvsNamespace[] = [
  {
    name: 'wifi',
    entries: [
      { key: 'ssid', type: 'string', value: 'workshop' },
      { key: 'password', type: 'string', value: 'correct horse' },
      { key: 'channel', type: 'u8', value: 6 },
    ],
  },
  {
    name: 'raft',
    entries: [
      { key: 'name', type: 'string', value: 'Raft on the bench' },
      { key: 'boots', type: 'i32', value: 41 },
      { key: 'trim', type: 'i32', value: -12 },
    ],
  },
];

const TABLE = 0x8000;
/** A byte in the label of `app1`: the row can still be read, and means the same. */
const DAMAGE = TABLE + 3 * 32 + 12;

/**
 * A 4 MB flash as it leaves the factory, in Raft's OTA layout: bootloader, table, settings, otadata that chooses
 * `app0` with raft-demo 1.4.2, an erased `app1`, a LittleFS sample. Nothing of it counts as an erase.
 */
export function factoryFlash(options: FactoryOptions = {}): NorFlash {
  const flash = new NorFlash(0x400000);
  flash.load(0x1000, buildBootloaderImage({ flashMegabytes: options.headerMegabytes ?? 4 }));
  flash.load(TABLE, buildPartitionTable(RAFT_OTA_ROWS));
  if (options.damagedTable === true)
    flash.load(
      DAMAGE,
      flash.read(DAMAGE, 1).map((byte) => byte ^ 0x20),
    );
  const crc = options.otadataLost === true ? { crc: 0x0badc0de } : {};
  flash.load(0x9000, buildNvs(0x15000, SETTINGS));
  const second = options.otadataLost === true ? { seq: 2, ...crc } : null;
  flash.load(0x1e000, buildOtadata({ seq: 1, ...crc }, second));
  flash.load(0x20000, raftDemo142());
  flash.load(0x380000, buildLittleFs(0x80000));
  return flash;
}
