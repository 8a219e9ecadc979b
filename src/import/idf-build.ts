/** ESP-IDF builds, by their `flasher_args.json` (ESP-IDF, components/esptool_py/flasher_args.json.in). */
import type { Finding } from '../flash/finding.ts';
import { plainName } from '../flash/names.ts';
import type { Build, BuildFile, FilesByPath } from './build.ts';
import { findNamed, MOST_PARTS } from './build.ts';
import { chipName } from './other-chips.ts';
import { unpackFinding } from './findings.ts';
import type { JsonObject } from '../formats/json.ts';
import { isObject, textIn } from '../formats/json.ts';
import { offsetOf } from './flash-args.ts';
import type { Packed } from './packed.ts';

/** Whether a JSON is the list of an ESP-IDF build. */
export function isIdfList(list: JsonObject): boolean {
  return isObject(list['flash_files']);
}

/** The build that such a list describes, with offsets below `limit`; its files are looked for among `files`. */
export function idfBuild(list: JsonObject, source: Packed, files: FilesByPath, limit: number): Build {
  const { path: where } = source;
  const place = { in: 'file', name: where } as const;
  const findings: Finding[] = [];
  const found: BuildFile[] = [];
  const flashFiles = isObject(list['flash_files']) ? list['flash_files'] : {};
  const secret = encryptedIn(list);
  // ESP-IDF itself writes an empty name where a target has no file.
  const named = Object.keys(flashFiles).flatMap((offset) => {
    const path = textIn(flashFiles, offset);
    return path === null ? [] : [{ offset, path }];
  });
  for (const { offset, path } of named.slice(0, MOST_PARTS)) {
    const at = offsetOf(offset, limit);
    if (at === null) {
      findings.push(unpackFinding('build-offset-wrong', place, { file: plainName(path), offset: plainName(offset) }));
      continue;
    }
    const file = findNamed(source, path, files);
    found.push({ path: plainName(path), file, at, encrypted: secret.has(path) });
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
    named: named.length,
    left: [],
    findings,
  };
}

/** Each file also has an entry of its own, such as `"app": { "offset", "file", "encrypted" }`. */
function encryptedIn(list: JsonObject): ReadonlySet<string | null> {
  const entries = Object.values(list).filter(isObject);
  return new Set(
    entries.filter((entry) => String(entry['encrypted']) === 'true').map((entry) => textIn(entry, 'file')),
  );
}
