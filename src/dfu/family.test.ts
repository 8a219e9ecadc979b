/** Inspection of boards in DFU mode: what they are, what they hold, what they start, and what is reported. */
import { describe, expect, test } from 'vitest';
import { makeCancel } from '../flash/failure.ts';
import { buildExtension, buildModule } from '../testing/dfu/particle-images.ts';
import { boardOf, deviceOf, electronFlash, FAMILY, flashOf, photonFlash } from '../testing/dfu/boards.ts';
import type { BoardName } from '../testing/dfu/boards.ts';
import { readDfuFile } from '../formats/dfu-file.ts';

const reported = (board: Awaited<ReturnType<typeof boardOf>>) => board.findings.map(({ kind }) => kind);

describe('which board it is', () => {
  test.each<[BoardName, string | null, string, readonly string[]]>([
    ['photon', 'photon', 'board-known', ['user', 'OTA', 'factory', 'DCT']],
    ['p1', 'p1', 'board-known', ['serial flash', 'DCT']],
    ['electron', 'electron', 'board-known', ['system 3', 'factory', 'decompress']],
    ['core', 'core', 'board-known', ['firmware', 'serial flash']],
    ['f405', 'f405', 'board-by-its-map', ['Internal Flash', 'Option Bytes', 'OTP Memory']],
    ['unknown', null, 'board-unknown', ['Flash']],
  ])('%s', async (name, profile, kind, partitions) => {
    const board = await boardOf(name, flashOf());
    expect(board.dfu.profile?.id ?? null).toBe(profile);
    expect(reported(board)).toContain(kind);
    expect(board.layout.partitions.map((partition) => partition.name)).toEqual(expect.arrayContaining([...partitions]));
  });

  test('partitions lie within regions and do not overlap', async () => {
    for (const name of ['photon', 'p1', 'electron', 'core', 'f405'] as const) {
      const { layout } = await boardOf(name, flashOf());
      for (const [i, partition] of layout.partitions.entries()) {
        const before = layout.partitions[i - 1];
        const after = before?.region === partition.region ? before.address + before.size : 0;
        expect(partition.address).toBeGreaterThanOrEqual(after);
      }
    }
  });

  test('a memory string that cannot be parsed is shown', async () => {
    expect(
      (await boardOf('unknown', flashOf())).findings.find(({ kind }) => kind === 'memory-not-understood'),
    ).toMatchObject({ values: { number: 1, text: 'nonsense' } });
  });

  test('the inspection survives a structured clone', async () => {
    const board = await boardOf('photon', photonFlash());
    expect(structuredClone(board)).toEqual(board);
  });
});

describe('what must not be written', () => {
  test('everything below 0x08020000 on a Photon, although the map allows it', async () => {
    const board = await boardOf('photon', photonFlash());
    const reached = board.layout.guards.map(({ address, size }) => [address, address + size]);
    expect(reached).toEqual([
      [0x08000000, 0x0800c000],
      [0x0800c000, 0x08020000],
    ]);
    expect(board.findings.filter(({ kind }) => kind === 'map-lies').map(({ says }) => says)).toEqual([
      'The memory map says that 0x0800C000 to 0x0801FFFF is writable. Sectorwise does not write there.',
    ]);
  });

  test('what is said to lie in a guarded range does, and nothing else', async () => {
    for (const board of [await boardOf('photon', photonFlash()), await boardOf('electron', electronFlash())]) {
      const { guards, partitions } = board.layout;
      const named = partitions.filter(({ name }) => /^(bootloader|DCT \d|EEPROM \d)$/.test(name));
      const families = ['bootloader', 'DCT', 'EEPROM'];
      for (const { region, address, size, reason } of guards) {
        const here = named.filter(
          (own) => own.region === region && own.address >= address && own.address < address + size,
        );
        const said = families.filter((family) => reason.split(', and Particle')[0]?.includes(family));
        expect(said).toEqual([...new Set(here.map(({ name }) => name.split(' ')[0]))]);
      }
    }
  });

  test('option bytes and OTP, although an old ROM says that they can be erased', async () => {
    const board = await boardOf('f407', flashOf());
    expect(board.layout.guards.map(({ region }) => region)).toEqual(['option-bytes', 'otp-memory']);
    expect(board.settings).toEqual([]);
  });

  test('every known protection is listed, and no other', async () => {
    const photon = await boardOf('photon', photonFlash());
    expect(photon.protections).toMatchObject([
      {
        name: 'Bootloader and DCT, emulated EEPROM',
        state: '0x08000000 to 0x0801FFFF is not written',
        says:
          'Particle’s bootloader rejects every write here, whatever its memory map says. The bootloader and the device configuration ' +
          '(DCT 1 and 2: keys, settings) are here. EEPROM 1 and EEPROM 2, the emulated EEPROM, are here.',
        verdict: 'note',
      },
    ]);
    const f407 = await boardOf('f407', flashOf());
    expect(f407.protections.map(({ name, state }) => [name, state])).toEqual([
      ['Read protection', 'off'],
      ['Option Bytes, OTP Memory', 'never written'],
    ]);
  });

  test('no setting offers to write where the map forbids it', async () => {
    const board = await boardOf('f405', flashOf());
    expect(board.settings).toEqual([]);
    expect(board.layout.guards.map(({ region }) => region)).toEqual(['option-bytes', 'otp-memory', 'device-feature']);
  });

  test('a read-protected chip is not read, and that is said of its protection', async () => {
    const board = await boardOf('f405', flashOf(), { readProtected: true });
    expect(reported(board)).toContain('chip-read-protected');
    expect(board.protections).toMatchObject([
      {
        name: 'Read protection',
        state: 'on',
        verdict: 'problem',
        says: 'This chip can be neither read nor written.',
      },
      { name: 'Option Bytes, OTP Memory, Device Feature', state: 'never written' },
    ]);
    expect(board.contents.every(({ kind }) => kind === 'unread')).toBe(true);
  });
});

