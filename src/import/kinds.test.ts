/** Text files are easily mistaken for one another: each is recognised by its content. */
import { describe, expect, it } from 'vitest';
import type { FileKind } from './find-builds.ts';
import { kindOf } from './find-builds.ts';
import { elfFile, HEX_END, hexFile, hexRecord, joined, pattern, text, uf2Blocks } from '../testing/esp/archives.ts';

const hex = hexFile([[0x1000, pattern(64, 1)]]);

const CASES: readonly (readonly [title: string, data: string | Uint8Array, kind: FileKind])[] = [
  ['Intel HEX', hex, 'hex'],
  ['Intel HEX in small letters', hex.toLowerCase(), 'hex'],
  ['Intel HEX after empty lines', `\r\n\r\n  ${hex}`, 'hex'],
  ['Intel HEX after a byte order mark', `\uFEFF${hex}`, 'hex'],
  ['only an end record', HEX_END, 'hex'],
  ['Intel HEX with a wrong checksum', ':00000001FE', 'hex'],
  ['Intel HEX with the longest record', hexRecord(0, 0, pattern(255, 1)), 'hex'],
  ['a record that ends in spaces', `${hexRecord(4, 0, [0, 1])}  \n${HEX_END}`, 'hex'],
  ['a colon and words', ':hello\n', 'plain'],
  ['a colon and too little', ':0000\n', 'plain'],
  ['a colon, hex, then words', ':00000001FF and more\n', 'plain'],
  ['a list in Markdown', '- :00000001FF\n', 'plain'],
  ['YAML', 'a: 1\nb: 2\n', 'plain'],
  ['S-records, which are another format', 'S00600004844521B\nS1130000285F245F2212226A000424290008237C2A\n', 'plain'],
  ['hex digits without a colon', '00000001FF\n', 'plain'],
  ['a CSV', '# Name, Type, SubType, Offset, Size\nnvs,data,nvs,0x9000,0x6000\n', 'plain'],
  ['a CSV that begins with a number', '0x9000,data,nvs\n', 'plain'],
  ['a CSV that begins with a brace', '{a},b\n', 'json'],
  ['JSON', '{"flash_files":{}}', 'json'],
  ['JSON after white space', ' \r\n\t{ }', 'json'],
  ['JSON after a byte order mark', '\uFEFF{}', 'json'],
  ['a JSON list', '[{"a":1}]', 'plain'],
  [
    'flash_args',
    '--flash_mode dio --flash_freq 40m --flash_size 2MB\n0x1000 bootloader/bootloader.bin\n',
    'flash-args',
  ],
  ['flash_args of esptool 5', '--flash-mode dio --flash-freq 80m\n0x0 a.bin\n', 'flash-args'],
  ['flash_args without options', '0x1000 bootloader.bin\r\n0x8000 partitions.bin\r\n', 'flash-args'],
  ['another program’s options', '--flash\n', 'plain'],
  ['a boot log', '0x40080000: some words\n', 'plain'],
  ['words', 'hello\n', 'plain'],
  ['nothing', '', 'plain'],
  ['UF2', joined(uf2Blocks(0x1000, pattern(64, 1))), 'uf2'],
  ['the words UF2', 'UF2\n and more text', 'plain'],
  ['ELF', elfFile({}), 'elf'],
  ['a DfuSe file', text('DfuSe\u0001'), 'dfuse'],
  ['the word DfuS', text('DfuS'), 'plain'],
  ['a ZIP archive', text('PK\u0003\u0004'), 'zip'],
  ['an empty ZIP archive', text('PK\u0005\u0006'), 'zip'],
  ['the letters PK', 'PKing\n', 'plain'],
  ['an app image', Uint8Array.of(0xe9, 3, 2, 0x20), 'plain'],
  ['UTF-16', Uint8Array.of(0xff, 0xfe, 0x3a, 0, 0x30, 0), 'plain'],
  ['a colon and bytes', Uint8Array.of(0x3a, 0, 0, 0xff), 'plain'],
];

describe('by its first bytes', () => {
  it.each(CASES)('%s is recognised', (_, data, kind) => {
    const bytes = typeof data === 'string' ? text(data) : data;
    expect(kindOf(bytes.subarray(0, 512))).toBe(kind);
  });
});
