/** What must be true of every image, however damaged: it is read, edited and resized, or refused, and nothing is lost silently. */
import type { ContentFormat } from '../../esp/contents/formats.ts';
import { FORMATS } from '../../esp/contents/formats.ts';
import { readNvs } from '../../esp/contents/nvs/read.ts';
import type { SPIFFS_FAILURES } from '../../esp/contents/spiffs/findings.ts';
import { AT, FLAG, pagesOf } from '../../esp/contents/spiffs/geometry.ts';
import { openSpiffs } from '../../esp/contents/spiffs/open.ts';
import { SpiffsVolume } from '../../esp/contents/spiffs/volume.ts';
import { Failure } from '../../flash/failure.ts';
import type { ContentEdit, OpenedPartition, PartitionListing } from '../../flash/partition-contents.ts';
import { NEVER_YIELD } from '../../flash/yielding.ts';
import { hexOf } from '../../formats/binary.ts';
import { md5Hex } from '../../formats/hashes.ts';
import { cpuTimer } from '../cpu.ts';
import { countedBytes } from './littlefs-vectors.ts';
import type { DamagedFormat, DamagedImage } from './damage.ts';

/** The most processor time that one image may take for all of this, in ms. */
const CPU_MS = 2000;
/** Stands for the bytes of a file of SPIFFS that cannot be read. */
const UNREADABLE: keyof typeof SPIFFS_FAILURES = 'spiffs-file-unreadable';
const HOW = { keys: null, yieldNow: NEVER_YIELD };
const NEW_FILE: ContentEdit = { edit: 'write-file', path: '/new', data: new Uint8Array(700).fill(7), modified: null };
const NEW_SETTING: ContentEdit = { edit: 'set', namespace: 'n', key: 'new', type: 'string', value: 'v' };

/** What an image holds, by name: a file by its digest, a setting by its value; null if it is not of this format. */
type Held = ReadonlyMap<string, string>;

/**
 * Everything that is wrong with how a damaged image is read, and unless `reads` also edited and resized; nothing if all is as it
 * should be.
 */
