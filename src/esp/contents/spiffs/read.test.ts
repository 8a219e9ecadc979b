/** What is read from SPIFFS: as the library reads it, without the files' data, and never more than there is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PartitionBytes } from '../../../flash/partition-contents.ts';
import { NEVER_YIELD } from '../../../flash/yielding.ts';
import { cases } from '../../../testing/cases.ts';
import { SPIFFS_IMAGES, spiffsImage as imageOf, spiffsTruth } from '../../../testing/contents/spiffs-images.ts';
import { differences } from '../../../testing/contents/spiffs-vectors.ts';
import { cpuTimer } from '../../../testing/cpu.ts';
import { failureOf } from '../../../testing/esp/failure-of.ts';
import { SPIFFS } from './codec.ts';
import { INDEX_ID, pagesOf } from './geometry.ts';
import { openSpiffs } from './open.ts';
import { formatted, writePage } from './pages.ts';
import { LONG } from '../../../testing/long.ts';

/** A partition with these bytes, and what was read of it. */
function counted(image: Uint8Array): PartitionBytes & { bytesRead: number } {
  return {
    size: image.length,
    bytesRead: 0,
    read(offset, size) {
      this.bytesRead += size;
      return Promise.resolve(image.slice(offset, offset + size));
    },
  };
}

describe('SPIFFS', () => {
  it.each(SPIFFS_IMAGES)('is read from %s as the library reads it', async (name) => {
    const image = imageOf(name);
    const truth = spiffsTruth(name);
    const record = { file: `${name}.bin.gz`, truth: `${name}.json`, kind: 'spiffs', size: image.length };
    expect(await differences(image, record, truth)).toEqual([]);
  });

  it('is listed from its lookup tables and index pages, and a file from its own pages', async () => {
    const bytes = counted(imageOf('gen-idf-64k'));
    const opened = await openSpiffs(bytes);
    const files = opened?.tree.entries ?? [];
    // 16 lookup tables, an index page for each file, and the first KiB of six blocks to find out the sizes.
    expect(bytes.bytesRead).toBeLessThanOrEqual((16 + files.length) * 256 + 6 * 1024);
    const before = bytes.bytesRead;
    expect((await opened?.readFile('/d/15.bin'))?.length).toBe(2060);
    expect(bytes.bytesRead - before).toBe(9 * 256);
  });

  it('says which page of a damaged file is wrong, and names that are there twice', async () => {
    const damaged = await openSpiffs(counted(imageOf('gen-idf-nonascii-64k')));
    expect(damaged?.tree.findings.map(({ says }) => says)).toContain(
      '/ü6.dat cannot be read: page 1 at 0x100 lists a page of a lookup table as data (SPIFFS_ERR_INDEX_REF_LU).',
    );
    expect((await failureOf(damaged?.readFile('/ü6.dat'))).name).toBe('spiffs-file-unreadable');
    const twice = await openSpiffs(counted(imageOf('cut-meta0-02')));
    expect(twice?.tree.findings.map(({ kind, values }) => [kind, values['path']])).toContainEqual([
      'spiffs-name-twice',
      '/9',
    ]);
    expect((await twice?.readFile('/9'))?.length).toBe(148);
  });

  it('of another size than its partition is listed, with the reason why the firmware does not mount it', async () => {
    const opened = await openSpiffs(counted(imageOf('part-larger-64k-in-128k')));
    expect(opened?.tree.findings.map(({ says }) => says)).toEqual([
      'It was made for 64 KiB, but this partition has 128 KiB. The firmware does not mount it here (SPIFFS_ERR_NOT_A_FS).',
    ]);
    expect(opened?.tree.entries.length).toBeGreaterThan(0);
  });

  it('is not found in other bytes', async () => {
    for (const fill of [0, 0xff, 0x29]) expect(await openSpiffs(counted(new Uint8Array(65536).fill(fill)))).toBeNull();
    expect(await openSpiffs(counted(new Uint8Array(0)))).toBeNull();
  });
});

