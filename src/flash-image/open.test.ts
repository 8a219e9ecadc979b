/** What a person relies on who opens a dump: it is the board that it came from, or the page says exactly why not. */
import { describe, expect, it } from 'vitest';
import type { Inspection } from '../flash/family.ts';
import { dfuDump, espDump, imageSession, openedImage } from '../testing/flash-image.ts';
import { openDfuWorld } from '../testing/dfu/world.ts';
import type { AnySession } from '../testing/esp/world.ts';
import { openWorld } from '../testing/esp/world.ts';
import { writeDfuSe } from '../formats/dfu-file.ts';
import { raftDemo150 } from '../virtual-boards/esp/firmware/raft-demo.ts';
import { factoryFlash } from '../virtual-boards/esp/firmware/factory.ts';
import { VIRTUAL_BOARDS } from '../virtual-boards/virtual-boards.ts';
import type { ImageChoice } from '../flash/image-choice.ts';
import type { ImageOpening } from './opened-image.ts';
import { openFlashImage } from './open.ts';
import { byLength, LONG } from '../testing/long.ts';

const OPEN_BOARDS = VIRTUAL_BOARDS.filter(({ protection }) => protection === 'none');

function boardOf({ state }: AnySession): Inspection {
  if (state.kind !== 'connected') throw new Error(JSON.stringify(state));
  return state.board;
}

/** What both must agree on: everything but the identity, the link and the eFuses. */
function facts({ layout, contents, boot, selection, findings }: Inspection) {
  return { layout, contents, boot, selection, findings };
}

describe('a dump of a whole flash', () => {
  for (const [options, boards] of byLength(OPEN_BOARDS, ({ id }) => id === 'esp32-raft')) {
    it.each(boards)('of the $name reads as the board does', options, async ({ id, factory }) => {
      const world = openWorld(id);
      await world.session.connect();
      const opened = await openedImage(espDump(id));
      const image = boardOf(await imageSession(opened));
      expect(facts(image)).toEqual(facts(boardOf(world.session)));
      expect(image.identity).toMatchObject({ chip: factory.chip ?? 'ESP32', key: null, file: { name: 'dump.bin' } });
      expect(image.protections).toEqual([]);
      expect(image.settings.filter(({ group }) => group === 'link')).toEqual([]);
    });
  }

  for (const [options, ids] of byLength(['photon', 'p1', 'electron', 'stm32f405'], (id) => id === 'photon'))
    it.each(ids)('of a %s reads as the board does', options, async (id) => {
      const world = openDfuWorld(id);
      await world.session.connect();
      const opened = await openedImage(dfuDump(id), { board: id === 'stm32f405' ? 'f405' : id });
      const image = boardOf(await imageSession(opened));
      const board = boardOf(world.session);
      const own = image.layout.map.regions.map((region) => region.id);
      expect(image.layout.map.regions.map(({ id: region, runs }) => ({ region, runs }))).toEqual(
        board.layout.map.regions
          .filter((region) => own.includes(region.id))
          .map(({ id: region, runs }) => ({ region, runs })),
      );
      // A board is read in pieces as large as its transfers: how much was read of a blank sector may differ.
      const found = ({ contents }: Inspection) => contents.map(({ blankIn: _, ...content }) => content);
      expect(found(image)).toEqual(found(board).filter(({ region }) => own.includes(region)));
      expect(image.boot).toEqual(board.boot);
      expect(image.identity.key).toBeNull();
    });
});

describe('a merged image', () => {
  it('that ends behind its app is the start of a flash whose rest is erased', LONG, async () => {
    const dump = espDump('esp32-raft');
    const app = [...dump.subarray(0x20000)].findIndex((_, at) =>
      dump.subarray(0x20000 + at, 0x20000 + at + 0x2000).every((byte) => byte === 0xff),
    );
    const merged = dump.subarray(0, 0x20000 + app);
    const { device } = await openedImage(merged);
    const [region] = (await device.readMap()).regions;
    expect(region?.runs).toEqual([{ count: 1024, size: 0x1000 }]);
    const session = await imageSession(await openedImage(merged));
    expect(boardOf(session).boot?.partition?.name).toBe('app0');
    expect(boardOf(session).identity.facts).toContainEqual({
      name: 'Flash size',
      value: expect.stringContaining('4 MiB, by the header of its bootloader; the file has'),
    });
  });
});

