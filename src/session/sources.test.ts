import { describe, expect, test } from 'vitest';
import { Failure } from '../flash/failure.ts';
import { blobSource } from './sources.ts';

describe('a picked file', () => {
  const bytes = Uint8Array.from({ length: 2_500_000 }, (_, i) => (i * 7) ^ (i >> 8));

  test('is read slice by slice, or whole', async () => {
    const source = blobSource({ path: 'fs.bin', blob: new Blob([bytes]) });
    expect(source.size).toBe(bytes.length);
    expect(await source.read(1_000_000, 1_000_100)).toEqual(bytes.slice(1_000_000, 1_000_100));
    const whole = (await source.whole?.()) ?? new Uint8Array();
    expect(Buffer.compare(whole, bytes)).toBe(0);
    expect(whole.buffer.byteLength, 'no second copy behind it').toBe(bytes.length);
  });

  test('that is empty has no bytes', async () => {
    expect(await blobSource({ path: 'none', blob: new Blob([]) }).whole?.()).toEqual(new Uint8Array());
  });

  test('that has changed since is named, however it is read', async () => {
    const gone = () => Promise.reject(new DOMException('changed', 'NotReadableError'));
    const blob = new Blob([bytes]);
    blob.slice = () => Object.assign(new Blob(), { arrayBuffer: gone });
    blob.stream = () => new ReadableStream({ type: 'bytes', pull: gone });
    const source = blobSource({ path: 'fs.bin', blob });
    const named = expect.objectContaining({ facts: expect.objectContaining({ name: 'file-unreadable' }) });
    await expect(source.read(0, 10)).rejects.toEqual(named);
    await expect(source.whole?.()).rejects.toEqual(named);
    await expect(source.read(0, 10)).rejects.toBeInstanceOf(Failure);
  });
});
