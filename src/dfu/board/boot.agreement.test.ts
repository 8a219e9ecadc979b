/** Compares the prediction with the virtual board: two implementations written separately from the same sources. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantClock } from '../../virtual-boards/clock.ts';
import { makeDfuBoard } from '../../virtual-boards/dfu/catalogue.ts';
import type { BootEnd } from '../../virtual-boards/dfu/board.ts';
import { Life } from '../../virtual-boards/life.ts';
import { bootParticle } from '../../virtual-boards/dfu/particle-boot.ts';
import { MODELS } from '../../virtual-boards/dfu/particle-models.ts';
import { buildExtension, buildModule } from '../../testing/dfu/particle-images.ts';
import type { TestModule } from '../../testing/dfu/particle-images.ts';
import { boardOf } from '../../testing/dfu/boards.ts';
import { startOf } from './boot.ts';
import { cases } from '../../testing/cases.ts';
import { LONG } from '../../testing/long.ts';

const BASE = 0x08000000;
const BOARDS = {
  photon: { user: 0x080a0000, factory: 0x080e0000, platform: 6 },
  electron: { user: 0x08080000, factory: 0x080a0000, platform: 10 },
} as const;

const ENDS: Readonly<Record<BootEnd, readonly string[]>> = {
  application: ['starts', 'restores'],
  'safe mode': ['safe-mode', 'restores'],
  'DFU mode': ['nothing'],
  'boot loop': ['nothing'],
  crashed: ['nothing'],
  unknown: ['unknown', 'nothing'],
};

/** Ways to fill a sector: a module, a damaged module, an extension, blank, noise. */
const contents = fc.oneof(
  fc.record({
    kind: fc.constant('module'),
    own: fc.boolean(),
    other: fc.boolean(),
    function: fc.constantFrom(5, 5, 5, 4),
    size: fc.constantFrom(0x400, 0x1000, 0x20000 - 4),
    damaged: fc.boolean(),
    needs: fc.constantFrom(0, 1, 2001, 60000),
  }),
  fc.record({ kind: fc.constantFrom('extension', 'blank', 'noise') }),
);
type Content = typeof contents extends fc.Arbitrary<infer T> ? T : never;

function bytesOf(
  content: Content,
  { user, platform }: { readonly user: number; readonly platform: number },
): Uint8Array {
  if (!('own' in content)) {
    if (content.kind === 'extension') return buildExtension();
    return content.kind === 'blank' ? new Uint8Array(64).fill(0xff) : Uint8Array.from({ length: 64 }, (_, i) => i * 37);
  }
  const options: TestModule = {
    start: content.own ? user : user + 0x20000,
    platform: content.other ? 8 : platform,
    function: content.function,
    size: content.size,
    ...(content.needs > 0 && { dependencies: [[4, 1, content.needs]] }),
  };
  const data = buildModule(options);
  if (content.damaged) data[0x300] = (data[0x300] ?? 0) ^ 0x55;
  return data;
}

describe.each(['photon', 'electron'] as const)('%s', (name) => {
  const facts = BOARDS[name];
  const { flash } = makeDfuBoard(name, instantClock());
  const fresh = flash.snapshot();

  test('starts what was predicted, whatever is in its user and factory sectors', LONG, async () => {
    await fc.assert(
      fc.asyncProperty(contents, contents, async (user, factory) => {
        const dump = fresh.slice();
        for (const [address, content] of [
          [facts.user, user],
          [facts.factory, factory],
        ] as const) {
          dump.fill(0xff, address - BASE, address - BASE + 0x20000);
          dump.set(bytesOf(content, facts), address - BASE);
        }
        const board = await boardOf(name, dump);
        const foretold = startOf(board, board.dfu.content);
        flash.load(BASE, dump);
        const { end } = await bootParticle(flash, MODELS[name], new Life(instantClock()));
        expect(ENDS[end]).toContain(foretold?.kind);
        expect(board.boot?.partition?.name === 'user').toBe(end === 'application');
      }),
      { numRuns: cases(40) },
    );
  });

  test('starts what was predicted, whatever its second system part needs', name === 'photon' ? {} : LONG, async () => {
    const { index, address } = MODELS[name].system[1] ?? { index: 0, address: 0 };
    const need = fc.constantFrom(null, 1, 2000, 60000);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(102, 199, 200, 2101), need, need, async (version, system, bootloader) => {
        const dependencies = [
          ...(system === null ? [] : [[4, MODELS[name].system[0]?.index ?? 0, system] as const]),
          ...(bootloader === null ? [] : [[2, 0, bootloader] as const]),
        ];
        const { platform } = facts;
        const part = { start: address, function: 4, index, vectors: true, version, platform, dependencies };
        const dump = fresh.slice();
        dump.set(buildModule(part), address - BASE);
        const board = await boardOf(name, dump);
        flash.load(BASE, dump);
        const { end } = await bootParticle(flash, MODELS[name], new Life(instantClock()));
        expect(ENDS[end]).toContain(startOf(board, board.dfu.content)?.kind);
        expect(board.boot?.partition?.name === 'user').toBe(end === 'application');
      }),
      { numRuns: cases(40) },
    );
  });
});

