/**
 * Builds of Meshtastic, by their `firmware-<target>-<version>.mt.json`: files with their MD5, and the partition table that they are
 * for (meshtastic/firmware, bin/platformio-custom.py and extra_scripts/esp32_pre.py).
 */
import { plainName } from '../flash/names.ts';
import type { JsonObject } from '../formats/json.ts';
import { isObject, textIn } from '../formats/json.ts';
import type { Build, BuildFile, FilesByPath } from './build.ts';
import { findNamed, MOST_PARTS } from './build.ts';
import { chipName } from './other-chips.ts';
import { offsetOf } from './flash-args.ts';
import type { UnusedFile, Packed } from './packed.ts';
import { baseName } from './packed.ts';

const ENDING = /\.mt\.json$/i;
/** The partitions that its files name; older lists name none. */
const [APP, FILES] = ['app0', 'spiffs'] as const;

/** Whether a JSON is such a list. */
export function isMeshtasticList(list: JsonObject): boolean {
  const { files } = list;
  return (
    textIn(list, 'mcu') !== null &&
    Array.isArray(files) &&
    files.some((file) => isObject(file) && textIn(file, 'md5') !== null)
  );
}

/** The build that such a list describes, with offsets below `limit`: its app and its file system; its files are looked for among `files`. */
export function meshtasticBuild(list: JsonObject, source: Packed, files: FilesByPath, limit: number): Build {
  const listed = (Array.isArray(list['files']) ? list['files'] : []).slice(0, MOST_PARTS).filter(isObject);
  const found: BuildFile[] = [];
  const left: UnusedFile[] = [];
  for (const each of listed) {
    const name = textIn(each, 'name');
    if (name === null) continue;
    const part = textIn(each, 'part_name') ?? partOf(name, source);
    const file = findNamed(source, name, files);
    if (part === null) {
      // Of forms that were not dropped there is nothing to say.
      if (file !== null) left.push({ name: file.path, why: otherForm(name) });
      continue;
    }
    const at = offsetIn(list, part, limit);
    const md5 = textIn(each, 'md5')?.toLowerCase();
    found.push({
      path: plainName(name),
      file,
      ...(at !== null && { at }),
      ...(md5 !== undefined && /^[0-9a-f]{32}$/.test(md5) && { md5 }),
    });
  }
  const chip = textIn(list, 'architecture') ?? textIn(list, 'mcu');
  const named = textIn(list, 'displayName') ?? textIn(list, 'platformioTarget') ?? textIn(list, 'board');
  const title = [named, textIn(list, 'version')].filter((each) => each !== null).join(' ');
  return {
    container: 'Meshtastic build',
    says: title === '' ? 'A Meshtastic build' : `A Meshtastic build, “${plainName(title, 60)}”,`,
    where: source.path,
    list: source,
    chip: chip === null ? null : chipName(chip),
    files: found.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0)),
    left,
    findings: [],
  };
}

/** The partition of a file in a list that names none: known by its name beside that of the list. */
function partOf(name: string, { path }: Packed): string | null {
  if (name === baseName(path).replace(ENDING, '.bin')) return APP;
  return /^littlefs-.*\.bin$/.test(name) ? FILES : null;
}

/** Where a partition of the list’s own table begins; null if the table is not in it, or says something else. */
function offsetIn({ part }: JsonObject, name: string, limit: number): number | null {
  const rows: readonly unknown[] = Array.isArray(part) ? part : [];
  const row = rows.find((each) => isObject(each) && each['name'] === name);
  return isObject(row) ? offsetOf(row['offset'], limit) : null;
}

function otherForm(name: string): string {
  if (name.endsWith('.factory.bin'))
    return 'the same app with bootloader and partition table: to use it, add it on its own';
  if (/-ota\.bin$|^bleota/.test(name)) return 'for updates over Bluetooth or Wi-Fi: to use it, add it on its own';
  return 'the same firmware in another form';
}
