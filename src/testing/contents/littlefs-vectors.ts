/** LittleFS images of the real library, and what it reads from them, compared with what our reader does. */
import { createHash } from 'node:crypto';
import type { OpenLittleFs } from '../../esp/contents/littlefs/read.ts';
import { openLittleFs } from '../../esp/contents/littlefs/read.ts';
import type { Mounted } from '../../esp/contents/littlefs/mount.ts';
import { versionText } from '../../esp/contents/littlefs/superblock.ts';
import type { LittleFsEntry } from '../../esp/contents/littlefs/tree.ts';
import type { PartitionBytes } from '../../flash/partition-contents.ts';
import { hexOf } from '../../formats/binary.ts';
import type { JsonObject } from '../../formats/json.ts';
import { isObject } from '../../formats/json.ts';
import type { VectorRecord } from './vector.ts';

/** The bytes of an image, and how many of them were read in how many reads. */
export function countedBytes(
  image: Uint8Array,
): PartitionBytes & { readonly counts: { bytes: number; reads: number } } {
  const counts = { bytes: 0, reads: 0 };
  const read = (offset: number, size: number): Promise<Uint8Array> => {
    if (offset < 0 || size < 0 || offset + size > image.length) throw new RangeError(`read of ${offset}, ${size}`);
    counts.bytes += size;
    counts.reads++;
    return Promise.resolve(image.slice(offset, offset + size));
  };
  return { size: image.length, read, counts };
}

function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function attributesOf(attributes: ReadonlyMap<number, Uint8Array>): string {
  const sorted = [...attributes].sort(([a], [b]) => a - b);
  return sorted.map(([type, value]) => `${type}=${hexOf(value)}`).join(' ');
}

function truthAttributes(attributes: unknown): string {
  if (!isObject(attributes)) return '';
  const sorted = Object.entries(attributes).sort(([a], [b]) => Number(a) - Number(b));
  return sorted.map(([type, value]) => `${type}=${String(value)}`).join(' ');
}

/** An entry as a line of text. */
async function lineOf(open: OpenLittleFs, entry: LittleFsEntry): Promise<string> {
  const { path, kind, size, attributes, opens } = entry;
  if (!opens) return `${path} does not open`;
  if (kind === 'folder') return `${path} dir ${attributesOf(attributes)}`;
  const content = await open.readFile(path).then(sha256, () => null);
  if (content === null) return `${path} does not open`;
  return `${path} file ${size} ${content} ${attributesOf(attributes)}`;
}

function truthLineOf(entry: JsonObject): string {
  const { path, type, size, sha256: digest, attrs } = entry;
  if ('error' in entry || (type !== 'dir' && typeof digest !== 'string')) return `${String(path)} does not open`;
  if (type === 'dir') return `${String(path)} dir ${truthAttributes(attrs)}`;
  return `${String(path)} file ${String(size)} ${String(digest)} ${truthAttributes(attrs)}`;
}

function infoDifferences(open: OpenLittleFs, { superblock, state }: Mounted, info: unknown): string[] {
  if (!isObject(info)) return [];
  const ours: Record<string, unknown> = {
    diskVersion: versionText(superblock.version),
    blockSize: superblock.blockSize,
    blockCount: superblock.blockCount,
    nameMax: superblock.nameMax,
    fileMax: superblock.fileMax,
    attrMax: superblock.attributeMax,
    usedBlocks: open.tree.usedBytes / superblock.blockSize,
  };
  const found = Object.entries(ours)
    .filter(([name, value]) => info[name] !== value)
    .map(([name, value]) => `${name} is ${String(value)} instead of ${String(info[name])}`);
  const { gstate } = info;
  if (!isObject(gstate)) return found;
  if (state.orphans !== (gstate['orphans'] !== 0)) found.push(`orphans is ${state.orphans}`);
  if ((state.move?.type ?? 0) !== gstate['moveType']) found.push(`moveType is ${state.move?.type}`);
  if ((state.move?.id ?? 0) !== gstate['moveId']) found.push(`moveId is ${state.move?.id}`);
  return found;
}

/** Everything in which our reader differs from the truth, in words; nothing if it agrees. */
export async function differences(
  image: Uint8Array,
  _record: VectorRecord,
  truth: unknown,
  _beside: { readonly keys?: Uint8Array; readonly after?: Uint8Array },
): Promise<readonly string[]> {
  if (!isObject(truth)) return ['the truth is not an object'];
  const open = await openLittleFs(countedBytes(image));
  const mounts = open?.mounted?.mounts === true;
  if (mounts !== (truth['mount'] === 'OK')) return [`mounting gives ${mounts} instead of ${String(truth['mount'])}`];
  if (open === null || open.mounted === null || open.files === null || !mounts) return [];
  const found = infoDifferences(open, open.mounted, truth['fsinfo']);
  const ours = new Set<string>();
  for (const entry of open.files.entries) ours.add(await lineOf(open, entry));
  const entries = Array.isArray(truth['entries']) ? truth['entries'].filter((each) => isObject(each)) : [];
  const theirs = new Set(entries.map(truthLineOf));
  for (const line of theirs) if (!ours.has(line)) found.push(`missing: ${line}`);
  for (const line of ours) if (!theirs.has(line)) found.push(`too much: ${line}`);
  if (isObject(truth['rootAttrs'])) {
    const [root, expected] = [attributesOf(open.files.rootAttributes), truthAttributes(truth['rootAttrs'])];
    if (root !== expected) found.push(`the root has ${root} instead of ${expected}`);
  }
  return found;
}
