/** Every virtual board that can be written, and its scenarios. */
import type { Clock } from '../../virtual-boards/clock.ts';
import { VIRTUAL_DFU_BOARDS } from '../../virtual-boards/dfu/virtual-dfu-boards.ts';
import { VIRTUAL_BOARDS } from '../../virtual-boards/virtual-boards.ts';
import { dfuKind } from './dfu-pages.ts';
import { dfuScenarios } from './dfu-scenarios.ts';
import { espKind } from './esp-pages.ts';
import { espScenarios } from './esp-scenarios.ts';
import type { BoardKind } from './page.ts';
import type { Scenario } from './scenario.ts';

/** A board and one scenario for it. */
export interface Case {
  readonly kind: BoardKind;
  readonly scenario: Scenario;
}

const CHIPS_ALONE = ['esp32-raft', 'esp32s3-raft', 'esp32c3-raft', 'esp32c6-idf'];
const ROM_ALONE = ['update', 'part', 'repartition', 'roll-back'];

/** All cases, the boards in the order of their catalogues, on one clock. */
export function allCases(clock: Clock): Case[] {
  const esp = VIRTUAL_BOARDS.map((entry) => ({ kind: espKind(entry, clock), scenarios: espScenarios(entry) }));
  // Once per chip: the ROM loader is slow, and each ROM writes in its own way.
  const alone = CHIPS_ALONE.flatMap((id) => VIRTUAL_BOARDS.filter((entry) => entry.id === id)).map((entry) => ({
    kind: espKind(entry, clock, false),
    scenarios: espScenarios(entry).filter(({ name }) => ROM_ALONE.includes(name)),
  }));
  const dfu = VIRTUAL_DFU_BOARDS.map((entry) => ({ kind: dfuKind(entry, clock), scenarios: dfuScenarios(entry) }));
  return [...esp, ...alone, ...dfu].flatMap(({ kind, scenarios }) => scenarios.map((scenario) => ({ kind, scenario })));
}
