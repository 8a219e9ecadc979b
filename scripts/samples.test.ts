import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sampleFiles } from './sample-files.ts';

describe('public/samples', () => {
  const files = sampleFiles();

  it('holds the very bytes that `npm run samples` builds', () => {
    for (const [name, bytes] of files) {
      expect(Buffer.compare(readFileSync(`public/samples/${name}`), bytes), `${name}: run npm run samples`).toBe(0);
    }
  });

  it('holds nothing else, and stays below 1 MB', () => {
    expect(readdirSync('public/samples').sort()).toEqual([...files.keys()].sort());
    expect([...files.values()].reduce((sum, bytes) => sum + bytes.length, 0)).toBeLessThan(1_000_000);
  });
});
