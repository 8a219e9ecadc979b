/** Manifests of ESP Web Tools: builds for several chips, each with its parts (esphome.github.io/esp-web-tools). */
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

const LONGEST_NAME = 60;
/** The most builds of one manifest that are read: one for each chip, some for two kinds of connection. */
const MOST_BUILDS = 64;
const URL = /^([a-z][a-z0-9+.-]*:)?\/\//i;

/** Whether a JSON is such a manifest. */
export function isManifest(list: JsonObject): boolean {
  const { builds } = list;
  return Array.isArray(builds) && builds.some((build) => isObject(build) && textIn(build, 'chipFamily') !== null);
}

/** The builds that a manifest describes, with offsets below `limit`; their files are looked for among `files`. */
export function manifestBuilds(list: JsonObject, source: Packed, files: FilesByPath, limit: number): Build[] {
  const title = [textIn(list, 'name'), textIn(list, 'version')].filter((each) => each !== null).join(' ');
  const says = title === '' ? 'An ESP Web Tools manifest' : `An ESP Web Tools manifest, “${shortly(title)}”,`;
  const all: readonly unknown[] = Array.isArray(list['builds']) ? list['builds'] : [];
  const builds = all.slice(0, MOST_BUILDS);
  const more = all.length - builds.length;
  const values = { count: all.length, limit: MOST_BUILDS };
  const place = { in: 'file', name: source.path } as const;
  const unread = more > 0 ? [unpackFinding('manifest-too-many-builds', place, values)] : [];
  return builds.filter(isObject).flatMap((build, i): Build[] => {
    const chip = textIn(build, 'chipFamily');
    if (chip === null) return [];
    const { found, named, findings } = partsOf(build, source, files, limit);
    const serial = serialOf(build);
    const alike = builds.filter((other) => isObject(other) && textIn(other, 'chipFamily') === chip).length > 1;
    const own = alike ? [chip, serial.serial ?? found[0]?.path ?? ''].join(', ') : chip;
    const where = builds.length === 1 ? source.path : `${source.path}: ${shortly(own)}`;
    return [
      {
        container: 'ESP Web Tools manifest',
        says,
        where,
        list: source,
        chip: chipName(chip),
        ...serial,
        files: found,
        named,
        left: [],
        findings: i === 0 ? [...unread, ...findings] : findings,
      },
    ];
  });
}

/** The connection that a build is for (README of ESP Web Tools: "cdc" or "uart"); anything else does not restrict it. */
function serialOf(build: JsonObject): Pick<Build, 'serial'> {
  const serial = textIn(build, 'serialType');
  return serial === 'cdc' || serial === 'uart' ? { serial } : {};
}

function partsOf(
  build: JsonObject,
  source: Packed,
  files: FilesByPath,
  limit: number,
): { readonly found: BuildFile[]; readonly named: number; readonly findings: Finding[] } {
  const found: BuildFile[] = [];
  const findings: Finding[] = [];
  const parts: readonly unknown[] = Array.isArray(build['parts']) ? build['parts'] : [];
  for (const part of parts.slice(0, MOST_PARTS)) {
    const path = isObject(part) ? textIn(part, 'path') : null;
    if (!isObject(part) || path === null) continue;
    const at = offsetOf(part['offset'], limit);
    if (at === null) {
      const values = { file: shortly(path), offset: shortly(JSON.stringify(part['offset']) ?? 'no offset') };
      findings.push(unpackFinding('build-offset-wrong', { in: 'file', name: source.path }, values));
      continue;
    }
    const elsewhere = { elsewhere: 'missing here: it is on the web. Download it and add it' };
    const file = findNamed(source, bare(path), files);
    found.push({ path: shortly(path), file, at, ...(URL.test(path) && elsewhere) });
  }
  return { found: found.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0)), named: parts.length, findings };
}

/** A path without what only a web server understands: `?v=3`, `#top`, `%20`. */
function bare(path: string): string {
  const own = path.replace(/[?#].*$/s, '');
  try {
    return decodeURIComponent(own);
  } catch {
    return own;
  }
}

/** Text from a manifest, short enough for a sentence. */
function shortly(text: string): string {
  return plainName(text, LONGEST_NAME);
}
