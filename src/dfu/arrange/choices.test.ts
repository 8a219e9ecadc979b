/** Where an extended application and every other kind of file can go. */
import { describe, expect, test } from 'vitest';
import { imageIn, rankAt } from '../../flash/arrangement.ts';
import { buildExtension, buildModule } from '../../testing/dfu/particle-images.ts';
import type { BoardName } from '../../testing/dfu/boards.ts';
import {
  boardOf,
  choiceIds,
  electronApp,
  electronFlash,
  FAMILY,
  arranged,
  arrangedFile,
  flashOf,
  kindsOf,
  named,
  photonFlash,
  place,
  written,
} from '../../testing/dfu/boards.ts';
import { difference, noise } from '../../testing/bytes.ts';

const app = named('app.bin', buildModule({ version: 4, size: 0x8000 }));
const ext = (address = 0x080e0000) => named('ext.bin', buildExtension({ address, size: 0x3000 }));
const flashes = { photon: photonFlash(), electron: electronFlash() } as const;

/** One file with each part at its offset; gaps are filled as objcopy does it. */
function linear(...parts: readonly (readonly [number, Uint8Array])[]): Uint8Array {
  const data = new Uint8Array(Math.max(...parts.map(([at, part]) => at + part.length)));
  for (const [at, part] of parts) data.set(part, at);
  return data;
}

/** The addresses of the 128 KiB sectors in which two flashes differ; the smaller sectors below 0x08020000 count as one. */
function sectorsChanged(a: Uint8Array, b: Uint8Array): number[] {
  const changed = new Set<number>();
  for (const [i, byte] of a.entries()) if (byte !== b[i]) changed.add(0x08000000 + Math.floor(i / 0x20000) * 0x20000);
  return [...changed];
}

