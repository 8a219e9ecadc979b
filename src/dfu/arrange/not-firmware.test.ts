/** Containers and failed downloads on boards in DFU mode: unpacked, or refused with words, and never written as they are. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import {
  arranged,
  boardOf,
  electronFlash,
  FAMILY,
  flashOf,
  kindsOf,
  named,
  photonFlash,
  place,
} from '../../testing/dfu/boards.ts';
import { buildModule } from '../../testing/dfu/particle-images.ts';
import { buildProgram } from '../../testing/dfu/programs.ts';
import { elfFile, hexFile, joined, source, text, uf2Blocks } from '../../testing/esp/archives.ts';

const board = await boardOf('f405', flashOf());
const photon = await boardOf('photon', photonFlash());
const program = buildProgram({ size: 512 });
const uf2 = joined(uf2Blocks(0x08000000, program, { family: 0x57755a57 }));
const zip = zipSync({ 'fw.bin': program });
const html = text('<!DOCTYPE html>\n<title>firmware.bin</title>\n');
const lfs = text(`version https://git-lfs.github.com/spec/v1\noid sha256:${'ab'.repeat(32)}\nsize 40000\n`);

describe('a container as it is', () => {
  const containers: readonly [string, Uint8Array][] = [
    ['UF2 file', uf2],
    ['ZIP archive', zip],
    ['Intel HEX file', text(hexFile([[0x08000000, program]]))],
    ['ELF file', elfFile({ machine: 40, loads: [[0x08000000, program]] })],
    ['compressed (gzip) file', new Uint8Array(gzipSync(program))],
    ['Motorola S-record file', text('S00600004844521B\nS1130000285F245F2212226A000424290008237C2A\n')],
  ];
  test.each(containers)('%s is refused on an STM32 and on a Photon', (kind, data) => {
    for (const own of [board, photon]) {
      const file = named('fw.bin', data);
      expect(FAMILY.identify(file, own).kind).toBe(kind);
      const placements = place([file], own, { 'fw.bin': 'sectors@8000000' });
      expect(placements[0]?.choice).toBeNull();
      expect(kindsOf(placements, own)).toEqual(['container-not-read']);
    }
  });

  test('a UF2 file for the chip is unpacked, whatever its name', async () => {
    const { parts, findings } = await FAMILY.unpack([source('firmware.bin', uf2)], board);
    expect(parts).toEqual([{ name: 'firmware.bin at 0x08000000', at: 0x08000000, data: program }]);
    expect(findings).toEqual([]);
  });

  test('bytes with an address may look like one', () => {
    const file = named('assets.hex at 0x08020000', new Uint8Array(gzipSync(program)), 0x08020000);
    expect(FAMILY.identify(file, board).kind).toBe('data');
    expect(place([file], board)[0]?.choice).toMatchObject({ address: 0x08020000, fits: true });
  });
});

describe('what a failed download leaves', () => {
  test.each([
    ['HTML page', html, /^fw\.bin cannot be written: it is an HTML page that a web server sent instead of the file/],
    ['Git LFS pointer', lfs, /^fw\.bin cannot be written: it is a Git LFS pointer, not the file itself/],
    ['empty file', new Uint8Array(), /^fw\.bin cannot be written: it is empty/],
    ['JSON text', text('{"files": []}'), /^fw\.bin cannot be written: it is a JSON text/],
  ])('%s is refused', (kind, data, says) => {
    const file = named('fw.bin', data);
    expect(FAMILY.identify(file, photon)).toMatchObject({ kind, findings: [{ verdict: 'problem', next: /./ }] });
    expect(arranged(place([file], photon), photon).refusals).toMatchObject([{ kind: 'container-not-read', says }]);
  });

  test('in a folder or an archive is left out, and reported', async () => {
    const packed = zipSync({ 'app.bin': html, 'other.bin': lfs, 'fw.mt.json': text('{"files": []}') });
    const { parts, left, findings } = await FAMILY.unpack([source('release.zip', packed)], board);
    expect(parts).toEqual([]);
    expect(left).toEqual([
      { name: 'app.bin', why: 'it is an HTML page that a web server sent instead of the file' },
      { name: 'other.bin', why: 'it is a Git LFS pointer, not the file itself' },
      { name: 'fw.mt.json', why: 'it is a JSON text' },
    ]);
    expect(findings.map(({ kind }) => kind)).toEqual(['web-page', 'lfs-pointer']);
  });
});

describe('a file for another chip', () => {
  const app = new Uint8Array(readFileSync('public/samples/raft-demo-1.5.0.bin'));
  const says = 'an Espressif image for the ESP32 (raft-demo 1.5.0)';
  const file = named('raft-demo-1.5.0.bin', app);
  const blank = 'sectors@8020000+8040000+8060000+8080000+80a0000';

  test.each([
    ['an STM32', board],
    ['a Photon', photon],
  ])('an app for an ESP32 is named on %s, not taken for unknown data', (_, own) => {
    expect(FAMILY.identify(file, own)).toMatchObject({
      kind: 'image for another chip',
      says: `634,832 bytes of data: it is ${says}, which this board cannot run.`,
    });
  });

  test('where it is too large for the sectors that are free for data, those are named', async () => {
    const electron = await boardOf('electron', electronFlash());
    expect(arranged(place([file], electron), electron).refusals).toMatchObject([
      {
        kind: 'no-sector',
        says:
          'raft-demo-1.5.0.bin does not fit anywhere on this board: without a module header it can go only to user, ' +
          'factory, OTA and decompress, which hold 512 KiB, and it has 634,832 bytes.',
      },
    ]);
  });

  test('such an app is written to blank sectors or a typed address only after a question', () => {
    const question = [
      {
        kind: 'image-for-other-chip',
        says: `raft-demo-1.5.0.bin is ${says}: this board cannot run it.`,
        consent: /./,
      },
    ];
    const placements = place([file], board, { 'raft-demo-1.5.0.bin': blank });
    expect(placements[0]?.choice).toMatchObject({ address: 0x08020000, fits: true });
    expect(arranged(placements, board).refusals).toMatchObject(question);
    const typed = { ...file, at: 0x08020000, typed: true } as const;
    expect(arranged(place([typed], board), board).refusals).toMatchObject(question);
  });

  test.each([
    [
      'Intel HEX',
      'blink.hex',
      hexFile([[0, program]]),
      'This file has nothing for this board: its data is for addresses from 0x0 to 0x1FF, and this board has no memory at 0x0.',
    ],
    [
      'ELF',
      'pico.elf',
      elfFile({ machine: 40, loads: [[0x10000000, program]] }),
      'This file has nothing for this board: its data is for addresses from 0x10000000 to 0x100001FF, and this board has no memory at 0x10000000.',
    ],
  ])('%s gets a verdict', async (_, name, data, says) => {
    const { parts, findings } = await FAMILY.unpack([source(name, data)], board);
    expect(parts).toEqual([]);
    expect(findings).toMatchObject([{ kind: 'addresses-elsewhere', verdict: 'problem', says }]);
  });

  test('one part that fits is used, and the rest is listed', async () => {
    const both = hexFile([
      [0x08000000, program],
      [0x1fff7800, program],
      [0x60000000, program],
    ]);
    const { parts, left, findings } = await FAMILY.unpack([source('a.hex', both)], board);
    expect(parts.map(({ at }) => at)).toContain(0x08000000);
    expect(left.map(({ why }) => why)).toEqual(['this board has no memory at 0x60000000']);
    expect(findings).toEqual([]);
  });

  test('a module in an Intel HEX file for another generation names it', async () => {
    const argon = text(hexFile([[0xb4000, buildModule({ start: 0xb4000, platform: 12 })]]));
    const { findings } = await FAMILY.unpack([source('argon.hex', argon)], photon);
    expect(findings.map(({ says }) => says)).toEqual([
      'This file has nothing for this board: its data is for addresses from 0xB4000 to 0xB5003, and it is a module for the Particle Argon.',
    ]);
  });
});
