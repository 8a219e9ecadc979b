/** For tests: the flash of a board whose partitions hold real contents, drawn from a seed. */
import { fatCodec, fatParameters } from '../../esp/contents/fat/codec.ts';
import { SPIFFS } from '../../esp/contents/spiffs/codec.ts';
import type { TableEntry } from '../../esp/partitions/table.ts';
import { APP, DATA, TYPE_APP, TYPE_DATA } from '../../esp/partitions/types.ts';
import { NEVER_YIELD } from '../../flash/yielding.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildCoreDump } from '../../virtual-boards/esp/firmware/core-dump.ts';
import { buildLittleFs } from '../../virtual-boards/esp/firmware/littlefs.ts';
import { buildNvs } from '../../virtual-boards/esp/firmware/nvs.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import { SAMPLE_FILES } from '../../virtual-boards/esp/firmware/sample-files.ts';
import type { Draw } from '../../virtual-boards/faults/random.ts';
import { XTENSA_CRASH } from '../contents/core-dumps.ts';

/** What a partition was filled with, and whether that gives its offset, or its offset and its size. */
export interface Filled {
  readonly row: TableEntry;
  readonly content: string;
  readonly gives: 'nothing' | 'offset' | 'both';
}

const APPS = [
  buildAppImage({ project: 'blink', version: '1', seed: 1, size: 0x20000 }),
  buildAppImage({ project: 'arduino-lib-builder', version: '', seed: 2, size: 0x30000 }),
  buildAppImage({ project: 'raft-demo', version: '1.4.2', seed: 3, size: 0x84000 }),
] as const;
const SETTINGS = [{ name: 'wifi', entries: [{ key: 'ssid', type: 'string', value: 'workshop' }] }] as const;
const FILES = [{ path: '/index.html', kind: 'file', data: new TextEncoder().encode('raft'), modified: null }] as const;

/** Fills a flash; a part of the partitions stays blank. */
export async function filledFlash(
  rows: readonly TableEntry[],
  flashSize: number,
  draw: Draw,
): Promise<{ readonly flash: Uint8Array; readonly filled: readonly Filled[] }> {
  const flash = new Uint8Array(flashSize).fill(0xff);
  const filled: Filled[] = [];
  const app = draw.pick(APPS);
  for (const row of rows) {
    const one =
      draw.below(4) === 0 && row !== rows.find(({ type }) => type === TYPE_APP)
        ? null
        : await contentFor(row, app, draw);
    if (one === null || one.data.length > row.size) {
      filled.push({ row, content: 'blank', gives: 'nothing' });
      continue;
    }
    flash.set(one.data, row.offset);
    filled.push({ row, content: one.content, gives: one.gives });
  }
  return { flash, filled };
}

type One = Pick<Filled, 'content' | 'gives'> & { readonly data: Uint8Array };

async function contentFor({ type, subtype, size }: TableEntry, app: Uint8Array, draw: Draw): Promise<One | null> {
  if (type === TYPE_APP) return { content: 'app', gives: 'offset', data: app };
  if (type !== TYPE_DATA) return null;
  switch (subtype) {
    case DATA.nvs:
      return { content: 'NVS', gives: 'nothing', data: buildNvs(size, SETTINGS) };
    case DATA.ota: {
      const both = draw.below(2) === 0;
      const data = buildOtadata({ seq: 1 }, both ? { seq: 2 } : null);
      return { content: both ? 'both entries' : 'one entry', gives: both ? 'both' : 'nothing', data };
    }
    case DATA.phy:
      return { content: 'PHY', gives: 'offset', data: new TextEncoder().encode('PHYINIT\0') };
    case DATA.coredump:
      return { content: 'core dump', gives: 'nothing', data: buildCoreDump(XTENSA_CRASH) };
    case 0x81:
      return built(
        'FAT with wear levelling',
        await fatCodec.build(FILES, size, fatParameters(size, '4096'), NEVER_YIELD),
      );
    case 0x82:
      // Arduino keeps LittleFS in partitions of this subtype, too.
      return draw.below(2) === 0
        ? built('SPIFFS', await SPIFFS.build(FILES, size, SPIFFS.usualParameters(size), NEVER_YIELD))
        : { content: 'LittleFS', gives: 'both', data: buildLittleFs(size, SAMPLE_FILES) };
    case 0x83:
      return { content: 'LittleFS', gives: 'both', data: buildLittleFs(size, SAMPLE_FILES) };
    default:
      return null;
  }
}

function built(content: string, made: Awaited<ReturnType<typeof SPIFFS.build>>): One | null {
  return 'data' in made ? { content, gives: 'both', data: made.data } : null;
}

/** A layout that no template has: sizes of apps and file systems drawn, in the order of a project that keeps all it can. */
export function drawnRows(flashSize: number, draw: Draw): TableEntry[] {
  const row = (name: string, type: number, subtype: number, offset: number, size: number): TableEntry => {
    return { name, type, subtype, offset, size, encrypted: false, readonly: false };
  };
  const nvs = draw.between(4, 0x10) * 0x1000;
  const otadata = 0x9000 + nvs;
  const first = Math.ceil((otadata + 0x2000) / 0x10000) * 0x10000;
  const slot = draw.between(0x9, 0x14) * 0x10000;
  const files = first + 2 * slot + draw.below(2) * 0x4000;
  const size = draw.between(0x10, 0x40) * 0x1000;
  const rest = files + size;
  return [
    row('nvs', TYPE_DATA, DATA.nvs, 0x9000, nvs),
    row('otadata', TYPE_DATA, DATA.ota, otadata, 0x2000),
    row('one', TYPE_APP, APP.ota0, first, slot),
    row('two', TYPE_APP, APP.ota0 + 1, first + slot, slot),
    row('www', TYPE_DATA, draw.pick([0x81, 0x82, 0x83]), files, size),
    row('more', TYPE_DATA, draw.pick([0x81, 0x82, 0x83]), rest, Math.min(0x80000, flashSize - rest)),
  ];
}