describe('application + extension, keeping over-the-air updates', () => {
  test.each<[string, BoardName, Uint8Array, Uint8Array, readonly number[]]>([
    ['Photon', 'photon', app.data, ext().data, [0x080a0000, 0x080e0000]],
    ['Electron', 'electron', electronApp({ size: 0x8000 }), ext(0x080a0000).data, [0x08080000, 0x080a0000]],
    ['Electron, decompress region', 'electron', electronApp({ size: 0x8000 }), ext().data, [0x08080000, 0x080e0000]],
  ])('%s, as two files: each goes to its own sector', async (_, name, first, second, sectors) => {
    const flash = name === 'photon' ? flashes.photon : flashes.electron;
    const board = await boardOf(name, flash);
    const placements = place([named('app.bin', first), named('ext.bin', second)], board);
    expect(placements.map(({ choice }) => [choice?.address, choice?.fits])).toEqual(sectors.map((at) => [at, true]));
    const after = written(flash, placements, board);
    expect(sectorsChanged(flash, after)).toEqual(sectors);
    const again = await boardOf(name, after);
    expect(again.boot?.partition?.name).toBe('user');
    expect(again.findings.map(({ kind }) => kind)).toContain('extension-there');
  });

  test('on a Photon, the only question is about an over-the-air system update', async () => {
    const board = await boardOf('photon', flashes.photon);
    expect(kindsOf(place([app, ext()], board), board)).toEqual(['?update-erases']);
    const electron = await boardOf('electron', flashes.electron);
    expect(kindsOf(place([named('a.bin', electronApp()), ext(0x080a0000)], electron), electron)).toEqual([]);
  });

  test.each([
    ['with the gap that the sectors have', 0x40000],
    ['right behind the application’s sector', 0x20000],
    ['at the next 16 KiB', 0x4000 * 3],
  ])('one file with both, %s', async (_, at) => {
    const board = await boardOf('photon', flashes.photon);
    const file = named('both.bin', linear([0, app.data], [at, ext().data]));
    const placements = place([file], board);
    expect(choiceIds(arrangedFile(file, board).choices)).toEqual(['split']);
    expect(FAMILY.identify(file, board)).toMatchObject({ kind: 'application with extension', findings: [] });
    const two = written(flashes.photon, place([app, ext()], board), board);
    expect(difference(written(flashes.photon, placements, board), two)).toBeNull();
    expect(kindsOf(placements, board)).toEqual(['?update-erases']);
  });

  test('an extension in one file with an application, but not after it, is refused', async () => {
    const board = await boardOf('photon', flashes.photon);
    const file = named('both.bin', linear([0, app.data], [0x20000, ext(0x080c0000).data]));
    expect(kindsOf(place([file], board), board)).toEqual(['nothing-fits-there']);
  });

  test('checksums that a linker leaves open are filled in', async () => {
    const board = await boardOf('photon', flashes.photon);
    const files = [
      named('app.elf at 0x080A0000', buildModule({ version: 4, size: 0x8000, lacksCrc: true }), 0x080a0000),
      named('app.elf at 0x080E0000', buildExtension({ size: 0x3000, lacksCrc: true }), 0x080e0000),
    ];
    const two = written(flashes.photon, place([app, ext()], board), board);
    expect(difference(written(flashes.photon, place(files, board), board), two)).toBeNull();
  });

  test('what makes the board start is written last', async () => {
    const board = await boardOf('photon', flashes.photon);
    const region = board.layout.partitions.find(({ name }) => name === 'user')?.region ?? '';
    const commits = (files: readonly ReturnType<typeof named>[]) => arranged(place(files, board), board).commits;
    expect(commits([app, ext()])).toEqual([{ region, address: 0x080a0000, size: 0x400 }]);
    expect(commits([ext()])).toEqual([]);
    const rank = (address: number) =>
      rankAt(arranged(place([app, ext()], board), board).ranks, { region, address, size: 0x20000 });
    expect(rank(0x080a0000)).toBeLessThan(rank(0x080e0000));
    const system = named('s.bin', buildModule({ start: 0x08020000, function: 4, vectors: true }));
    expect(commits([app, system]).map(({ address }) => address)).toEqual([0x080a0000, 0x08020000]);
    const f405 = await boardOf('f405', flashOf());
    const program = named('p.bin', new Uint8Array(0x100), 0x08000000);
    expect(arranged(place([program], f405), f405).commits).toMatchObject([{ address: 0x08000000, size: 0x400 }]);
    // An L0 has smaller pages and erases to 00: there its first page goes last.
    const l0 = await boardOf('f405', flashOf(), { map: '@Internal Flash  /0x08000000/1536*128g' });
    expect(arranged(place([program], l0), l0).commits).toEqual([]);
    const page = (address: number) => rankAt(arranged([], l0).ranks, { region: 'internal-flash', address, size: 128 });
    expect(page(0x08000000)).toBeGreaterThan(page(0x08000080));
  });

  test('the linker regions of what is placed are offered with it', async () => {
    const board = await boardOf('electron', flashes.electron);
    const saves = (...files: ReturnType<typeof named>[]) =>
      arranged(place(files, board), board).saves.map(({ name }) => name);
    expect(saves(named('a.bin', electronApp()), ext(0x080a0000))).toEqual(['electron-split.ld']);
    expect(saves(named('a.bin', electronApp()), ext())).toEqual(['electron-split-decompress.ld']);
    expect(saves(named('a.bin', electronApp({ size: 0x30000 })))).toEqual(['electron-contiguous.ld']);
    // It was built for the application's own sector, and fits there.
    expect(saves(named('a.bin', electronApp()))).toEqual([]);
  });

  test('an extension alone leaves the application unchanged, and says so', async () => {
    const board = await boardOf('electron', flashes.electron);
    expect(arranged(place([ext(0x080a0000)], board), board).boot.says).toBe(
      'Afterwards: the board starts the user application, version 3. The application stays as it is; it uses version 1 of the extension if it was built for that version.',
    );
  });
});

