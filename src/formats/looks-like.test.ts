import { md5 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { readAppImage } from './app-image.ts';
import { ascii } from './binary.ts';

describe('a file that is not an app image', () => {
  it.each([
    ['nothing', new Uint8Array(0), 'image-empty', 'is empty'],
    ['half a header', new Uint8Array([0xe9, 2, 2, 0x20, 0, 0, 0, 0, 0, 0]), 'image-header-cut-short', '10 of 24'],
    ['an ELF file', new Uint8Array([0x7f, ...ascii('ELF'), 1, 1]), 'image-wrong-magic', 'ELF'],
    ['a ZIP archive', new Uint8Array(ascii('PK\u0003\u0004')), 'image-wrong-magic', 'ZIP'],
    ['a partition table', new Uint8Array([0xaa, 0x50, 1, 2]), 'image-wrong-magic', 'partition table'],
    ['text', new Uint8Array(ascii('# Name, Type\nnvs, data\n')), 'image-wrong-magic', 'text'],
    ['an HTML page', new Uint8Array(ascii('<!DOCTYPE html>')), 'image-wrong-magic', 'it is an HTML page'],
    [
      'a Git LFS pointer',
      new Uint8Array(ascii('version https://git-lfs.github.com/spec/v1\nsize 9\n')),
      'image-wrong-magic',
      'it is a Git LFS pointer, not the file itself',
    ],
    ['blank flash', new Uint8Array(64).fill(0xff), 'image-wrong-magic', 'blank'],
    ['zeros', new Uint8Array(64), 'image-wrong-magic', 'zeros'],
    ['anything else', new Uint8Array([1, 2, 3, 0x99]), 'image-wrong-magic', 'no kind'],
  ])('%s is not an image', (_, data, kind, says) => {
    const result = readAppImage(data, { md5, sha256 }, { in: 'file', name: 'x' });
    expect(result).toMatchObject({ kind: 'not-an-image', findings: [{ kind }] });
    expect(result.kind === 'not-an-image' && result.why).toContain(says);
  });
});
