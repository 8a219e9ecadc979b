/** Reads what FatFs and ESP-IDF's wear levelling read, from images that they wrote: fresh, aged, after power cuts. */
import { describe, expect, it } from 'vitest';
import type { PartitionBytes } from '../../../flash/partition-contents.ts';
import { FAT_RECORDS, fatImage, fatTruth, nameOf } from '../../../testing/contents/fat-images.ts';
import { differences } from '../../../testing/contents/fat-vectors.ts';
import { imageBytes } from '../../../flash/partition-contents.ts';
import { openFat } from './read.ts';

const WRAPPED = 'aged-wl-128k-wrapped';

async function opened(image: Uint8Array) {
  const files = await openFat(imageBytes(image));
  if (files === null) throw new Error('not a FAT');
  return files;
}

function counting(image: Uint8Array): { bytes: PartitionBytes; total: () => number } {
  let total = 0;
  const inner = imageBytes(image);
  const read = (offset: number, size: number): Promise<Uint8Array> => {
    total += size;
    return inner.read(offset, size);
  };
  return { bytes: { size: inner.size, read }, total: () => total };
}

describe('images of the real libraries', () => {
  it.each(FAT_RECORDS.map((record) => ({ name: nameOf(record), record })))(
    'reads $name as they do',
    async ({ name, record }) => {
      expect(await differences(fatImage(name), record, fatTruth(name))).toEqual([]);
    },
  );
});

describe('reading a FAT', () => {
  it('lists it from the FAT and the folders alone', async () => {
    const { bytes, total } = counting(fatImage('gen-raw-fat16-ss512-3m'));
    const files = await openFat(bytes);
    expect(files?.tree.entries).toHaveLength(28);
    // Two FATs of 25 sectors, a root directory of 32 and three folders, of 3 MiB.
    expect(total()).toBeLessThan(48 * 1024);
  });

  it('reads only the clusters of the file that is asked for', async () => {
    const { bytes, total } = counting(fatImage('gen-raw-fat16-ss512-3m'));
    const files = await openFat(bytes);
    const before = total();
    const file = files?.tree.entries.find(({ size }) => size > 1000);
    const data = await files?.readFile(file?.path ?? '');
    expect(data).toHaveLength(file?.size ?? 0);
    expect(total() - before).toBeLessThan((file?.size ?? 0) + 512);
  });

  it('takes the other state of wear levelling where one is damaged', async () => {
    const whole = await opened(fatImage(WRAPPED));
    for (const at of [118784, 122880]) {
      const image = fatImage(WRAPPED);
      image[at + 8] = 0x55;
      const { tree } = await opened(image);
      expect(tree.entries).toEqual(whole.tree.entries);
      expect(tree.findings.map(({ kind }) => kind)).toEqual(['wl-state-bad']);
    }
  });

  it('lists nothing where both states are damaged: the firmware would not find the sectors either', async () => {
    // The dummy sector is the second one here, so the boot sector is where it would be without wear levelling.
    const image = fatImage('empty-wl-512k');
    image[512000 + 8] = 0x55;
    image[516096 + 8] = 0x55;
    const { tree } = await opened(image);
    expect(tree.entries).toEqual([]);
    expect(tree.findings).toMatchObject([{ kind: 'wl-both-bad', verdict: 'problem', place: { offset: 512000 } }]);
  });

  it('finds the sectors of wear levelling that was set up for a smaller partition, and says what the firmware does', async () => {
    const image = new Uint8Array(0xa0000).fill(0xff);
    image.set(fatImage('empty-wl-512k'));
    const { tree } = await opened(image);
    expect(tree.details).toContain('120 clusters of 4 KiB');
    expect(tree.findings).toMatchObject([{ kind: 'wl-other-size', values: { was: 0x80000, size: 0xa0000 } }]);
  });

  it('says where a file cannot be read whole, and reads the others', async () => {
    const { tree, readFile } = await opened(fatImage('cut-safe512-05'));
    const broken = tree.findings.filter(({ kind }) => kind === 'fat-file-broken').map(({ values }) => values['path']);
    expect(broken).toContain('/data42.json');
    await expect(readFile('/data42.json')).rejects.toMatchObject({
      facts: { name: 'fat-file-damaged', kind: 'refused' },
    });
    const good = tree.entries.find(({ path, size }) => size > 0 && !broken.includes(path));
    expect(await readFile(good?.path ?? '')).toHaveLength(good?.size ?? -1);
  });

  it('takes a boot sector without its signature, as FatFs does', async () => {
    const image = fatImage('gen-raw-fat16-ss512-3m').fill(0xff, 40, 512);
    expect((await opened(image)).tree.entries).toHaveLength(28);
  });

  it('leaves out entries whose short name is erased bytes', async () => {
    const image = fatImage('gen-raw-fat16-ss512-3m');
    const root = 51 * 512;
    const before = (await opened(image)).tree.entries.length;
    image.fill(0xff, root + 32, root + 40);
    const { tree } = await opened(image);
    expect(tree.entries.length).toBeLessThan(before);
    expect(tree.findings).toMatchObject([{ kind: 'fat-unusable-entries' }, { kind: 'fat-lost-clusters' }]);
  });

  it('reads no file of another path', async () => {
    const { readFile } = await opened(fatImage(WRAPPED));
    await expect(readFile('/../otadata')).rejects.toMatchObject({ facts: { name: 'no-such-file' } });
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['blank flash', new Uint8Array(0x20000).fill(0xff)],
    ['zeros', new Uint8Array(0x20000)],
  ])('takes %s for no FAT', async (_, image) => {
    expect(await openFat(imageBytes(image))).toBeNull();
  });
});