describe('one piece of 256 KiB', () => {
  const long = named('long.bin', electronApp({ size: 0x30000 }));

  test('on an Electron, over USB only', async () => {
    const board = await boardOf('electron', flashes.electron);
    const placements = place([long], board);
    expect(placements[0]?.choice).toMatchObject({ name: 'user + factory', why: /over USB only/, fits: true });
    expect(kindsOf(placements, board)).toEqual(['?usb-only']);
    expect(sectorsChanged(flashes.electron, written(flashes.electron, placements, board))).toEqual([
      0x08080000, 0x080a0000,
    ]);
    expect(arranged(placements, board).boot.says).toMatch(
      /starts the user application, version 4\. It ends at 0x080B0004/,
    );
    expect(arranged(placements, board).boot.expected?.name).toBe('user');
  });

  test('over an application in the factory slot, with a question about that too', async () => {
    const board = await boardOf('electron', electronFlash([0x080a0000, electronApp()]));
    expect(kindsOf(place([long], board), board)).toEqual(['?factory-reset-lost', '?usb-only']);
  });

  test('not on a Photon, where the sector for updates comes next', async () => {
    const board = await boardOf('photon', flashes.photon);
    const file = named('long.bin', buildModule({ size: 0x30000 }));
    expect(kindsOf(place([file], board), board)).toEqual(['application-too-large']);
    expect(arrangedFile(file, board).choices[0]?.why).toBe('its sector holds 128 KiB, and the next sector is in use');
    // A person who never saw an extension is told what it is, and led to the page on it.
    const [refusal] = arranged(place([file], board), board).refusals;
    expect(refusal?.next).toContain('an extension: code and data in a sector of its own, which the application calls');
    expect(refusal?.guide).toBe('extension');
  });

  test('no more than 256 KiB', async () => {
    const board = await boardOf('electron', flashes.electron);
    expect(kindsOf(place([named('x.bin', electronApp({ size: 0x40000 }))], board), board)).toEqual([
      'application-too-large',
    ]);
  });
});

describe('what is impossible', () => {
  test.each([
    ['unavailable-halves', 'photon', /can only be erased whole/],
    ['unavailable-ota-area', 'electron', /Changed system firmware is required/],
    ['unavailable-newer', 'electron', /only for the third generation/],
    ['unavailable-contiguous', 'photon', /0x080C0000, lies between/],
  ] as const)('%s is answered with the reason', async (id, name, says) => {
    const board = await boardOf(name, flashes[name]);
    const file = name === 'photon' ? app : named('app.bin', electronApp());
    const placements = place([file], board, { 'app.bin': id });
    expect(arranged(placements, board).refusals).toMatchObject([{ kind: 'layout-unavailable', says }]);
    expect(difference(written(flashes[name], placements, board), flashes[name])).toBeNull();
  });
});

describe('other modules', () => {
  test('system parts and monolithic firmware go where their header says, with a question', async () => {
    const board = await boardOf('photon', flashes.photon);
    const part = named('p.bin', buildModule({ start: 0x08060000, function: 4, index: 2, vectors: true, version: 300 }));
    expect(kindsOf(place([part], board), board)).toEqual(['?system-replaced']);
    const mono = named(
      'm.bin',
      buildModule({ start: 0x08020000, function: 3, index: 0, vectors: true, size: 0xb0000 }),
    );
    expect(kindsOf(place([mono], board), board)).toEqual(['?system-replaced', '?update-erases']);
    expect(arranged(place([mono], board), board).boot.expected?.name).toBe('system 1');
  });

  test('a bootloader cannot be written, and what can be done instead is said', async () => {
    const board = await boardOf('photon', flashes.photon);
    const file = named('b.bin', buildModule({ start: 0x08000000, function: 2, index: 0, vectors: true }));
    expect(arranged(place([file], board), board).refusals).toMatchObject([
      { kind: 'bootloader-over-dfu', next: /write the system parts.*particle flash --serial/ },
    ]);
  });

  test('an application can be written to the factory slot', async () => {
    const board = await boardOf('photon', flashes.photon);
    const placements = place([app], board, { 'app.bin': 'factory' });
    expect(kindsOf(placements, board)).toEqual(['?update-erases']);
    expect(sectorsChanged(flashes.photon, written(flashes.photon, placements, board))).toEqual([0x080e0000]);
    expect(arranged(placements, board).commits).toEqual([]);
  });
});

