/** What the real library reads from its own images, sound, aged, damaged and cut by a power loss, is what we read. */
import { describe, expect, it } from 'vitest';
import { nvsVectors } from '../../../testing/contents/nvs-images.ts';
import { differences } from '../../../testing/contents/nvs-vectors.ts';

describe('NVS images of the real library', () => {
  it.each(nvsVectors())('$name is read as the library reads it', async ({ image, record, truth, keyPartition }) => {
    const keys = keyPartition === undefined ? {} : { keys: keyPartition };
    expect(await differences(image, record, truth, keys)).toEqual([]);
  });
});