describe('what does not say what it is of', () => {
  const CASES: readonly (readonly [string, () => Uint8Array, 'chip' | 'board' | 'chip or board', ImageChoice])[] = [
    ['a blank flash', () => new Uint8Array(0x400000).fill(0xff), 'chip or board', { chip: 'ESP32' }],
    ['an encrypted flash', () => espDump('esp32-encrypted'), 'chip or board', { chip: 'ESP32' }],
    ['a dump without its bootloader', () => espDump('esp32-raft').fill(0xff, 0, 0x8000), 'chip', { chip: 'ESP32' }],
    ['a dump of an STM32', () => dfuDump('stm32f405'), 'board', { board: 'f405' }],
  ];
  for (const [options, cases] of byLength(CASES, ([what]) => what === 'a blank flash' || what.includes('STM32')))
    it.each(cases)('%s is asked about, and opens as what is chosen', options, async (_, make, asks, choice) => {
      const data = make();
      const opening = await openFlashImage({ name: 'dump.bin', data });
      expect(opening).toMatchObject({ kind: 'question', asks });
      const offered = opening.kind === 'question' ? opening.options : [];
      expect(offered.map((option) => option.choice)).toContainEqual(choice);
      expect(boardOf(await imageSession(await openedImage(data, choice))).identity.file?.size).toBe(data.length);
    });

  it.each(['photon', 'p1', 'electron'])('a dump of a %s is recognised by its bootloader', async (id) => {
    const { device } = await openedImage(dfuDump(id));
    const named = { photon: 'Particle Photon', p1: 'Particle P1', electron: 'Particle Electron' };
    expect(await device.identify()).toMatchObject({
      family: 'dfu',
      chip: Object.entries(named).find(([key]) => key === id)?.[1],
    });
  });

  it('offers the boards whose flash has the size of the file first', async () => {
    const opening = await openFlashImage({ name: 'dump.bin', data: dfuDump('stm32f405') });
    const [first] = opening.kind === 'question' ? opening.options : [];
    expect(first?.choice.board).toBe('f405');
  });

  it('says of an encrypted flash that it looks encrypted, and not that it is damaged', LONG, async () => {
    const opened = await openedImage(espDump('esp32-encrypted'), { chip: 'ESP32' });
    const { findings, boot } = boardOf(await imageSession(opened));
    expect(findings.map(({ kind }) => kind)).toContain('looks-encrypted');
    expect(boot).toBeNull();
  });
});

describe('a DfuSe file', () => {
  const elements = [{ address: 0x08020000, data: dfuDump('photon').slice(0x20000) }];
  const dfu = (vendorId: number, productId: number) =>
    writeDfuSe([{ alternate: 0, name: 'Internal Flash', elements }], { vendorId, productId, deviceVersion: null });

  it('of a Photon is recognised by its USB ids, and what it lacks is named', async () => {
    const { device } = await openedImage(dfu(0x2b04, 0xd006), {}, 'photon.dfu');
    const identity = await device.identify();
    expect(identity.chip).toBe('Particle Photon');
    expect(identity.facts).toContainEqual({
      name: 'Not in the file',
      value: expect.stringContaining('0x08000000–0x0800BFFF'),
    });
  });

  it('of an ST chip is asked about', async () => {
    const opening = await openFlashImage({ name: 'st.dfu', data: dfu(0x0483, 0xdf11) });
    expect(opening).toMatchObject({ kind: 'question', asks: 'board', says: expect.stringMatching(/ST’s boot ROM/) });
  });

  it('of a device that is not known here is asked about, and the question names its USB id', async () => {
    const opening = await openFlashImage({ name: 'other.dfu', data: dfu(0x1209, 0x0001) });
    expect(opening).toMatchObject({
      kind: 'question',
      says: 'No board that can be opened here has the USB id 1209:0001, which the file names.',
      options: expect.arrayContaining([{ name: 'Particle Photon', choice: { board: 'photon' } }]),
    });
  });
});

