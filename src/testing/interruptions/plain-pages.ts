/** A board that is only bytes, with two slots and a choice between them: thousands of interruptions in a few seconds. */
import type { Clock } from '../../virtual-boards/clock.ts';
import type { FlashFaults } from '../../virtual-boards/faults/flash-faults.ts';
import type { Family } from '../../flash/family.ts';
import type { Layout } from '../../flash/layout.ts';
import type { FlashMap, Range } from '../../flash/map.ts';
import { overlaps } from '../../flash/map.ts';
import type { Target } from '../../flash/target.ts';
import { layoutOf, mapOf } from '../flash.ts';
import { md5Hex } from '../../formats/hashes.ts';
import { plainFamily, plainInspection } from '../plain-world.ts';
import { Session } from '../../session/session.ts';
import type { Boot, BoardKind, HookedMemory, PageParts } from './page.ts';
import { backupsIn, dropFiles } from './page.ts';
import { onlyWhole } from './may-boot.ts';
import type { Owed, Scenario } from './scenario.ts';
import { restoring, rollingBack } from './restore-scenarios.ts';

const UNIT = 16;
/** More steps than any job here takes: a job that does not end is stopped. */
const STEPS = 2000;
const COUNT = 10;
const SLOT = 2 * UNIT;
const SETTINGS = { region: 'flash', address: 0, size: 2 * UNIT };
const SLOT_A = { region: 'flash', address: 2 * UNIT, size: SLOT };
const SLOT_B = { region: 'flash', address: 4 * UNIT, size: SLOT };
const CHOICE = { region: 'flash', address: 6 * UNIT, size: UNIT };

const MAP: FlashMap = mapOf(...Array.from({ length: COUNT }, () => UNIT));
const LAYOUT: Layout = {
  ...layoutOf(MAP),
  partitions: [
    { ...SETTINGS, name: 'settings', role: 'settings', type: 'data' },
    { ...SLOT_A, name: 'a', role: 'app', type: 'app' },
    { ...SLOT_B, name: 'b', role: 'app', type: 'app' },
    { ...CHOICE, name: 'choice', role: 'boot-choice', type: 'data' },
  ],
};

/** What such a board's family knows: where everything is, and that the choice is written last. */
const PLAIN_FAMILY: Family = plainFamily({
  inspect: async (target) => plainInspection(await target.identify(), LAYOUT),
  layout: () => LAYOUT,
  rank: (range) => (overlaps(range, CHOICE) ? 1 : 0),
});

/** The factory content of such a board: slot a is chosen. */
export function plainFactory(): Uint8Array {
  const cells = Uint8Array.from({ length: UNIT * COUNT }, (_, i) => (i * 7 + 1) % 251);
  cells[CHOICE.address] = 0xa;
  return cells;
}

/** Such a board, whose steps take time on the clock. */
export function plainKind(clock: Clock): BoardKind {
  return { id: 'plain', proves: true, few: false, open: (parts) => openPlain(parts, clock, plainFactory()) };
}

/** A page with such a board. `before` is called before each step of the device, and may throw. */
export function openPlain(
  { store, onRestart }: PageParts,
  clock: Clock,
  cells: Uint8Array,
  before: (step: string) => void = () => undefined,
): ReturnType<BoardKind['open']> {
  const memory: HookedMemory = {
    start: 0,
    size: cells.length,
    read: (address, size) => cells.subarray(address, address + size),
    load: (address, bytes) => cells.set(bytes, address),
    faults: null,
  };
  const violations = { count: 0 };
  const session = new Session({
    family: PLAIN_FAMILY,
    connect: async () => targetOf(memory, clock, { before, onRestart, violations }),
    md5: md5Hex,
    version: 'test',
    now: () => clock.now(),
    clock,
    newId: () => crypto.randomUUID(),
    store,
    backup: backupsIn(store),
    onState: () => undefined,
  });
  const boot = async (): Promise<Boot> => {
    const chosen = cells[CHOICE.address];
    const app = chosen === 0xa ? SLOT_A : chosen === 0xb ? SLOT_B : null;
    if (app === null) return { kind: 'nothing', app, says: 'nothing is chosen' };
    return { kind: 'app', app: { offset: app.address, size: SLOT }, says: app === SLOT_A ? 'slot a' : 'slot b' };
  };
  return { session, store, memories: [memory], violations: () => violations.count, boot, cable: null };
}

interface Hooks {
  readonly before: (step: string) => void;
  readonly onRestart: PageParts['onRestart'];
  readonly violations: { count: number };
}

function targetOf(memory: HookedMemory, clock: Clock, { before, onRestart, violations }: Hooks): Target {
  let steps = 0;
  const step = async (name: string): Promise<void> => {
    if (++steps > STEPS) throw new RangeError('a job that does not end');
    await new Promise<void>((resolve) => clock.at(1, resolve));
    before(name);
  };
  const view = ({ address, size }: Range): Uint8Array => memory.read(address, size);
  const each = ({ address, size }: Range): number[] =>
    Array.from({ length: size / UNIT }, (_, i) => address + i * UNIT);
  const faults = (): FlashFaults | null => memory.faults;
  return {
    identify: async () => ({
      family: 'plain',
      chip: 'Bytes',
      revision: '',
      key: { kind: 'mac', value: 'one' },
      facts: [],
    }),
    readMap: async () => MAP,
    read: async (range) => {
      await step('read');
      return view(range).slice();
    },
    digest: async (range) => {
      await step('digest');
      return md5Hex(view(range));
    },
    rewrite: async (range, content, watch) => {
      for (const at of each(range)) {
        watch.cancel.check();
        await step('erase');
        const unit = memory.read(at, UNIT);
        if (faults() === null) unit.fill(0xff);
        else faults()?.erase(at, unit);
      }
      for (const at of each(range)) {
        watch.cancel.check();
        await step('program');
        const unit = memory.read(at, UNIT);
        const bytes = content.subarray(at - range.address, at - range.address + UNIT);
        if (unit.some((byte) => byte !== 0xff)) violations.count++;
        if (faults() === null) unit.set(bytes);
        else faults()?.program(at, unit, bytes);
      }
    },
    restart: async () => {
      await onRestart();
    },
    close: async () => undefined,
    pace: () => ({ writeBytesPerSecond: 1e5, readBytesPerSecond: 1e5, digestBytesPerSecond: 1e6, stretchMs: 10 }),
  };
}

const NEW_APP = Uint8Array.from({ length: SLOT }, (_, i) => 200 - i);

/** The scenarios for such a board. */
export function plainScenarios(): Scenario[] {
  const scenario = (name: string, ...writes: Owed['writes']): Scenario => ({
    name,
    purpose: 'flash',
    plan: (page) =>
      dropFiles(
        page,
        writes.map(({ offset, data }) => ({ name: String(offset), data })),
      ),
    owed: { writes },
    mayBoot: onlyWhole(),
  });
  const update = scenario(
    'update',
    { offset: SLOT_B.address, data: NEW_APP },
    { offset: CHOICE.address, data: Uint8Array.of(0xb) },
  );
  const part = scenario('part', { offset: 5, data: Uint8Array.from({ length: 20 }, (_, i) => 100 + i) });
  const damage = [
    { offset: 3, data: Uint8Array.from({ length: 20 }, () => 0x55) },
    { offset: SLOT_B.address, data: NEW_APP },
  ];
  return [update, part, restoring(damage), rollingBack(update)];
}
