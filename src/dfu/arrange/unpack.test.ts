/** Containers: what is in them, where it goes, and what is left out. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Source } from '../../flash/dropped-file.ts';
import { writeDfuSe } from '../../formats/dfu-file.ts';
import { buildExtension, buildModule } from '../../testing/dfu/particle-images.ts';
import { boardOf, FAMILY, kindsOf, photonFlash, place } from '../../testing/dfu/boards.ts';
import { cases } from '../../testing/cases.ts';
import { LONG } from '../../testing/long.ts';

const board = await boardOf('photon', photonFlash());
const sourceOf = (path: string, data: Uint8Array): Source => ({
  path,
  size: data.length,
  read: (from, to) => Promise.resolve(data.slice(from, to)),
});
const unpack = (...files: readonly (readonly [string, Uint8Array])[]) =>
  FAMILY.unpack(
    files.map(([path, data]) => sourceOf(path, data)),
    board,
  );
const places = (parts: readonly { readonly name: string; readonly at?: number; readonly data: Uint8Array }[]) =>
  parts.map(({ name, at, data }) => [name, at, data.length]);

/** An ELF file for ARM with segments at physical addresses. */
function elf(...segments: readonly (readonly [number, Uint8Array])[]): Uint8Array {
  const offset = 52 + 32 * segments.length;
  const file = new Uint8Array(offset + segments.reduce((sum, [, data]) => sum + data.length, 0));
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  view.setUint16(18, 40, true);
  view.setUint32(28, 52, true);
  view.setUint16(42, 32, true);
  view.setUint16(44, segments.length, true);
  let at = offset;
  for (const [i, [physical, data]] of segments.entries()) {
    // Linked for a different address than it is loaded to, like .data.
    for (const [word, value] of [1, at, 0x20000000, physical, data.length, data.length].entries()) {
      view.setUint32(52 + i * 32 + word * 4, value, true);
    }
    file.set(data, at);
    at += data.length;
  }
  return file;
}

/** Intel HEX with 16 bytes in each record. */
function hex(...parts: readonly (readonly [number, Uint8Array])[]): Uint8Array {
  const line = (bytes: readonly number[]) => {
    const sum = -bytes.reduce((total, byte) => total + byte, 0) & 0xff;
    return `:${[...bytes, sum].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  };
  const lines: string[] = [];
  for (const [address, data] of parts) {
    for (let i = 0; i < data.length; i += 16) {
      const at = address + i;
      lines.push(line([2, 0, 0, 4, at >>> 24, (at >>> 16) & 0xff]));
      const piece = data.subarray(i, i + 16);
      lines.push(line([piece.length, (at >>> 8) & 0xff, at & 0xff, 0, ...piece]));
    }
  }
  return new TextEncoder().encode(`${[...lines, ':00000001ff'].join('\n')}\n`);
}

const module = buildModule({ version: 4 });
const extension = buildExtension();

describe('an ELF file', () => {
  test('its segments go to their physical addresses; a module is one part despite alignment gaps', async () => {
    const linked = buildModule({ version: 4, lacksCrc: true }).fill(0xff, 0x404, 0x410);
    const file = elf(
      [0x080a0000, linked.slice(0, 0x404)],
      [0x080a0410, linked.slice(0x410)],
      [0x080e0000, buildExtension({ lacksCrc: true })],
      [0x20000000, new Uint8Array(8)],
    );
    const { container, parts, left, findings } = await unpack(['app.elf', file]);
    expect([container, findings]).toEqual(['ELF file', []]);
    expect(places(parts)).toEqual([
      ['app.elf at 0x080A0000', 0x080a0000, 0x1004],
      ['app.elf at 0x080E0000', 0x080e0000, 0x800],
    ]);
    expect(left).toMatchObject([{ name: 'app.elf at 0x20000000', why: 'this board has no memory at 0x20000000' }]);
    expect(kindsOf(place(parts, board), board)).toEqual(['?update-erases']);
  });

  test('two segments at one address are refused', async () => {
    const { parts, findings } = await unpack(['a.elf', elf([0x080a0000, module], [0x080a0004, extension])]);
    expect([parts, findings.map(({ kind }) => kind)]).toEqual([[], ['elf-unusable']]);
  });
});

test('Intel HEX', async () => {
  const { container, parts } = await unpack(['a.hex', hex([0x080a0000, module], [0x080e0000, extension])]);
  expect(container).toBe('Intel HEX');
  expect(parts.map(({ at }) => at)).toEqual([0x080a0000, 0x080e0000]);
  expect(parts[0]?.data).toEqual(module);
});

describe('a .dfu file', () => {
  const device = { vendorId: 0x2b04, productId: 0xd006, deviceVersion: null };

  test('only the data for the first memory is used', async () => {
    const elements = [
      { address: 0x080e0000, data: extension },
      { address: 0x080a0000, data: module },
    ];
    const dct = { alternate: 1, name: 'DCT', elements: [{ address: 0, data: new Uint8Array(16) }] };
    const file = writeDfuSe([{ alternate: 0, name: 'Internal Flash', elements }, dct], device);
    const { container, parts, left, findings } = await unpack(['a.dfu', file]);
    expect([container, findings]).toEqual(['DfuSe file', []]);
    expect(parts.map(({ at }) => at)).toEqual([0x080a0000, 0x080e0000]);
    expect(left).toMatchObject([{ name: 'a.dfu, memory 1 (DCT)', why: /first memory/ }]);
  });

  test('a plain one becomes its content without the suffix', async () => {
    const dfuse = writeDfuSe([], device);
    // The suffix of an empty DfuSe file, with a checksum over different content.
    const plain = new Uint8Array([...module, ...dfuse.slice(-16)]);
    const { container } = await unpack(['a.dfu', plain]);
    expect(container).toBe('DFU file');
  });
});

test('each of several plain files is a part', async () => {
  const { container, parts } = await unpack(['app.bin', module], ['ext.bin', extension]);
  expect(container).toBeNull();
  expect(places(parts)).toEqual([
    ['app.bin', undefined, 0x1004],
    ['ext.bin', undefined, 0x800],
  ]);
  expect(kindsOf(place(parts, board), board)).toEqual(['?update-erases']);
});

test('anything dropped is unpacked or reported as unusable', LONG, async () => {
  const starts = [elf([0x080a0000, module]), hex([0x080a0000, module.slice(0, 64)]), module, extension];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...starts),
      fc.array(fc.tuple(fc.nat({ max: 200 }), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
      fc.nat({ max: 300 }),
      async (start, edits, length) => {
        const data = start.slice(0, Math.max(length, 1));
        for (const [at, byte] of edits) data[at] = byte;
        const { parts, left, findings } = await unpack(['x', data]);
        expect(parts.length + left.length + findings.length).toBeGreaterThan(0);
        for (const part of parts) {
          FAMILY.identify(part, board);
          kindsOf(place([part], board), board);
        }
      },
    ),
    { numRuns: cases(200) },
  );
});

test('the assets of a Particle bundle stay where they are: only its application is written', async () => {
  const app = buildModule({ version: 1 });
  const { parts, left } = await unpack(
    ['app/app.bin', app],
    ['app/assets/coprocessor.bin', new Uint8Array(900).fill(1)],
  );
  expect(parts.map(({ name }) => name)).toEqual(['app/app.bin']);
  expect(left).toEqual([
    { name: 'app/assets/coprocessor.bin', why: 'an asset of a Particle bundle: Device OS takes it over the air only' },
  ]);
});
