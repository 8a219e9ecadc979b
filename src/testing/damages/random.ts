/** Random damages: bytes, erase units, whole partitions, and combinations of them, drawn from a seed. */
import type { MadeBoard } from '../../virtual-boards/catalogue.ts';
import type { MadeDfuBoard } from '../../virtual-boards/dfu/catalogue.ts';
import { LAYOUT_ROWS } from '../../virtual-boards/esp/firmware/factory.ts';
import { raftDemo150 } from '../../virtual-boards/esp/firmware/raft-demo.ts';
import { Draw } from '../../virtual-boards/faults/random.ts';
import { VIRTUAL_BOARDS } from '../../virtual-boards/virtual-boards.ts';
import { CHIP_IDS } from '../interruptions/esp-pages.ts';

/** A damage as drawn. `words` repeats what was done, one clause for each step. */
export interface RandomDamage {
  readonly seed: number;
  readonly board: string;
  readonly words: readonly string[];
  readonly steps: readonly Step[];
}

/** One step: bytes from an address on are changed. */
interface Step {
  readonly at: number;
  readonly size: number;
  readonly how: How;
  /** Feeds what is random in it. */
  readonly seed: number;
}

const HOWS = [
  'flip a bit',
  'change a byte',
  'erase',
  'clear',
  'noise',
  'copy from elsewhere',
  'stop half-way',
] as const;
type How = (typeof HOWS)[number];

/** What can be damaged on a board, with how often: what a start needs more often than the rest. */
interface Target {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

const UNIT = 0x1000;
/** DFU boards are few and their journeys short. */
const DFU = ['photon', 'p1', 'electron', 'stm32f405'] as const;
const DFU_FROM = 0x08000000;
const DFU_SIZE = 0x100000;
const ESP = VIRTUAL_BOARDS.filter(({ protection }) => protection === 'none').map(({ id }) => id);

/** The damage of a seed. */
export function randomDamage(seed: number): RandomDamage {
  const random = new Draw(seed);
  const isDfu = random.below(5) === 0;
  const board = isDfu ? random.pick(DFU) : (ESP[random.below(ESP.length)] ?? 'esp32-raft');
  const targets = isDfu ? dfuTargets() : espTargets(board);
  const count = 1 + random.below(3);
  const steps = Array.from({ length: count }, () => draw(random, random.pick(targets)));
  return {
    seed,
    board,
    steps,
    words: steps.map(({ at, size, how }) => `${how} at 0x${at.toString(16)}, ${size} bytes`),
  };
}

/** Whether the damage is to a board in DFU mode. */
export function isDfuDamage({ board }: RandomDamage): boolean {
  return DFU.some((id) => id === board);
}

function draw(random: Draw, { from, to }: Target): Step {
  const how = random.pick(HOWS);
  const small = how === 'flip a bit' || how === 'change a byte';
  // Most of what matters stands at the start of a unit.
  const near = random.below(2) === 0 ? from + random.below(Math.min(to - from, 0x200)) : from + random.below(to - from);
  const at = small ? near : near - (near % UNIT);
  const units = random.below(4) === 0 ? (to - at) / UNIT : 1 + random.below(4);
  const size = small ? 1 : Math.max(1, Math.min(Math.floor(units) * UNIT, to - at));
  return { at, size, how, seed: random.below(0x7fffffff) };
}

function espTargets(id: string): readonly [Target, ...Target[]] {
  const { chip, layout } = factoryOf(id);
  const rows = LAYOUT_ROWS[layout].map(({ label, offset, size }) => ({ name: label, from: offset, to: offset + size }));
  const boot = { name: 'bootloader', from: chip === 'ESP32' ? UNIT : 0, to: 0x8000 };
  const table = { name: 'table', from: 0x8000, to: 0x8000 + UNIT };
  const rowBytes = { name: 'rows', from: 0x8000, to: 0x8000 + 32 * (rows.length + 2) };
  return [
    boot,
    table,
    rowBytes,
    rowBytes,
    ...rows,
    ...rows.filter(({ name }) => name === 'otadata' || name === 'app0'),
  ];
}

function dfuTargets(): readonly [Target, ...Target[]] {
  const sectors = [0x08020000, 0x08040000, 0x08060000, 0x08080000, 0x080a0000, 0x080c0000, 0x080e0000];
  const own = sectors.map((from) => ({ name: 'sector', from, to: from + 0x20000 }));
  return [{ name: 'start', from: DFU_FROM, to: DFU_FROM + 0x4000 }, ...own];
}

type ChipId = (typeof CHIP_IDS)[keyof typeof CHIP_IDS];

/** Built once for each chip: building takes longer than a whole journey. */
const built = new Map<ChipId, Uint8Array>();

function secondApp(chipId: ChipId): Uint8Array {
  const image = built.get(chipId) ?? raftDemo150(chipId);
  built.set(chipId, image);
  return image;
}

/** The chip and the layout that a board leaves the factory with. */
function factoryOf(id: string) {
  const { chip = 'ESP32', layout = 'raft-ota' } = VIRTUAL_BOARDS.find((each) => each.id === id)?.factory ?? {};
  return { chip, layout } as const;
}

/** Damages an Espressif board; every other one has a second app first. */
export function damageEsp({ seed, board, steps }: RandomDamage, { flash }: MadeBoard): void {
  const { chip, layout } = factoryOf(board);
  const second = LAYOUT_ROWS[layout].filter(({ type }) => type === 0)[1];
  if (seed % 2 === 0 && second !== undefined) flash.load(second.offset, secondApp(CHIP_IDS[chip]));
  take(steps, flash, [0, flash.size]);
}

/** Damages the flash of a board in DFU mode. */
export function damageDfu({ steps }: RandomDamage, { flash }: MadeDfuBoard): void {
  take(steps, flash, [DFU_FROM, DFU_FROM + DFU_SIZE]);
}

/** The cells of either kind of board. */
type Cells = Pick<MadeBoard['flash'], 'read' | 'load'>;

function take(steps: readonly Step[], flash: Cells, whole: readonly [number, number]): void {
  for (const step of steps) flash.load(step.at, damaged(step, flash, whole));
}

function damaged(
  { at, size, how, seed }: Step,
  flash: Pick<Cells, 'read'>,
  [first, end]: readonly [number, number],
): Uint8Array {
  const random = new Draw(seed);
  const bytes = flash.read(at, size).slice();
  switch (how) {
    case 'flip a bit':
      return bytes.map((byte) => byte ^ (1 << random.below(8)));
    case 'erase':
      return bytes.fill(0xff);
    case 'clear':
      return bytes.fill(0);
    case 'change a byte':
    case 'noise':
      return bytes.map(() => random.below(256));
    case 'copy from elsewhere': {
      const from = first + random.below((end - first - size) / UNIT + 1) * UNIT;
      return flash.read(from, size).slice();
    }
    case 'stop half-way': {
      // Programming goes from the start of an erased unit on.
      const written = random.below(size);
      return bytes.fill(0xff, written);
    }
  }
}