describe('a file that is no flash image', () => {
  const raft = () => espDump('esp32-raft');
  const text = (words: string) => new TextEncoder().encode(words);
  const FILES: readonly [what: string, make: () => Uint8Array, choice: ImageChoice, name: string, says: RegExp][] = [
    ['nothing', () => new Uint8Array(), {}, 'flash-image-empty', /0 bytes/],
    ['64 MB of zeros', () => new Uint8Array(64 << 20), {}, 'flash-image-zeros', /64 MiB/],
    ['more than any flash', () => new Uint8Array((128 << 20) + 1), {}, 'flash-image-too-large', /128 MiB at most/],
    ['a web page', () => text('<!doctype html><title>404</title>'), {}, 'flash-image-not-flash', /HTML page/],
    ['an ELF file', () => Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]), {}, 'flash-image-not-flash', /ELF file/],
    ['a text', () => text('hello '.repeat(2000)), {}, 'flash-image-not-flash', /looks like text/],
    ['an app', () => raftDemo150(0), {}, 'flash-image-is-firmware', /an app for the ESP32, raft-demo 1\.5\.0/],
    ['a bootloader', () => raft().slice(0x1000, 0x7000), {}, 'flash-image-is-firmware', /an image for the ESP32/],
    ['an encrypted backup', () => text('SWSEAL1\n…'), {}, 'flash-image-backup-encrypted', /encrypted backup/],
    ['a ZIP archive', () => Uint8Array.from([0x50, 0x4b, 3, 4, 0, 0]), {}, 'backup-file-damaged', /central directory/],
    ['a damaged DfuSe file', () => text('DfuSe and no more'), {}, 'flash-image-damaged', /suffix/],
    [
      'the first 16 KiB',
      () => raft().slice(0, 0x4000),
      {},
      'flash-image-too-short',
      /0x4000, before the partition table/,
    ],
    ['half a dump', () => raft().slice(0, 0x200000), {}, 'flash-image-incomplete', /partition table has .* up to 0x/],
    [
      'a dump cut inside an app',
      () => raft().slice(0, 0x30000),
      {},
      'flash-image-incomplete',
      /the app in app0 goes on/,
    ],
    ['the flash of another chip', raft, { chip: 'esp32s3' }, 'flash-image-other-chip', /an ESP32, not of an ESP32-S3/],
    ['an ESP32 as a Photon', raft, { board: 'photon' }, 'flash-image-other-chip', /not of a Particle Photon/],
    ['an unknown chip', raft, { chip: 'ESP9999' }, 'flash-image-choice-unknown', /knows no chip called “ESP9999”/],
    ['an unknown board', raft, { board: 'toaster' }, 'flash-image-choice-unknown', /knows no board/],
    [
      '2 MiB as a Photon',
      () => new Uint8Array(0x200000).fill(0xff),
      { board: 'photon' },
      'flash-image-too-large',
      /1 MiB/,
    ],
    ['4 MiB as 2 MiB', raft, { flashSize: 0x200000 }, 'flash-image-too-large', /has 4 MiB, but the flash has 2 MiB/],
    ['noise of an odd size', () => raft().slice(0x20100, 0x20155), {}, 'flash-image-not-flash', /matches no kind/],
  ];
  for (const [options, files] of byLength(FILES, ([what]) => what !== '64 MB of zeros'))
    it.each(files)('%s', options, async (_, make, choice, name, says) => {
      const opening: ImageOpening = await openFlashImage({ name: 'dump.bin', data: make() }, choice);
      expect(opening).toMatchObject({ kind: 'failure', failure: { name, says: expect.stringMatching(says) } });
      const failure = opening.kind === 'failure' ? opening.failure : null;
      expect(failure?.next.length).toBeGreaterThan(10);
      expect(failure?.place).toMatchObject({ in: 'file', name: 'dump.bin' });
    });

  it('is answered, wherever it is cut and whichever byte of its head is wrong', async () => {
    const dump = raft();
    const cuts = [1, 15, 24, 0x120, 0xfff, 0x1001, 0x1018, 0x7fff, 0x8001, 0x8021, 0x9000, 0x20010, 0x100000, 0x3fffff];
    const opened: ImageOpening[] = [];
    for (const cut of cuts) opened.push(await openFlashImage({ name: 'cut.bin', data: dump.subarray(0, cut) }));
    for (let at = 0x1000; at < 0x1018; at++) {
      const wrong = dump.slice();
      wrong[at] = (wrong[at] ?? 0) ^ 0xff;
      opened.push(await openFlashImage({ name: 'wrong.bin', data: wrong }));
    }
    const unexpected = opened.filter((opening) => opening.kind === 'failure' && opening.failure.kind === 'mistake');
    expect(unexpected).toEqual([]);
    expect(opened.slice(0, 9).map(({ kind }) => kind)).toEqual(Array.from({ length: 9 }, () => 'failure'));
  });

  it('opens half a dump all the same if a person names the size of the flash', async () => {
    const { device } = await openedImage(raft().slice(0, 0x200000), { flashSize: 0x200000 });
    const [region] = (await device.readMap()).regions;
    expect(region?.runs).toEqual([{ count: 512, size: 0x1000 }]);
  });

  it('recognises a chip from its bootloader for every chip that there is a board of', LONG, async () => {
    for (const chip of ['ESP32', 'ESP32-S3', 'ESP32-C3', 'ESP32-C6'] as const) {
      const { device } = await openedImage(factoryFlash({ chip }).snapshot());
      expect((await device.identify()).chip).toBe(chip);
    }
  });
});