/** Lists and reads everything: how each file ended that did not end as it should. */
async function wrongEnds(image: Uint8Array): Promise<readonly string[]> {
  const opened = await openSpiffs(counted(image));
  const wrong: string[] = [];
  for (const { path } of opened?.tree.entries ?? []) {
    const end = await opened?.readFile(path).catch((error: Error) => error.name);
    const fine = end instanceof Uint8Array ? end.length <= image.length : end === 'spiffs-file-unreadable';
    if (!fine) wrong.push(`${path}: ${String(end)}`);
  }
  return wrong;
}

/** An image of 1 MiB, each of whose pages is the header of a file with the same name, which does not end, and without its data. */
function crowded(): Uint8Array {
  const volume = formatted(SPIFFS.usualParameters(0), 1 << 20);
  const body = new Uint8Array(volume.geometry.dataSize).fill(0x6e);
  for (const page of pagesOf(volume.geometry)) writePage(volume, page, { id: INDEX_ID | page, span: 0, body });
  return volume.image;
}

describe('damaged SPIFFS', () => {
  it('gives findings that a person can read through, and says how many more there are', LONG, async () => {
    const opened = await openSpiffs(counted(crowded()));
    const findings = opened?.tree.findings ?? [];
    const pages = 256 * 15;
    expect(opened?.tree.entries).toHaveLength(pages);
    // First that the lengths were assumed; all names do not end, all data is missing, and all but the first name are there again.
    expect(findings).toHaveLength(1 + 200 + 1);
    expect(findings.at(-1)).toMatchObject({ kind: 'spiffs-more-findings', values: { more: 3 * pages - 1 - 200 } });
  });

  it('ends in findings and failures wherever it is cut off', async () => {
    const image = imageOf('aged-idf-64k');
    for (let end = 0; end < image.length; end += 4096) {
      for (const damaged of [image.slice(0, end), image.slice().fill(0, end), image.slice().fill(0xff, end)]) {
        expect(await wrongEnds(damaged)).toEqual([]);
      }
    }
  });

  it('ends in findings and failures with any bytes changed', LONG, async () => {
    const images = ['aged-idf-64k', 'cut-meta0-02', 'gen-idf-64k'].map(imageOf);
    const places = [
      fc.nat(65535),
      fc.nat(255).map((page) => page * 256 + 4),
      fc.nat(1023).map((i) => (i >> 6) * 4096 + (i % 64)),
    ];
    const change = fc.record({
      at: fc.oneof(...places),
      value: fc.oneof(fc.nat(255), fc.constantFrom(0, 0xff, 0x80, 0xfc, 0xf8)),
    });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...images), fc.array(change, { maxLength: 40 }), async (image, changes) => {
        const damaged = image.slice();
        for (const { at, value } of changes) damaged[at] = value;
        expect(await wrongEnds(damaged)).toEqual([]);
      }),
      { numRuns: cases(60) },
    );
  });
});

it('of 14 MiB is opened in pieces that hold nobody up', LONG, async () => {
  const size = 14 << 20;
  const files = Array.from({ length: 1500 }, (_, i) => ({
    path: `/log/${i}`,
    kind: 'file' as const,
    data: new Uint8Array(4000).fill(i),
    modified: null,
  }));
  const built = await SPIFFS.build(files, size, SPIFFS.usualParameters(size), NEVER_YIELD);
  if ('refusal' in built) throw new Error(built.refusal.says);
  // The longest piece of each time: a collection of the heap, which is no piece of this work, falls into one of them.
  const longest: number[] = [];
  for (let time = 0; time < 3; time++) {
    const pieces: number[] = [];
    let elapsed = cpuTimer();
    const yieldNow = () => {
      pieces.push(elapsed());
      elapsed = cpuTimer();
      return Promise.resolve();
    };
    const opened = await openSpiffs(counted(built.data), yieldNow);
    expect(opened?.tree.entries).toHaveLength(1500);
    expect(opened?.tree.findings).toEqual([]);
    longest.push(Math.max(...pieces));
  }
  expect(Math.min(...longest)).toBeLessThan(50);
});