describe('data', () => {
  test('is offered the free sectors, first those that no update erases', async () => {
    const board = await boardOf('electron', flashes.electron);
    const file = named('pictures.bin', noise(0x8000));
    expect(choiceIds(arrangedFile(file, board).choices)).toEqual([
      '(sectors@80e0000)',
      '(sectors@80a0000)',
      '(sectors@80c0000)',
      '(sectors@8080000)',
    ]);
    const placements = place([file], board, { 'pictures.bin': 'sectors@80e0000' });
    expect(kindsOf(placements, board)).toEqual([]);
    expect(arranged(placements, board).saves).toMatchObject([
      { name: 'flash-data.h', data: /#define PICTURES_BIN_ADDRESS 0x080E0000u\n#define PICTURES_BIN_SIZE 32768u/ },
    ]);
  });

  test('in the sector of the application they are data: nothing suggests that they would start there', async () => {
    const board = await boardOf('photon', flashes.photon);
    const { choices } = arrangedFile(named('d.bin', noise(200 * 1024)), board);
    const inUser = choices.filter(({ id }) => id.includes('80a0000'));
    expect(inUser.length).toBeGreaterThan(0);
    for (const { why } of inUser) expect(why).toContain('for data only');
    expect(choices.filter((each) => !inUser.includes(each)).every(({ why }) => !why.includes('for data only'))).toBe(
      true,
    );
  });

  test('larger than a sector is split across sectors, adjacent or not', async () => {
    const board = await boardOf('photon', flashes.photon);
    const file = named('d.bin', noise(0x30000));
    expect(choiceIds(arrangedFile(file, board).choices)).toEqual([
      '(sectors@80c0000+80e0000)',
      '(sectors@80a0000+80c0000)',
      '(sectors@80a0000+80e0000)',
    ]);
    const placements = place([file], board, { 'd.bin': 'sectors@80a0000+80e0000' });
    const [first, second] = imageIn(arranged(placements, board).content);
    expect([first?.address, first?.data.length]).toEqual([0x080a0000, 0x20000]);
    expect([second?.address, second?.data]).toEqual([0x080e0000, file.data.slice(0x20000)]);
    expect(kindsOf(placements, board)).toEqual(['?application-replaced-by-data', '?update-erases']);
    expect(arranged(placements, board).saves[0]?.data).toMatch(/D_BIN_1_SIZE 131072u[^]*D_BIN_2_ADDRESS 0x080E0000u/);
  });

  test('with addresses goes there, if one memory has them', async () => {
    const board = await boardOf('p1', flashes.photon);
    const at = (address: number, size = 0x100) => kindsOf(place([named('h', noise(size), address)], board), board);
    expect(at(0x080e0000)).toEqual(['?update-erases']);
    expect(at(0x08000000)).toEqual(['nothing-fits-there']);
    expect(at(0x080ffff0)).toEqual(['nothing-fits-there']);
    expect(at(0x20000000)).toEqual(['nothing-fits-there']);
    // Keys and the serial flash both start there.
    expect(at(0)).toEqual(['nothing-fits-there']);
  });
});

describe('a chip without modules', () => {
  const program = noise(0x5000);
  new DataView(program.buffer).setUint32(0, 0x20020000, true);
  new DataView(program.buffer).setUint32(4, 0x08000101, true);

  test('takes a program at the start of its flash', async () => {
    const board = await boardOf('f405', flashOf());
    const placements = place([named('p.bin', program)], board);
    expect(placements[0]?.choice).toMatchObject({
      address: 0x08000000,
      fits: true,
      why: expect.stringMatching(/^where the chip starts/),
    });
    expect(kindsOf(placements, board)).toEqual([]);
    expect(arranged(placements, board).boot.expected?.name).toBe('Internal Flash');
  });

  test('lists few places: the start, the first blank sectors and the last ones', async () => {
    const board = await boardOf('f405', flashOf([0x08000000, program], [0x0800c000, noise(16)]));
    const file = named('p.bin', program);
    expect(choiceIds(arrangedFile(file, board).choices)).toEqual([
      'sectors@8000000+8004000',
      '(sectors@8010000)',
      '(sectors@80e0000)',
    ]);
    const data = named('d.bin', noise(0x5000));
    expect(choiceIds(arrangedFile(data, board).choices).at(-1)).toBe('(sectors@8000000+8004000)');
  });
});

describe('selected sectors', () => {
  const file = named('d.bin', noise(0x30000));
  const pick = (board: Awaited<ReturnType<typeof boardOf>>, id: string) =>
    arrangedFile(file, board, id).choices.find((choice) => choice.id === id);

  test('every writable sector can be picked, with what it holds', async () => {
    const board = await boardOf('f405', flashOf([0x08000000, noise(16)]));
    const picking = arrangedFile(file, board).picking;
    expect(picking?.need).toBe(0x30000);
    expect(picking?.units.map(({ name, address, size }) => [name, address, size])).toEqual([
      ...[0, 1, 2, 3].map((i) => [`sector ${i}`, 0x08000000 + i * 0x4000, 0x4000]),
      ['sector 4', 0x08010000, 0x10000],
      ...[0, 1, 2, 3, 4, 5, 6].map((i) => [`sector ${i + 5}`, 0x08020000 + i * 0x20000, 0x20000]),
    ]);
    expect(picking?.units[0]?.holds).toMatch(/Unrecognised data\./);
    expect(picking?.units[11]?.holds).toMatch(/^Blank/);
    const photon = await boardOf('photon', flashes.photon);
    expect(arrangedFile(file, photon).picking?.units.map(({ name }) => name)).toEqual(['user', 'OTA', 'factory']);
    expect(arrangedFile(app, photon).picking).toBeNull();
  });

  test('any set that holds the file is a place, in the order of picking, even if it is not listed', async () => {
    const board = await boardOf('f405', flashOf());
    const id = 'sectors@80e0000+8040000';
    expect(pick(board, id)).toMatchObject({
      fits: true,
      byHand: true,
      why: /^selected sectors;/,
      name: 'sector 11 + sector 6',
    });
    const placements = place([file], board, { 'd.bin': id });
    const segments = imageIn(arranged(placements, board).content);
    // The file starts in the sector that was picked first.
    expect(segments.map(({ address, data }) => [address, data])).toEqual([
      [0x08040000, file.data.slice(0x20000)],
      [0x080e0000, file.data.slice(0, 0x20000)],
    ]);
  });

  test('too few say how much is missing, too many what stays unchanged', async () => {
    const board = await boardOf('f405', flashOf());
    expect(pick(board, 'sectors@80e0000')).toMatchObject({ fits: false, why: '64 KiB more are needed' });
    expect(arranged(place([file], board, { 'd.bin': 'sectors@80e0000' }), board).refusals).toMatchObject([
      { kind: 'sectors-too-few', says: 'd.bin does not fit into sector 11: 64 KiB more are needed.' },
    ]);
    expect(pick(board, 'sectors@8040000+8080000+80c0000')?.why).toMatch(
      /selected sectors; sector 10 is not needed and stay unchanged; blank now, as far as checked/,
    );
  });

  test('sectors that must not be written cannot be picked', async () => {
    const board = await boardOf('photon', flashes.photon);
    for (const id of ['sectors@8020000+80e0000', 'sectors@80e0000+80e0000', 'sectors@'])
      expect(pick(board, id)).toBeUndefined();
  });
});
