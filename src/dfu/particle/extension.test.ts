/** Extensions: their header, and that none is ever taken for a module. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readExtension, readExtensionHead, withExtensionCrc } from './extension.ts';
import { passesUserCheck, readModuleHead } from './module-head.ts';
import { buildExtension, buildModule } from '../../testing/dfu/particle-images.ts';

const FILE = { in: 'file', name: 'ext.bin' } as const;
const edited = (data: Uint8Array, at: number, ...bytes: readonly number[]) => {
  const copy = data.slice();
  copy.set(bytes, at);
  return copy;
};

describe('an extension', () => {
  test('gives its address, version and length', () => {
    expect(readExtension(buildExtension({ version: 3 }), FILE)).toEqual({
      kind: 'extension',
      extension: {
        head: expect.objectContaining({ version: 3, address: 0x080e0000, length: 0x800 }),
        length: 0x800,
        sound: true,
        lacksCrc: false,
      },
      findings: [],
    });
  });

  test.each<[string, Uint8Array, string | null, readonly string[]]>([
    ['blank behind it', edited(new Uint8Array(0x1000).fill(0xff), 0, ...buildExtension()), 'extension', []],
    ['a changed byte', edited(buildExtension(), 0x100, 0xaa, 0xab), 'extension', ['extension-crc-wrong']],
    ['another version than its CRC is of', edited(buildExtension(), 16, 9), 'extension', ['extension-crc-wrong']],
    ['a missing byte', buildExtension().slice(0, -1), 'cut-short', ['extension-cut-short']],
    ['a length of its own header only', edited(buildExtension(), 24, 31, 0), 'cut-short', ['extension-cut-short']],
    ['as it is linked', buildExtension({ lacksCrc: true }), 'extension', ['extension-without-crc']],
    ['another magic', edited(buildExtension(), 0, 0x54), 'not-an-extension', []],
    ['a later format', edited(buildExtension(), 8, 2), 'not-an-extension', []],
    ['another size of header', edited(buildExtension(), 10, 36), 'not-an-extension', []],
    ['a module', buildModule(), 'not-an-extension', []],
    ['nothing', new Uint8Array(), 'not-an-extension', []],
  ])('%s', (_, data, kind, expected) => {
    const reading = readExtension(data, FILE);
    expect(reading.kind).toBe(kind);
    expect('findings' in reading ? reading.findings.map((found) => found.kind) : []).toEqual(expected);
  });

  test('has its length and CRC filled in', () => {
    expect(withExtensionCrc(buildExtension({ lacksCrc: true }))).toEqual(buildExtension());
    expect(() => withExtensionCrc(buildModule())).toThrow(RangeError);
  });

  test('is never taken for a module, whatever it contains', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0x200, maxLength: 0x200 }), (body) => {
        const data = edited(buildExtension(), 16, ...body);
        expect(readExtensionHead(data)).not.toBeNull();
        expect(readModuleHead(data)).toBeNull();
        for (const start of [0x080a0000, 0x08080000]) {
          for (const platform of [6, 8, 10, 0xffff]) expect(passesUserCheck(data, start, platform)).toBe(false);
        }
      }),
    );
  });
});