const app = (options: Parameters<typeof buildModule>[0] = {}) => buildModule({ version: 3, ...options });
const broken = (data: Uint8Array) => data.map((byte, i) => (i === 0x300 ? byte ^ 1 : byte));

describe('what a Photon starts', () => {
  const CASES: readonly (readonly [string, Uint8Array, string | null, RegExp])[] = [
    ['its application', photonFlash(), 'user', /runs the user application \(version 3\): .* is installed\.$/],
    [
      'nothing for a blank user sector',
      photonFlash([0x080a0000, new Uint8Array(0x2000).fill(0xff)]),
      null,
      /safe mode.*it is blank/,
    ],
    ['safe mode for a wrong CRC', photonFlash([0x080a0000, broken(app())]), null, /safe mode.*its CRC is wrong/],
    [
      'safe mode for another platform',
      photonFlash([0x080a0000, app({ platform: 8 })]),
      null,
      /The board enters safe mode and does not run the user application: it has no valid header\./,
    ],
    [
      'safe mode for a need that is not met',
      photonFlash([0x080a0000, app({ dependencies: [[4, 2, 300]] })]),
      null,
      /The board enters safe mode and does not run the user application: it needs system part 2 version 300 or newer, but version 207 is installed\./,
    ],
    [
      'safe mode for its second need, too',
      photonFlash([
        0x080a0000,
        app({
          dependencies: [
            [4, 2, 207],
            [4, 1, 999],
          ],
        }),
      ]),
      null,
      /needs system part 1 version 999/,
    ],
    [
      'the factory application in place of a blank one',
      photonFlash([0x080a0000, new Uint8Array(0x2000).fill(0xff)], [0x080e0000, app({ version: 9 })]),
      'user',
      /restores the application, version 9, from its factory slot/,
    ],
    [
      'safe mode, although there is a factory application, for a wrong CRC',
      photonFlash([0x080a0000, broken(app())], [0x080e0000, app()]),
      null,
      /safe mode/,
    ],
    [
      'nothing without system firmware',
      flashOf([0x080a0000, app()]),
      null,
      /Nothing starts: there is no system firmware in system 1/,
    ],
    [
      'monolithic firmware',
      flashOf([0x08020000, buildModule({ start: 0x08020000, function: 3, index: 0, vectors: true })]),
      'system 1',
      /monolithic/,
    ],
  ];
  test.each(CASES)('%s', async (_, flash, partition, says) => {
    const { boot } = await boardOf('photon', flash);
    expect(boot?.partition?.name ?? null).toBe(partition);
    expect(boot?.says).toMatch(says);
  });

  test('a chip without modules starts what has a vector table', async () => {
    const program = new Uint8Array(64);
    new DataView(program.buffer).setUint32(0, 0x20020000, true);
    new DataView(program.buffer).setUint32(4, 0x08000101, true);
    expect((await boardOf('f405', flashOf([0x08000000, program]))).boot?.partition?.name).toBe(
      'the program at 0x08000000',
    );
    expect((await boardOf('f405', flashOf())).boot).toMatchObject({ partition: null, says: /blank/ });
    expect((await boardOf('f405', new Uint8Array(0x100000))).boot?.says).toMatch(/vector table/);
  });
});