describe('a chip without modules', () => {
  const { board: made, flash } = makeDfuBoard('stm32f405', instantClock());
  const end = async (dump: Uint8Array) => {
    flash.load(BASE, dump);
    return (await made.chip.boot(null, new Life(instantClock()))).end;
  };
  const blank = new Uint8Array(0x100000).fill(0xff);

  const stacks = [
    0, 0x0800_0000, 0x1000_0000, 0x1001_0000, 0x2000_0000, 0x2000_1000, 0x2001_fffe, 0x2002_0000, 0xffff_ffff,
  ];
  const entries = [0, 0x0800_0100, 0x0800_0101, 0x080f_ffff, 0x0810_0001, 0x081f_0001, 0x2000_0001, 0xffff_ffff];
  // Counted from 0, where the flash is as well.
  const low = [1, 0x100, 0x101, 0x000f_ffff, 0x0010_0001, 0x001f_ffff, 0x0020_0001, 0x07ff_ffff];
  const pairs = stacks.flatMap((stack) =>
    [...entries, ...low].map((entry) => new Uint8Array(Uint32Array.of(stack, entry).buffer)),
  );
  const modules = [true, false].flatMap((vectors) =>
    [2, 3, 4, 5].map((kind) => buildModule({ start: BASE, vectors, function: kind })),
  );
  const others = [buildExtension(), new Uint8Array(64).fill(0x77), new Uint8Array()];

  test('starts what was predicted, whatever its flash begins with', async () => {
    const ends = new Set<BootEnd>();
    for (const first of [...pairs, ...modules, ...others]) {
      const dump = blank.slice();
      dump.set(first);
      const board = await boardOf('f405', dump);
      const ended = await end(dump);
      ends.add(ended);
      const words = Buffer.from(first.subarray(0, 8)).toString('hex');
      const kind = ended === 'application' ? 'starts' : 'nothing';
      expect([words, startOf(board, board.dfu.content)?.kind]).toEqual([words, kind]);
      expect(board.boot?.partition?.address ?? null).toBe(ended === 'application' ? BASE : null);
    }
    expect(ends).toEqual(new Set(['application', 'crashed']));
  });

  test('starts a program that was linked for 0 at a reset, as was predicted, and not as its bootloader leaves', async () => {
    const dump = blank.slice();
    dump.set(new Uint8Array(Uint32Array.of(0x2002_0000, 0x101).buffer));
    expect(await end(dump)).toBe('application');
    expect((await made.chip.boot(BASE, new Life(instantClock()))).end).toBe('crashed');
    const { boot, findings } = await boardOf('f405', dump);
    expect(boot?.partition?.address).toBe(BASE);
    expect(findings.map(({ kind }) => kind)).not.toContain('start-lacks');
  });
});

test.each(['photon', 'electron'] as const)(
  'a %s crashes, as predicted, where the system firmware has no vector table',
  async (name) => {
    const { flash } = makeDfuBoard(name, instantClock());
    const { index } = MODELS[name].system[0] ?? { index: 0 };
    const start = 0x08020000;
    const dump = flash.snapshot();
    dump.set(buildModule({ start, function: 4, index, version: 2001, platform: BOARDS[name].platform }), start - BASE);
    flash.load(BASE, dump);
    expect((await bootParticle(flash, MODELS[name], new Life(instantClock()))).end).toBe('crashed');
    const board = await boardOf(name, dump);
    expect(startOf(board, board.dfu.content)).toMatchObject({ kind: 'nothing', place: null });
  },
);
