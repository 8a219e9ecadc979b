/** Files that are no firmware, whatever their name says, and files that only look a little like one of them. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { elfFile, hexFile, joined, pattern, text, uf2Blocks } from '../testing/esp/archives.ts';
import { buildProgram } from '../testing/dfu/programs.ts';
import { GOOD } from '../testing/rules/images.ts';
import { looksLike, notFirmware, notFirmwareFinding, failedDownload } from './not-firmware.ts';

const LFS = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d'.repeat(32)}\nsize 1048576\n`;
const tar = new Uint8Array(1024);
tar.set(text('ustar'), 257);

const says = (data: string | Uint8Array) => {
  const bytes = typeof data === 'string' ? text(data) : data;
  const what = notFirmware(bytes);
  return what && notFirmwareFinding(what.kind, { in: 'file', name: 'fw.bin' }, what.values).says;
};

describe('what is no firmware', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['nothing', '', 'The file is empty.'],
    [
      'an HTML page',
      '\r\n<!DOCTYPE html>\n<html lang="en">',
      'This is an HTML page, not firmware: a web server sent it instead of the file.',
    ],
    [
      'an old HTML page',
      '\uFEFF<HTML><head>',
      'This is an HTML page, not firmware: a web server sent it instead of the file.',
    ],
    [
      'the answer of an object store',
      '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
      'This is an XML text, not firmware: a web server sent it instead of the file.',
    ],
    ['a Git LFS pointer', LFS, 'This is a Git LFS pointer to a file of 1 MiB, not the file itself.'],
    [
      'a JSON error',
      '{"message": "Not Found", "documentation_url": "https://docs.github.com"}',
      'This is an error message from a web server, not firmware: “Not Found”.',
    ],
    [
      'a missing raw file',
      '404: Not Found',
      'This is an error message from a web server, not firmware: “404: Not Found”.',
    ],
    [
      'a manifest',
      '{"version": "2.6.11", "files": [{"name": "firmware.bin"}]}',
      'This is a JSON text, such as a manifest or settings of a tool. It holds no firmware.',
    ],
    ['gzip', new Uint8Array(gzipSync(GOOD)), 'This is a compressed (gzip) file, which Sectorwise does not unpack.'],
    ['tar', tar, 'This is a tar archive, which Sectorwise does not unpack.'],
    [
      '7-Zip',
      Uint8Array.of(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4),
      'This is a 7-Zip archive, which Sectorwise does not unpack.',
    ],
    [
      'S-records',
      'S00600004844521B\nS1130000285F245F2212226A000424290008237C2A\n',
      'This is a Motorola S-record file, which Sectorwise does not read.',
    ],
    [
      'UF2',
      joined(uf2Blocks(0x08000000, pattern(512, 1))),
      'This is a UF2 file: what is in it belongs on a board, not the file itself.',
    ],
    ['ELF', elfFile({}), 'This is an ELF file: what is in it belongs on a board, not the file itself.'],
    [
      'Intel HEX',
      hexFile([[0x08000000, pattern(64, 1)]]),
      'This is an Intel HEX file: what is in it belongs on a board, not the file itself.',
    ],
    ['DfuSe', 'DfuSe\u0001', 'This is a DfuSe file: what is in it belongs on a board, not the file itself.'],
    ['ZIP', 'PK\u0003\u0004', 'This is a ZIP archive: what is in it belongs on a board, not the file itself.'],
  ])('%s', (_, data, words) => expect(says(data)).toBe(words));

  test.each<[string, string | Uint8Array]>([
    ['an app image', GOOD],
    ['a program for an STM32', buildProgram()],
    ['blank flash', new Uint8Array(64).fill(0xff)],
    ['zeros', new Uint8Array(64)],
    ['a partition table', Uint8Array.of(0xaa, 0x50, 1, 2)],
    ['a CSV', '# Name, Type, SubType, Offset, Size\nnvs,data,nvs,0x9000,0x6000\n'],
    ['a CSV that begins with a brace', '{a},b\n'],
    ['settings as text', 'name = board\nS1 = on\n'],
    ['a number and words', '404 pages were read\n'],
    ['a text about LFS', 'see version https://git-lfs.github.com/spec/v1\n'],
    ['a text about HTML', 'a page begins with <!DOCTYPE html>\n'],
    ['the letters PK', 'PKing\n'],
  ])('is not %s', (_, data) => expect(says(data)).toBeNull());

  test('a download that failed is no data either; an archive may be', () => {
    expect(failedDownload(text(LFS))?.kind).toBe('lfs-pointer');
    expect(failedDownload(new Uint8Array(gzipSync(GOOD)))).toBeNull();
  });

  test('a guess at it says the same', () => {
    expect(looksLike(text(LFS))).toEqual({ is: 'text', says: 'it is a Git LFS pointer, not the file itself' });
    expect(looksLike(Uint8Array.of(0xe9, 3, 2, 0x20, ...new Uint8Array(60)))).toEqual({
      is: 'known',
      says: 'it looks like an Espressif image for the ESP32',
    });
    expect(looksLike(text('<html>'))).toEqual({
      is: 'text',
      says: 'it is an HTML page that a web server sent instead of the file',
    });
  });
});
