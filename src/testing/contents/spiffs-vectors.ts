/** Compares what we read from a SPIFFS image with what the C library read from it. */
import { sha256 } from '@noble/hashes/sha2.js';
import { openSpiffs } from '../../esp/contents/spiffs/open.ts';
import { isMountable } from '../../esp/contents/spiffs/detect.ts';
import { Failure } from '../../flash/failure.ts';
import type { PartitionBytes } from '../../flash/partition-contents.ts';
import { hexOf } from '../../formats/binary.ts';
import type { VectorRecord } from './vector.ts';

/** A file as the library lists it; `error` is how reading it ended. */
interface TrueEntry {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly objId: number;
  readonly meta?: string;
  readonly error?: string;
}

/** What the library reads. */
interface Truth {
  readonly mount: string;
  readonly config: {
    readonly pageSize: number;
    readonly blockSize: number;
    readonly objNameLen: number;
    readonly metaLen: number;
    readonly useMagicLen: number;
    readonly alignedIndexTables: number;
  };
  readonly info?: { readonly total: number; readonly used: number };
  readonly entries?: readonly TrueEntry[];
}

/** The bytes of an image, as a partition that is read piece by piece. */
function bytesOf(image: Uint8Array): PartitionBytes {
  const read = (offset: number, size: number): Promise<Uint8Array> => {
    if (offset < 0 || size < 0 || offset + size > image.length) {
      return Promise.reject(new RangeError(`read of ${size} bytes at ${offset} of ${image.length}`));
    }
    return Promise.resolve(image.slice(offset, offset + size));
  };
  return { size: image.length, read };
}

/** Everything in which our reading of an image differs from the library's, in words. */
export async function differences(
  image: Uint8Array,
  _record: VectorRecord,
  truth: unknown,
): Promise<readonly string[]> {
  // The truth was written by the tools that made the images.
  const { mount, config, info, entries = [] } = truth as Truth;
  const opened = await openSpiffs(bytesOf(image));
  if (opened === null) return mount === 'OK' ? ['it is not recognised'] : [];
  const mounts = isMountable(opened.marks) ? 'OK' : 'SPIFFS_ERR_NOT_A_FS';
  if (mounts !== mount) return [`it mounts ${mounts} instead of ${mount}`];
  const found: string[] = [];
  const { geometry } = opened.volume;
  const { pageSize, blockSize } = geometry;
  const ours = { pageSize, blockSize, useMagicLen: Number(geometry.countsBlocks) };
  for (const [name, value] of Object.entries(ours)) {
    const theirs = Object.entries(config).find(([key]) => key === name)?.[1];
    if (value !== theirs) found.push(`${name} is ${value} instead of ${theirs}`);
  }
  if (mount !== 'OK') {
    return opened.tree.findings.some(({ verdict }) => verdict === 'problem') ? found : [...found, 'no finding says so'];
  }
  const shape = [geometry.nameSize, geometry.metaSize, Number(geometry.alignedTables)].join();
  const theirs = [config.objNameLen, config.metaLen, config.alignedIndexTables].join();
  if (shape !== theirs) found.push(`name, meta and alignment are ${shape} instead of ${theirs}`);
  if (info !== undefined) {
    const { usedBytes, totalBytes } = opened.tree;
    if (totalBytes !== info.total) found.push(`${totalBytes} bytes in all instead of ${info.total}`);
    if (usedBytes !== info.used) found.push(`${usedBytes} bytes used instead of ${info.used}`);
  }
  const lines: string[] = [];
  for (const file of opened.files) {
    const { data, error } = await contentOf(opened.readListed(file));
    lines.push(line({ ...file, objId: file.id, sha256: data, ...(error !== null && { error }) }));
  }
  const wanted = entries.map(line);
  for (const one of without(wanted, lines)) found.push(`missing: ${one}`);
  for (const one of without(lines, wanted)) found.push(`too much: ${one}`);
  return found;
}

async function contentOf(reading: Promise<Uint8Array>): Promise<{ data: string; error: string | null }> {
  try {
    return { data: hexOf(sha256(await reading)), error: null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { data: '', error: `read ${error.facts.values['error']}` };
  }
}

/** An entry in one line. What was read before an error is left out: the library gives pieces. */
function line({ path, size, sha256, objId, meta, error }: TrueEntry): string {
  return [path, size, objId, meta ?? '', error?.replace(/^\w+ /, '') ?? sha256].join(' ');
}

/** What is in the first list and not in the second, each as often as it is there. */
function without(all: readonly string[], others: readonly string[]): string[] {
  const rest = [...others];
  return all.filter((one) => {
    const at = rest.indexOf(one);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}
