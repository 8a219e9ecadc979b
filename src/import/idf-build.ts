/** ESP-IDF builds, by their `flasher_args.json` (ESP-IDF, components/esptool_py/flasher_args.json.in). */
import type { Finding } from '../flash/finding.ts';
import type { Build, BuildFile } from './build.ts';
import { findNamed } from './build.ts';
import { chipName } from './chip-names.ts';
import { unpackFinding } from './findings.ts';
import type { JsonObject } from '../formats/json.ts';
import { isObject, textIn } from '../formats/json.ts';
import { offsetOf } from './offsets.ts';
import type { Packed } from './packed.ts';

/** Whether a JSON is the list of an ESP-IDF build. */
export function isIdfList(list: JsonObject): boolean {
  return isObject(list['flash_files']);
}

/** The build that such a list describes, with offsets below `limit`; its files are looked for among `files`. */
export function idfBuild(list: JsonObject, source: Packed, files: readonly Packed[], limit: number): Build {
  const { path: where } = source;
  const place = { in: 'file', name: where } as const;
  const findings: Finding[] = [];
  const found: BuildFile[] = [];
  const flashFiles = isObject(list['flash_files']) ? list['flash_files'] : {};
  for (const [offset, path] of Object.entries(flashFiles)) {
    // ESP-IDF itself writes an empty name where a target has no file.
    if (typeof path !== 'string' || path === '') continue;
    const at = offsetOf(offset, limit);
    if (at === null) {
      findings.push(unpackFinding('build-offset-wrong', place, { file: path, offset }));
      continue;
    }
    const file = findNamed(source, path, files);
    found.push({ path, file, at, encrypted: isEncrypted(list, path) });
  }
  const extra = isObject(list['extra_esptool_args']) ? list['extra_esptool_args'] : {};
  const chip = textIn(extra, 'chip');
  return {
    container: 'ESP-IDF build',
    says: 'An ESP-IDF build',
    where,
    list: source,
    chip: chip === null ? null : chipName(chip),
    files: found.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0)),
    left: [],
    findings,
  };
}

/** Each file also has an entry of its own, such as `"app": { "offset", "file", "encrypted" }`. */
function isEncrypted(list: JsonObject, path: string): boolean {
  return Object.values(list).some(
    (entry) => isObject(entry) && entry['file'] === path && String(entry['encrypted']) === 'true',
  );
}
