/** NVS images of the real library, and what it reads from them, compared with what our reader does. */
import { createHash } from 'node:crypto';
import { readKeyPartition } from '../../esp/contents/nvs/xts.ts';
import { readNvs } from '../../esp/contents/nvs/read.ts';
import type { NvsReading } from '../../esp/contents/nvs/read.ts';
import { shownValue } from '../../esp/contents/nvs/values.ts';
import type { NvsValue } from '../../esp/contents/nvs/values.ts';
import { isObject, textIn } from '../../formats/json.ts';
import type { JsonObject } from '../../formats/json.ts';
import type { VectorRecord } from './vector.ts';

const MOUNTS: Readonly<Record<string, string>> = {
  'no-free-pages': 'ESP_ERR_NVS_NO_FREE_PAGES',
  'new-version': 'ESP_ERR_NVS_NEW_VERSION_FOUND',
  'not-enough-space': 'ESP_ERR_NVS_NOT_ENOUGH_SPACE',
  fail: 'ESP_FAIL',
};

function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function objectsIn(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter((each) => isObject(each)) : [];
}

/** Everything in which our reader differs from the truth, in words; nothing if it agrees. */
export async function differences(
  image: Uint8Array,
  record: VectorRecord,
  truth: unknown,
  beside: { readonly keys?: Uint8Array; readonly after?: Uint8Array },
): Promise<readonly string[]> {
  if (!isObject(truth)) return ['the truth is not an object'];
  const partition = new Uint8Array(Math.max(record.params?.partitionSize ?? 0, image.length)).fill(0xff);
  partition.set(image);
  const keys = beside.keys === undefined ? null : readKeyPartition(beside.keys);
  if (keys !== null && keys.kind !== 'keys') return [`the keys are ${keys.kind}`];
  const reading = readNvs(partition, keys === null ? {} : { keys: keys.keys });
  const mount = reading.failed === null ? 'ESP_OK' : MOUNTS[reading.failed];
  if (mount !== truth['mount']) return [`starting gives ${mount} instead of ${String(truth['mount'])}`];
  if (truth['mount'] !== 'ESP_OK') return [];
  const after = beside.after === undefined ? textIn(truth, 'sha256After') : sha256(beside.after);
  return [
    ...namespaceDifferences(reading, objectsIn(truth['namespaces'])),
    ...valueDifferences(reading.values, objectsIn(truth['entries'])),
    ...pageDifferences(reading, objectsIn(truth['pagesAfterMount'])),
    ...statDifferences(reading, truth['stats']),
    ...(after === null || after === sha256(reading.afterReading) ? [] : ['the image differs after reading']),
    ...missed(reading, truth['readByWriter']),
  ];
}

function namespaceDifferences({ namespaces }: NvsReading, truth: readonly JsonObject[]): string[] {
  const [ours, theirs] = [namespaces, truth].map((all) => JSON.stringify(all.map(({ name, index }) => [name, index])));
  return ours === theirs ? [] : [`namespaces ${ours} instead of ${theirs}`];
}

/** One value as a line of text, in the words of the truth files. */
function lineOf(value: NvsValue): string {
  const { namespace, namespaceIndex, key, type, data, blob } = value;
  const name = `${namespace ?? null}(${namespaceIndex})/${key} ${type === 'string' ? 'str' : type}`;
  if (data === null) return `${name} ESP_ERR_NVS_NOT_FOUND`;
  if (type !== 'string' && type !== 'blob') return `${name} ${shownValue(type, data)}`;
  const how = blob === null ? '' : blob === 'old' ? ' v1-blob' : ` v2-index ${blob.chunks} ${blob.start}`;
  return `${name} ${data.length} ${sha256(data)}${how}`;
}

function truthLineOf(entry: JsonObject): string {
  const { ns, nsIndex, key, type, value, size, sha256, stored, chunks, chunkStart, error } = entry;
  const name = `${String(ns)}(${String(nsIndex)})/${String(key)} ${String(type)}`;
  if (error !== undefined) return `${name} ${String(error)}`;
  if (type !== 'str' && type !== 'blob') return `${name} ${String(value)}`;
  const how =
    stored === undefined
      ? ''
      : ` ${String(stored)}${stored === 'v2-index' ? ` ${String(chunks)} ${String(chunkStart)}` : ''}`;
  return `${name} ${String(size)} ${String(sha256)}${how}`;
}

function valueDifferences(values: readonly NvsValue[], truth: readonly JsonObject[]): string[] {
  const [ours, theirs] = [values.map(lineOf), truth.map(truthLineOf)];
  const known = new Set(theirs);
  const mine = new Set(ours);
  const found = [
    ...theirs.filter((line) => !mine.has(line)).map((line) => `not read: ${line}`),
    ...ours.filter((line) => !known.has(line)).map((line) => `read only by us: ${line}`),
  ];
  return found.length === 0 && ours.join('\n') !== theirs.join('\n') ? ['the values are in another order'] : found;
}

function pageDifferences({ pages }: NvsReading, truth: readonly JsonObject[]): string[] {
  return truth.flatMap(({ page, state, seq, version, used, erased }) => {
    const ours = pages.find(({ index }) => index === page);
    const states = { blank: 'UNINITIALIZED', active: 'ACTIVE', full: 'FULL', freeing: 'FREEING', corrupt: 'CORRUPT' };
    const theirs = JSON.stringify([state, seq, version, used, erased]);
    const is = ours && JSON.stringify([states[ours.state], ours.sequence, ours.version, ours.used, ours.erased]);
    return is === theirs ? [] : [`page ${String(page)} is ${is} instead of ${theirs}`];
  });
}

function statDifferences({ available }: NvsReading, stats: unknown): string[] {
  const theirs = isObject(stats) ? stats['available'] : undefined;
  return theirs === undefined || theirs === available
    ? []
    : [`${available} entries available instead of ${String(theirs)}`];
}

/** What the older library that wrote the image reads, and we neither read nor could recover. */
function missed({ values, recoverable }: NvsReading, truth: unknown): string[] {
  const line = (text: string) => text.replace(/\(\d+\)| v[12]-.*$/g, '');
  const all = new Set([...values, ...recoverable].map((value) => line(lineOf(value))));
  const theirs = objectsIn(isObject(truth) ? truth['entries'] : undefined).map((entry) => line(truthLineOf(entry)));
  return theirs.filter((entry) => !all.has(entry)).map((entry) => `not recovered: ${entry}`);
}