export async function damageFaults(
  format: DamagedFormat,
  input: DamagedImage,
  { reads = false } = {},
): Promise<readonly string[]> {
  const own = FORMATS.find(({ id }) => id === format);
  if (own === undefined) throw new RangeError(`no format ${format}`);
  const elapsed = cpuTimer();
  const faults: string[] = [];
  try {
    const add = (fault: string) => faults.push(fault);
    const before = await readFaults(own, input, add);
    if (before !== null && !reads) await changeFaults(own, input, before, add);
  } catch (error) {
    faults.push(`throws ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  if (elapsed() > CPU_MS) faults.push(`takes ${elapsed().toFixed(0)} ms`);
  return faults;
}

/** What an image holds, and what its findings say of it. */
interface Read {
  readonly held: Held;
  /** All findings in one text: what they name is not lost silently. */
  readonly said: string;
  /** The paths that its findings name: what is below a folder that the firmware does not see is not listed either. */
  readonly named: ReadonlySet<string>;
  /** What it holds once its pages are finished that were not written whole. */
  readonly finished: Held;
  /** Whether the firmware reads anything: a change that lets its library start brings everything back. */
  readonly starts: boolean;
}

async function readFaults(
  format: ContentFormat,
  { image, original }: DamagedImage,
  add: (fault: string) => void,
): Promise<Read | null> {
  const bytes = countedBytes(image);
  const opened = await format.open(bytes, HOW, true);
  // NVS reads its first two pages once more.
  if (bytes.counts.bytes > 2 * image.length + 0x2000) add(`reads ${bytes.counts.bytes} of ${image.length} bytes`);
  if (opened === null) return null;
  for (const fault of namesFaults(opened.listing)) add(fault);
  if (format.id === 'nvs') for (const name of inventedIn(opened.listing, original)) add(`${name} was never written`);
  const { listing } = opened;
  const findings = listing.kind === 'unknown' ? [] : listing.findings;
  const said = findings.map(({ says }) => says).join('\n');
  const named = new Set(
    findings.flatMap(({ values }) => (values['path'] === undefined ? [] : [String(values['path'])])),
  );
  const starts = format.id !== 'nvs' || readNvs(image).failed === null;
  const own = await held(image, opened, add);
  return { held: own, finished: await finishedIn(format, image, own), said, named, starts };
}

/**
 * What SPIFFS holds after its check has finished the data pages that lack only the mark that they were written whole, which makes a
 * file readable that was not (`spiffs_lookup_check_validate`, "unfinalized page is referred, finalizing").
 */
async function finishedIn(format: ContentFormat, image: Uint8Array, before: Held): Promise<Held> {
  if (![...before.values()].includes(UNREADABLE)) return before;
  const volume = (await openSpiffs(countedBytes(image)))?.volume;
  if (volume === undefined) return before;
  const finished = new SpiffsVolume(volume.geometry, image.slice());
  for (const page of pagesOf(volume.geometry)) {
    const { id, flags } = finished.header(page);
    const isData = (flags & (FLAG.used | FLAG.index | FLAG.deleted)) === (FLAG.index | FLAG.deleted);
    if (isData && finished.lookup(page) === id) finished.image[finished.at(page) + AT.flags] = flags & ~FLAG.final;
  }
  const opened = await format.open(countedBytes(finished.image), HOW, true);
  return opened === null ? before : held(finished.image, opened, () => undefined);
}

async function changeFaults(
  format: ContentFormat,
  { image }: DamagedImage,
  before: Read,
  add: (fault: string) => void,
): Promise<void> {
  const [write, added] = format.id === 'nvs' ? [NEW_SETTING, 'n/new string'] : [NEW_FILE, '/new'];
  const half = image.length / 2;
  const changes = [
    { what: 'compacting', result: await format.edit(image, [{ edit: 'compact' }], HOW) },
    { what: 'growing', result: await format.resize(image, image.length + 0x10000, HOW) },
    { what: 'shrinking', result: await format.resize(image, Math.max(0x3000, half - (half % 0x1000)), HOW) },
    ...(before.held.has(added) ? [] : [{ what: 'adding', added, result: await format.edit(image, [write], HOW) }]),
  ];
  for (const { what, added: own, result } of changes) {
    const after = await changedTo(format, result, add);
    if (after !== null && before.starts) compare(what, before, after, add, own);
  }
}

/** What a changed image holds; null if the change was refused. */
async function changedTo(
  format: ContentFormat,
  result: Awaited<ReturnType<ContentFormat['edit']>>,
  add: (fault: string) => void,
): Promise<Held | null> {
  if ('refusal' in result) return null;
  const opened = await format.open(countedBytes(result.data), HOW, true);
  if (opened === null) {
    add('a changed image is not opened');
    return new Map();
  }
  return held(result.data, opened, add);
}

function compare(
  what: string,
  { held: before, finished, said, named }: Read,
  after: Held,
  add: (fault: string) => void,
  added?: string,
) {
  const isKept = (name: string, value: string): boolean =>
    after.get(name) === value || (value === UNREADABLE && after.has(name) && after.get(name) === finished.get(name));
  const differ = [...before].filter(([name, value]) => !isKept(name, value) && !said.includes(name));
  for (const [name, value] of differ) add(`${what} makes of ${name} (${value}): ${after.get(name) ?? 'nothing'}`);
  const more = [...after.keys()].filter(
    (name) => !before.has(name) && name !== added && !said.includes(name) && !isBelow(name, named),
  );
  for (const name of more) add(`${what} brings back ${name}`);
  if (added !== undefined && !after.has(added)) add(`${what}: ${added} is not there`);
}

/** Whether one of these folders holds it. */
function isBelow(path: string, folders: ReadonlySet<string>): boolean {
  const ends = [...path.matchAll(/\//g)].map(({ index }) => index);
  return ends.some((end) => folders.has(path.slice(0, end)));
}

async function held(
  image: Uint8Array,
  { listing, readFile }: OpenedPartition,
  add: (fault: string) => void,
): Promise<Held> {
  const found = new Map<string, string>();
  // Also listed, and lost with the first change as the firmware's library loses it, is what only this app can still read.
  if (listing.kind === 'settings')
    for (const { namespace, key, type, data } of readNvs(image).values)
      // An older library can leave a name with two types.
      if (namespace !== null && data !== null && !found.has(`${namespace}/${key} ${type}`))
        found.set(`${namespace}/${key} ${type}`, md5Hex(data));
  if (listing.kind !== 'files') return found;
  for (const { path, kind, size } of listing.entries) {
    if (kind === 'folder') {
      found.set(path, 'folder');
      continue;
    }
    try {
      const data = await readFile(path);
      // Of a name that is listed twice, the one that can be read is.
      const sizes = listing.entries.flatMap((entry) => (entry.path === path ? [entry.size] : []));
      if (!sizes.includes(data.length)) add(`${path} has ${data.length} bytes and is listed with ${size}`);
      found.set(path, md5Hex(data));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      found.set(path, error.facts.name);
    }
  }
  return found;
}

function namesFaults(listing: PartitionListing): string[] {
  if (listing.kind !== 'files' || listing.format === 'SPIFFS') return [];
  return listing.entries.flatMap(({ path }) =>
    /^(?:\/[^/]+)+$/.test(path) && !path.split('/').includes('..') ? [] : [`the path ${path}`],
  );
}

/** Settings whose value the undamaged image does not have anywhere: their checksums would have had to be wrong, and were believed. */
function inventedIn(listing: PartitionListing, original: Uint8Array): string[] {
  if (listing.kind !== 'settings') return [];
  const known = Buffer.from(original).toString('latin1');
  return listing.settings.flatMap(({ namespace, key, type, value }) => {
    if (value === null || (type !== 'string' && type !== 'blob')) return [];
    const bytes = type === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value, 'hex');
    // The parts of a long one lie apart.
    return known.includes(bytes.subarray(0, 32).toString('latin1')) ? [] : [`${namespace}/${key} ${hexOf(bytes)}`];
  });
}