describe('what it holds', () => {
  test('each module with its version, board and needs', async () => {
    const { contents } = await boardOf('photon', photonFlash([0x080e0000, buildExtension({ version: 12 })]));
    const says = (address: number) => contents.find((content) => content.address === address)?.says;
    expect(says(0x08060000)).toBe(
      'Particle module: system part 2, version 207, for the Particle Photon, 4,100 bytes, its CRC was not checked, needs system part 1 v207.',
    );
    expect(says(0x080a0000)).toMatch(
      /^Particle module: user application, version 3, for the Particle Photon, 4,100 bytes, its CRC is correct, needs system part 2 v207\.$/,
    );
    expect(contents.find(({ address }) => address === 0x080a0000)?.brief).toBe('user application v3');
    expect(says(0x080c0000)).toBe('Blank (erased) in its first 2 KiB.');
    expect(says(0x080e0000)).toBe('Extension, version 12, 2 KiB, its CRC was not checked.');
  });

  const CASES: readonly (readonly [string, BoardName, Uint8Array, string, RegExp])[] = [
    [
      'a module in the factory slot',
      'photon',
      photonFlash([0x080e0000, app({ version: 8 })]),
      'factory-slot-holds-application',
      /version 8/,
    ],
    [
      'a header alone in the factory slot',
      'photon',
      photonFlash([0x080e0000, app().map((b, i) => (i === 14 ? 0x77 : b))]),
      'factory-slot-only-looks-right',
      /0x080E0000/,
    ],
    [
      'a module for another board',
      'electron',
      electronFlash([0x08040000, app({ start: 0x08040000, function: 4, index: 2, platform: 6 })]),
      'module-for-another-platform',
      /The system part 2 in system 3 is for the Particle Photon, but this board is a Particle Electron\./,
    ],
    [
      'a need that is not met',
      'photon',
      photonFlash([0x080a0000, app({ dependencies: [[4, 7, 1]] })]),
      'dependency-missing',
      /system part 7.*it is missing/,
    ],
    [
      'an application past its sector',
      'electron',
      electronFlash([0x08080000, buildModule({ start: 0x08080000, platform: 10, size: 0x30000 })]),
      'application-past-its-sector',
      /0x080B0004/,
    ],
    [
      'an extension',
      'photon',
      photonFlash([0x080e0000, buildExtension({ version: 4 })]),
      'extension-there',
      /version 4/,
    ],
    [
      'an extension in another place',
      'electron',
      electronFlash([0x080a0000, buildExtension()]),
      'extension-in-another-place',
      /0x080E0000.*0x080A0000/,
    ],
    ['a wrong CRC', 'photon', photonFlash([0x080a0000, broken(app())]), 'module-crc-wrong', /would not run it/],
  ];
  test.each(CASES)('%s', async (_, name, flash, kind, says) => {
    const board = await boardOf(name, flash);
    expect(board.findings.find((found) => found.kind === kind)?.says).toMatch(says);
    expect(reported(await boardOf(name, name === 'photon' ? photonFlash() : electronFlash()))).not.toContain(kind);
  });

  test('an applied quirk is reported', async () => {
    const quirks = [{ id: 'x', name: 'X', says: 'It does things its own way.' }];
    expect(reported(await boardOf('f405', flashOf(), { quirks }))).toContain('quirk-applied');
  });

  test('other modules and extensions are read whole on request', async () => {
    const flash = photonFlash(
      [0x08060000, broken(buildModule({ start: 0x08060000, function: 4, index: 2 }))],
      [0x080e0000, buildExtension()],
    );
    const device = deviceOf('photon', flash);
    const board = await FAMILY.inspect(device, makeCancel(), () => undefined);
    // Bootloader, two system parts and the extension; the application has been read already.
    expect(board.examinable).toBe(3 * 0x1004 + 0x800);
    let done = 0;
    const seen = await FAMILY.examine?.(device, board, { cancel: makeCancel(), onBytes: (bytes) => (done = bytes) });
    expect(seen?.examinable).toBeNull();
    expect(done).toBe(3 * 0x1004 + 0x800);
    expect(seen?.findings.filter(({ kind }) => kind === 'module-crc-wrong')).toHaveLength(1);
    expect(seen?.contents.find(({ address }) => address === 0x08020000)?.says).toMatch(
      /Particle module: system part 1, version 207, .* its CRC is correct\./,
    );
    expect(seen?.contents.find(({ address }) => address === 0x080e0000)?.says).toMatch(
      /Extension, version 1, 2 KiB, its CRC is correct\./,
    );
  });

  test('everything that can be written back is read out as one file with the same bytes', async () => {
    const flash = photonFlash([0x080e0000, buildExtension()]);
    const device = deviceOf('photon', flash);
    const board = await FAMILY.inspect(device, makeCancel(), () => undefined);
    expect(board.readable).toBe(0xe0000);
    let done = 0;
    const seen = await FAMILY.readOut?.(device, board, { cancel: makeCancel(), onBytes: (bytes) => (done = bytes) });
    expect([done, seen?.readable]).toEqual([0xe0000, undefined]);
    const saved = seen?.saves.find(({ name }) => name === 'photon-flash.dfu')?.data;
    const file = saved instanceof Uint8Array ? readDfuFile(saved) : null;
    if (file?.kind !== 'dfuse') throw new Error('no DfuSe file');
    expect(file.device).toMatchObject({ vendorId: 0x2b04, productId: 0xd006 });
    for (const { address, data } of file.images[0]?.elements ?? []) {
      expect(Buffer.compare(data, flash.subarray(address - 0x08000000, address - 0x08000000 + data.length))).toBe(0);
    }
    expect((await boardOf('f405', flashOf(), { readProtected: true })).readable).toBeUndefined();
  });

  test.each(['electron', 'photon'] as const)(
    'each place for a larger application on a board of kind %s says once what becomes of updates and of the factory slot',
    async (name) => {
      const { appLayouts = [] } = await boardOf(name, name === 'photon' ? photonFlash() : electronFlash());
      const offered = appLayouts.filter(({ ranges }) => ranges.length > 0);
      expect(new Set(offered.map((each) => each.name)).size).toBe(offered.length);
      for (const { why, consequences } of offered) {
        const said = consequences.join(' ');
        expect(said.match(/Over-the-air updates (keep working|are no longer possible)\./g)).toHaveLength(1);
        expect(
          said.match(/factory reset no longer works|Factory reset keeps working|The factory slot stays as it is/g),
        ).toHaveLength(1);
        expect(why).not.toMatch(/no over-the-air|factory/);
      }
    },
  );

  test('places for a larger application are listed with their consequences, and so are impossible ones', async () => {
    const { appLayouts = [] } = await boardOf('photon', photonFlash());
    expect(appLayouts[0]?.ranges.map(({ address }) => address)).toEqual([0x080a0000, 0x080e0000]);
    expect(appLayouts[0]?.consequences).toEqual([
      'Over-the-air updates keep working.',
      'An over-the-air system update will erase factory (0x080E0000).',
      'It uses the factory slot (0x080E0000): factory reset no longer works.',
    ]);
    expect(appLayouts.filter(({ ranges }) => ranges.length === 0).map(({ why }) => why)).toEqual([
      expect.stringMatching(/lies between/),
      // No other split of the area is named as possible: the next one says that its size is fixed.
      'The border would lie in the middle of a 128 KiB sector, which can only be erased whole: each update would erase a ' +
        'part of the application as well.',
      expect.stringMatching(/Changed system firmware/),
      expect.stringMatching(
        /Device OS supports this from version 3\.1, and only for the third generation \(Argon, Boron, B Series, Tracker\)\. For this generation, use a newer model, or an application with an extension\./,
      ),
      expect.stringMatching(/Build on your computer/),
      expect.stringMatching(/Particle’s bootloader protects everything below 0x08020000/),
    ]);
    expect(appLayouts.flatMap(({ forbiddenBy }) => forbiddenBy ?? [])).toEqual([
      'the system firmware',
      'the chip',
      'the system firmware',
      'the system firmware',
      'the build server',
      'the bootloader',
    ]);
    expect((await boardOf('f405', flashOf())).appLayouts).toEqual([]);
  });

  test.each([
    ['photon', photonFlash(), 'photon-split.ld', /only one that keeps over-the-air updates/],
    ['electron', electronFlash(), 'electron-split-decompress.ld', /over-the-air updates and factory reset/],
  ] as const)('of a %s, one is recommended and comes first', async (name, flash, file, why) => {
    const { appLayouts = [] } = await boardOf(name, flash);
    expect(appLayouts[0]).toMatchObject({ recommended: expect.stringMatching(why), save: { name: file } });
    expect(appLayouts.slice(1).every(({ recommended }) => recommended === null)).toBe(true);
  });

  test('a chip whose sectors have no names is described sector by sector', async () => {
    const { contents } = await boardOf('f405', flashOf([0x08020000, Uint8Array.of(1, 2, 3)]));
    expect(contents.slice(0, 3).map(({ address, size, kind }) => [address, size, kind])).toEqual([
      [0x08000000, 0x20000, 'blank'],
      [0x08020000, 0x20000, 'data'],
      [0x08040000, 0xc0000, 'blank'],
    ]);
  });

  test('a module with a length beyond the flash is not read, and counts as damaged', async () => {
    const long = app();
    new DataView(long.buffer).setUint32(4, 0x08100000, true);
    const board = await boardOf('photon', photonFlash([0x080a0000, long]));
    expect(board.boot?.says).toMatch(/CRC is wrong/);
  });

  test('a stop takes effect', async () => {
    const cancel = makeCancel();
    cancel.cancel();
    await expect(FAMILY.inspect(deviceOf('photon', flashOf()), cancel, () => undefined)).rejects.toMatchObject({
      facts: { kind: 'stopped' },
    });
  });
});
