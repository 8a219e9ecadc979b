/** Backups for tests: small boards with recognisable bytes, and backup files that were tampered with. */
import { unzipSync, zipSync } from 'fflate';
import type { EraseUnit, Region } from '../flash/map.ts';
import { md5Hex } from '../formats/hashes.ts';
import type { Backup } from '../storage/records.ts';

/** Sixteen bytes that look like a Wi-Fi password in a settings partition. */
export const SECRET = 'hunter2-hunter2!';

const READABLE = { read: true, erase: true, write: true };
const FLASH: Region = {
  id: 'flash',
  name: 'Flash',
  start: 0,
  runs: [{ count: 8, size: 256 }],
  access: READABLE,
};
const DCT: Region = { ...FLASH, id: 'alt 1', name: 'DCT', start: 0x100, runs: [{ count: 2, size: 128 }] };

/** The bytes of a unit, different for each unit; the very first unit contains `SECRET`. */
export function bytesOf({ region, address, size }: EraseUnit): Uint8Array {
  const data = Uint8Array.from(
    { length: size },
    (_, i) => (address / 8 + (region === 'flash' ? 0 : 99) + (i >> 4)) & 0xff,
  );
  if (region === 'flash' && address === 0x100) data.set(new TextEncoder().encode(SECRET), 32);
  return data;
}

const at = (region: string, address: number, size: number): EraseUnit => ({ region, address, size });
const UNITS = [at('flash', 0x100, 256), at('flash', 0x200, 256), at('flash', 0x500, 256), at('alt 1', 0x180, 128)];

/** A backup of a board with two regions: a run of two units, a single one, one in the other region, and a missing one. */
export const BACKUP: Backup = {
  version: 1,
  id: 'b-1',
  kind: 'overwritten',
  board: {
    key: 'esp mac 24:6f:28:ab:cd:ef',
    identity: {
      family: 'esp',
      chip: 'ESP32',
      revision: 'v3.0',
      key: { kind: 'mac', value: '24:6f:28:ab:cd:ef' },
      facts: [{ name: 'Crystal', value: '40 MHz' }],
    },
    layout: {
      map: { regions: [FLASH, DCT] },
      partitions: [
        // With each mark that a partition can have.
        {
          name: 'nvs',
          region: 'flash',
          address: 0x100,
          size: 0x200,
          role: 'settings',
          type: 'data, nvs',
          wifi: true,
          byType: true,
          system: true,
        },
      ],
      guards: [{ region: 'flash', address: 0, size: 16, reason: 'never' }],
      ciphered: [at('flash', 0x700, 0x100)],
    },
  },
  name: 'blink.bin to app1',
  made: Date.UTC(2026, 10, 26, 0, 52),
  units: UNITS.map((unit) => ({ ...unit, md5: md5Hex(bytesOf(unit)) })),
  missing: [at('flash', 0x600, 256)],
};

/** The bytes of each unit of `BACKUP` by their MD5. */
export const CONTENTS: ReadonlyMap<string, Uint8Array> = new Map(
  UNITS.map((unit) => [md5Hex(bytesOf(unit)), bytesOf(unit)]),
);

/** The content with this MD5; rejects if it is none of `BACKUP`. */
export async function content(md5: string): Promise<Uint8Array> {
  const data = CONTENTS.get(md5);
  if (data === undefined) throw new Error(`no content ${md5}`);
  return data;
}

/** An archive with some files replaced or added by name; null removes one. */
export function repacked(archive: Uint8Array, files: Readonly<Record<string, Uint8Array | null>>): Uint8Array {
  const all: Record<string, Uint8Array> = {};
  for (const [name, data] of Object.entries({ ...unzipSync(archive), ...files })) if (data !== null) all[name] = data;
  return zipSync(all, { mtime: '2026-01-05T10:00:00Z' });
}

/** The text of a file in an archive. */
export function textIn(archive: Uint8Array, name: string): string {
  return new TextDecoder().decode(unzipSync(archive)[name]);
}

/** Whether the bytes of `text` occur in `data`. */
export function holds(data: Uint8Array, text: string): boolean {
  return new TextDecoder('latin1').decode(data).includes(text);
}
