/** Modules as Particle's builds make them, damaged modules, and bytes that only look like one. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HASHES } from '../../formats/hashes.ts';
import { readModule, withModuleCrc } from './module.ts';
import { moduleName, passesUserCheck, platformName, readModuleHead } from './module-head.ts';
import type { TestModule } from '../../testing/dfu/particle-images.ts';
import { buildExtension, buildModule } from '../../testing/dfu/particle-images.ts';
import { buildProgram } from '../../testing/dfu/programs.ts';

const FILE = { in: 'file', name: 'app.bin' } as const;
const read = (data: Uint8Array) => readModule(data, HASHES, FILE);
const kinds = (data: Uint8Array) => {
  const reading = read(data);
  return reading.kind === 'not-a-module' ? [] : reading.findings.map(({ kind }) => kind);
};
const edited = (data: Uint8Array, at: number, ...bytes: readonly number[]) => {
  const copy = data.slice();
  copy.set(bytes, at);
  return copy;
};

/** Interrupt vectors at the place of a header: their words make a start, an end, function 1 and index 8. */
const LOOKALIKE = [0x08000949, 0x08005001, 0x08000949, 0x08010311];

describe('a header', () => {
  test.each<[string, TestModule, object]>([
    [
      'a user application for the Photon',
      { version: 6, dependencies: [[4, 2, 207]] },
      {
        at: 0,
        start: 0x080a0000,
        end: 0x080a1000,
        flags: 0,
        version: 6,
        platform: 6,
        function: 5,
        index: 1,
        dependencies: [{ function: 4, index: 2, version: 207 }],
      },
    ],
    [
      'a system part behind its vector table',
      {
        start: 0x08020000,
        function: 4,
        index: 1,
        vectors: true,
        platform: 10,
        dependencies: [
          [2, 0, 11],
          [4, 3, 9],
        ],
      },
      {
        at: 0x184,
        start: 0x08020000,
        platform: 10,
        dependencies: [
          { function: 2, index: 0, version: 11 },
          { function: 4, index: 3, version: 9 },
        ],
      },
    ],
    [
      'needs count only where there is a first one',
      {
        dependencies: [
          [0, 0, 0],
          [4, 2, 9],
        ],
      },
      { dependencies: [] },
    ],
    [
      'monolithic firmware that fills the flash',
      { start: 0x08020000, size: 0xe0000 - 4, function: 3, index: 0 },
      { end: 0x080ffffc },
    ],
  ])('%s', (_, options, head) => {
    expect(readModuleHead(buildModule(options))).toMatchObject(head);
  });

  test.each<[string, Uint8Array]>([
    ['blank flash', new Uint8Array(0x200).fill(0xff)],
    ['zeros', new Uint8Array(0x200)],
    ['23 bytes', buildModule().slice(0, 23)],
    ['an unknown function', edited(buildModule(), 14, 10)],
    ['no function', edited(buildModule(), 14, 0)],
    ['a start in RAM', edited(buildModule(), 3, 0x20)],
    ['an end past the flash', edited(buildModule(), 6, 0x20)],
    ['an end before its own header', edited(buildModule(), 4, 0x17, 0)],
    ['an extension', buildExtension()],
    ['an odd start', edited(buildModule(), 0, 0x01)],
    ['a platform that Particle does not have', edited(buildModule(), 12, 7)],
    ['a start outside the flash of its platform', buildModule({ start: 0x080a0000, platform: 12 })],
    ['a vector table that goes on there', buildProgram({ size: 40_000, at184: LOOKALIKE })],
  ])('is not in %s', (_, data) => expect(readModuleHead(data)).toBeNull());

  test.each([
    ['an Argon', { start: 0xb4000, platform: 12 }],
    ['a Boron', { start: 0xd4000, platform: 13 }],
    ['a Photon 2', { start: 0x085a0000, platform: 32 }],
  ])('is read of an application for %s', (_, options) => {
    expect(readModuleHead(buildModule(options))).toMatchObject(options);
  });

  test('passes the boot check whatever its function and checksums', () => {
    const odd = edited(buildModule(), 14, 0xee, 0xee);
    expect(passesUserCheck(odd, 0x080a0000, 6)).toBe(true);
    expect(passesUserCheck(odd, 0x080a0000, 8)).toBe(false);
    expect(passesUserCheck(odd, 0x08080000, 6)).toBe(false);
    expect(passesUserCheck(edited(odd, 4, 1, 0, 0x10), 0x080a0000, 6)).toBe(false);
    expect(passesUserCheck(edited(odd, 4, 0, 0, 0x10), 0x080a0000, 6)).toBe(true);
    expect(passesUserCheck(buildModule({ vectors: true }), 0x080a0000, 6)).toBe(true);
    expect(passesUserCheck(odd.subarray(0, 20), 0x080a0000, 6)).toBe(false);
    expect(passesUserCheck(new Uint8Array(), 0x080a0000, 6)).toBe(false);
  });

  test('has names', () => {
    expect(moduleName({ function: 5, index: 1 })).toBe('user application');
    expect(moduleName({ function: 4, index: 3 })).toBe('system part 3');
    expect(moduleName({ function: 10, index: 1 })).toBe('module of function 10');
    expect([platformName(10), platformName(99)]).toEqual(['Particle Electron', 'platform 99']);
  });
});

