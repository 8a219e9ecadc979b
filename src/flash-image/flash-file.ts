/** Makes files of an opened flash image or partition: all of it, or only what was changed, in a form that other tools write. */
import { findTable } from '../esp/board/inspect.ts';
import type { TableRow } from '../esp/partitions/table.ts';
import { hex } from '../flash/finding.ts';
import { REGION } from '../esp/loader/target.ts';
import { DATA, TYPE_DATA } from '../esp/partitions/types.ts';
import type { Range } from '../flash/map.ts';
import { overlaps, rangeEnd, without, neighbours, spanOf } from '../flash/map.ts';
import type { FlashFile } from '../flash/target.ts';
import { writeDfuSe } from '../formats/dfu-file.ts';
import { joinBytes } from '../formats/binary.ts';
import { writeZip } from '../formats/zip-write.ts';
import type { DumpBoard } from './dfu-boards.ts';
import type { ImageFlash } from './image-flash.ts';

/** How many bytes are compressed at once. */
const PIECE = 1 << 20;

/** A file with only the changed erase units; `stem` is the beginning of its name. */
type Pack = (stem: string, runs: readonly Range[], flash: ImageFlash) => ReturnType<FlashFile['save']>;

/** The file of an opened image: `name` is that of the file that was opened; `pack` is null where its pieces are of no use. */
export function flashFile(name: string, flash: ImageFlash, pack: Pack | null): FlashFile {
  const stem = name.replace(/\.[^.]*$/, '');
  return {
    changed: () => flash.changed(),
    get isSaved() {
      return flash.isSaved;
    },
    ...(pack === null && { onlyWhole: true }),
    save: async (what) => {
      const runs = neighbours(flash.changed()).map(spanOf);
      const file =
        what === 'image' || pack === null
          ? { name: `${stem}-changed.bin`, data: joinBytes(flash.map.regions.map(({ id }) => flash.whole(id))) }
          : await pack(`${stem}-changes`, runs, flash);
      flash.noteSaved();
      return file;
    },
  };
}

/**
 * A ZIP archive with a file for each run of changed erase units, and a `flasher_args.json` as ESP-IDF writes it
 * (components/esptool_py/flasher_args.json.in). Nothing in the headers is to be changed by esptool, so all settings are `keep`.
 */
export function espChanges(chip: string): Pack {
  return async (stem, changed, flash) => {
    const runs = await withWholeOtadata(changed, flash.whole(REGION));
    const settings = { flash_mode: 'keep', flash_size: 'keep', flash_freq: 'keep' };
    const nameOf = ({ address }: Range) => `flash-${hex(address)}.bin`;
    const list = {
      write_flash_args: Object.entries(settings).flatMap(([option, value]) => [`--${option}`, value]),
      flash_settings: settings,
      flash_files: Object.fromEntries(runs.map((run) => [`0x${run.address.toString(16)}`, nameOf(run)])),
      extra_esptool_args: {
        after: 'hard_reset',
        before: 'default_reset',
        stub: true,
        chip: chip.toLowerCase().replaceAll('-', ''),
      },
    };
    const text = new TextEncoder().encode(`${JSON.stringify(list, null, 4)}\n`);
    const files = [
      { name: 'flasher_args.json', data: text },
      ...runs.map((run) => ({ name: nameOf(run), data: flash.read(run) })),
    ];
    const data = await writeZip(
      files.map(({ name, data: bytes }) => ({ name, modified: null, data: () => bytes })),
      { level: 6, piece: PIECE },
      () => Promise.resolve(),
    );
    return { name: `${stem}.zip`, data };
  };
}

/** The runs with all of otadata wherever a part of it changed: its two entries say together what starts. */
async function withWholeOtadata(runs: readonly Range[], flash: Uint8Array): Promise<readonly Range[]> {
  const { rows } = await tableIn(flash);
  return rows
    .filter(({ type, subtype }) => type === TYPE_DATA && subtype === DATA.ota)
    .map(({ offset, size }) => ({ region: REGION, address: offset, size }))
    .reduce<readonly Range[]>((all, otadata) => {
      const met = all.filter((run) => overlaps(run, otadata));
      if (met.length === 0 || rangeEnd(otadata) > flash.length) return all;
      const others = met.flatMap((run) => without(run, [otadata]));
      const rest = all.filter((run) => !met.includes(run));
      return [...rest, ...others, otadata].toSorted((a, b) => a.address - b.address);
    }, runs);
}

/** A DfuSe file with a part for each run of changed erase units, which dfu-util writes as it is. */
export function dfuChanges({ vendorId, productId, memory }: DumpBoard): Pack {
  return (stem, runs, flash) => {
    const elements = runs.map((run) => ({ address: run.address, data: flash.read(run) }));
    const name = memory.kind === 'memory' ? memory.name : null;
    const device = { vendorId, productId, deviceVersion: null };
    return Promise.resolve({ name: `${stem}.dfu`, data: writeDfuSe([{ alternate: 0, name, elements }], device) });
  };
}

/** The rows of the partition table in a flash, and its address; empty if there is none. */
export async function tableIn(
  data: Uint8Array,
): Promise<{ readonly address: number; readonly rows: readonly TableRow[] }> {
  const read = (address: number, size: number) => Promise.resolve(data.subarray(address, address + size));
  const { address, reading } = await findTable(read, {});
  return { address, rows: reading.rows };
}
