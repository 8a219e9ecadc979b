/** Builds without a manifest: PlatformIO build folders and Arduino exports, whose files have fixed names and addresses. */
import { HASHES } from '../../formats/hashes.ts';
import { readAppHeader } from '../../formats/app-header.ts';
import { bootloaderOffset } from '../../formats/chip-ids.ts';
import { DEFAULT_TABLE, TABLE_SPACE } from '../flash-geometry.ts';
import { isBinaryTable, readTable } from '../partitions/table.ts';
import { APP, OTA_SLOTS, TYPE_APP } from '../partitions/types.ts';
import { REGION } from '../loader/target.ts';
import type { Build, BuildFile } from '../../import/build.ts';
import type { UnusedFile, Packed } from '../../import/packed.ts';
import { baseName, folderOf, wholeOf } from '../../import/packed.ts';

/** Where Arduino's core puts otadata (arduino-esp32, platform.txt). */
const BOOT_APP0 = 0xe000;
/** Where the app goes if the table cannot be read. */
const USUAL_APP = 0x10000;
/** The most folders and sketches that are looked at: a project has a handful. */
const MOST_BUILDS = 64;
const ARDUINO = /^(.+\.ino)\.bin$/;
const FILE_SYSTEMS = ['littlefs.bin', 'spiffs.bin', 'fatfs.bin'];

/** The file names of one kind of build. */
interface Names {
  readonly container: string;
  readonly says: string;
  readonly app: string;
  readonly bootloader: string;
  readonly table: string;
  readonly unused: (name: string) => string | null;
}

function platformIo(): Names {
  return {
    container: 'PlatformIO build',
    says: 'A PlatformIO build',
    app: 'firmware.bin',
    bootloader: 'bootloader.bin',
    table: 'partitions.bin',
    unused: (name) => (/^firmware\.(elf|factory\.bin)$/.test(name) ? 'the same app in another form' : null),
  };
}

function arduino(sketch: string): Names {
  const unused = [`${sketch}.merged.bin`, `${sketch}.elf`];
  return {
    container: 'Arduino export',
    says: 'An Arduino export',
    app: `${sketch}.bin`,
    bootloader: `${sketch}.bootloader.bin`,
    table: `${sketch}.partitions.bin`,
    unused: (name) => (unused.includes(name) ? 'the same firmware in another form' : null),
  };
}

/** All such builds among the dropped files: an app with its partition table beside it. `boardChip` is the board's chip. */
export async function conventionalBuilds(files: readonly Packed[], boardChip: string): Promise<Build[]> {
  const builds: Build[] = [];
  let looks = 0;
  const folders = new Map<string, Map<string, Packed>>();
  for (const file of files) {
    const folder = folderOf(file.path);
    folders.set(folder, (folders.get(folder) ?? new Map<string, Packed>()).set(baseName(file.path), file));
  }
  for (const [folder, names] of folders) {
    for (const name of names.keys()) {
      const sketch = ARDUINO.exec(name)?.[1];
      const own = sketch !== undefined ? arduino(sketch) : name === 'firmware.bin' ? platformIo() : null;
      if (own === null || looks === MOST_BUILDS) continue;
      looks++;
      const build = await buildOf(folder, names, own, boardChip);
      if (build !== null) builds.push(build);
    }
  }
  return builds;
}

/** The build in a folder; null if the files with the names of app and table are something else. */
async function buildOf(
  folder: string,
  names: ReadonlyMap<string, Packed>,
  own: Names,
  boardChip: string,
): Promise<Build | null> {
  const [app, table] = [names.get(own.app), names.get(own.table)];
  const header = app && readAppHeader(await app.head());
  const isTable = table !== undefined && isBinaryTable(await table.head());
  if (app === undefined || header === undefined || header === null || !isTable) return null;
  const chip = header.chip.name;
  const bootAt = bootloaderOffset(chip ?? boardChip);
  const files: BuildFile[] = [
    { path: own.bootloader, file: names.get(own.bootloader) ?? null, ...(bootAt !== null && { at: bootAt }) },
    { path: own.table, file: table, at: DEFAULT_TABLE },
    { path: own.app, file: app, at: (await firstApp(table)) ?? USUAL_APP },
  ];
  const left: UnusedFile[] = [];
  const boot = names.get('boot_app0.bin');
  if (boot !== undefined) files.push({ path: 'boot_app0.bin', file: boot, at: BOOT_APP0 });
  else
    left.push({
      name: 'boot_app0.bin',
      why: 'not in this folder: without it, the board’s otadata stays as it is',
    });
  // The table decides where a file system goes, so it is placed like one dropped by itself.
  for (const name of FILE_SYSTEMS) {
    const file = names.get(name);
    if (file !== undefined) files.push({ path: name, file });
  }
  for (const name of names.keys()) {
    const why = own.unused(name);
    if (why !== null) left.push({ name: folder + name, why });
  }
  const { container, says } = own;
  const where = folder === '' ? own.app : folder.slice(0, -1);
  return { container, says, where, list: null, chip, files, left, findings: [] };
}

/** The lowest offset of the factory and OTA app partitions; null if there are none or the table cannot be read. */
async function firstApp(file: Packed): Promise<number | null> {
  if (file.size > TABLE_SPACE) return null;
  const opened = await file.open();
  if (opened.kind === 'closed') return null;
  const place = { region: REGION, address: DEFAULT_TABLE, file: file.path };
  const { rows } = readTable(await wholeOf(opened.source), place, HASHES);
  const slots = rows.filter(
    ({ type, subtype }) =>
      type === TYPE_APP && (subtype === APP.factory || (subtype >= APP.ota0 && subtype < APP.ota0 + OTA_SLOTS)),
  );
  return slots.length === 0 ? null : Math.min(...slots.map(({ offset }) => offset));
}