describe('a whole module', () => {
  test('is sound, and its product is read', () => {
    const reading = read(buildModule({ product: [1234, 5] }));
    expect(reading).toMatchObject({
      kind: 'module',
      findings: [],
      module: { sound: true, lacksCrc: false, length: 0x1004, suffix: { size: 40, product: { id: 1234, version: 5 } } },
    });
    expect(read(buildModule())).toMatchObject({ module: { suffix: { size: 36, product: null } } });
  });

  test.each<[string, Uint8Array, readonly string[]]>([
    ['sound', buildModule(), []],
    ['a changed byte', edited(buildModule(), 0x500, 0xaa, 0xaa), ['module-crc-wrong', 'module-sha-wrong']],
    ['a changed CRC', edited(buildModule(), 0x1000, 0, 0, 0, 0), ['module-crc-wrong']],
    ['a missing byte', buildModule().slice(0, -1), ['module-cut-short']],
    ['only its head', buildModule().slice(0, 0x200), ['module-cut-short']],
    ['bytes behind it', edited(new Uint8Array(0x2000), 0, ...buildModule()), ['module-trailing']],
    ['as it is linked', buildModule({ lacksCrc: true }), ['module-without-crc']],
    ['no room for a suffix', edited(buildModule(), 4, 40, 0), ['module-cut-short']],
  ])('%s', (_, data, expected) => expect(kinds(data)).toEqual(expected));

  test('gives exact values in its findings', () => {
    const reading = read(edited(buildModule(), 0x1000, 0xde, 0xad, 0xbe, 0xef));
    expect(reading).toMatchObject({
      findings: [{ values: { address: '0x080A1000', stored: '0xDEADBEEF' }, place: FILE }],
    });
  });

  test('is sound even if its suffix has an unusual size', () => {
    const odd = buildModule();
    odd.set([48], 0xffe);
    const filled = withModuleCrc(odd, HASHES);
    expect(read(filled)).toMatchObject({ module: { sound: true }, findings: [{ kind: 'module-suffix-odd' }] });
  });

  test('may be followed by other data in flash', () => {
    const data = edited(new Uint8Array(0x2000), 0, ...buildModule());
    const place = { in: 'flash', range: { region: 'f', address: 0x080a0000, size: 0x2000 } } as const;
    expect(readModule(data, HASHES, place)).toMatchObject({ findings: [] });
  });

  test('is filled in as by the build', () => {
    expect(withModuleCrc(buildModule({ lacksCrc: true, seed: 5 }), HASHES)).toEqual(buildModule({ seed: 5 }));
    expect(() => withModuleCrc(new Uint8Array(100), HASHES)).toThrow(RangeError);
    expect(() => withModuleCrc(buildModule().slice(0, -1), HASHES)).toThrow(RangeError);
  });

  test('is not sound once any byte changes', () => {
    const sound = buildModule({ size: 0x200 });
    fc.assert(
      fc.property(fc.nat({ max: sound.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, bits) => {
        const reading = read(edited(sound, at, (sound[at] ?? 0) ^ bits));
        expect(reading.kind === 'module' && reading.module.sound).toBe(false);
      }),
    );
  });

  test('reads any bytes without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 0x300 }), (bytes) => {
        const data = edited(buildModule({ size: 0x300 }), 0, ...bytes);
        for (const piece of [bytes, data, data.subarray(0, bytes.length)]) {
          expect(['not-a-module', 'cut-short', 'module']).toContain(read(piece).kind);
        }
      }),
    );
  });
});
