/** Changes of what starts: at every moment the board starts what it did before or what it will afterwards. */
import type { BootChoice } from '../../flash/boot-choice.ts';
import type { ImageChip } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import type { OtadataRecord } from '../../virtual-boards/esp/firmware/otadata.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import type { TableRow } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import type { SessionState } from '../../session/state.ts';
import { cellsOf } from './cells.ts';
import type { Scenario } from './scenario.ts';

type Entries = readonly [OtadataRecord | null, OtadataRecord | null];

interface Change {
  readonly name: string;
  readonly choice: BootChoice;
  /** The entries before and after; the second slot is what the higher sequence numbers of them select. */
  readonly from: Entries;
  readonly to: Entries;
}

/** Whether the page shows the entries that are wanted: a person then presses nothing. */
function isDone(state: SessionState, wanted: Entries): boolean {
  const shown = state.kind === 'connected' ? state.board.selection?.entries : undefined;
  const states: Readonly<Record<number, string>> = { 1: 'PENDING_VERIFY', 2: 'VALID', 3: 'INVALID' };
  return wanted.every((entry, i) => {
    const values = shown?.[i]?.fields.map(({ value }) => value) ?? [];
    if (entry === null) return values.length === 0;
    return values[0] === String(entry.seq) && values[1]?.split(' ')[0] === (states[entry.state ?? -1] ?? 'UNDEFINED');
  });
}

/** The scenarios for a layout with two OTA slots. */
export function bootChoices(rows: readonly TableRow[], chipId: ImageChip): Scenario[] {
  const named = (label: string) => rows.find((row) => row.label === label);
  const [app1, otadata] = [named('app1'), named('otadata')];
  if (app1 === undefined || otadata === undefined) return [];
  const app = buildAppImage({ project: 'raft-demo', version: '3.0.0', seed: 31, chipId, size: 0x8230 });
  const range = { region: 'flash', address: app1.offset, size: app1.size };
  const changes: readonly Change[] = [
    { name: 'choose-start', choice: { do: 'start', range }, from: [{ seq: 1 }, null], to: [{ seq: 1 }, { seq: 2 }] },
    {
      name: 'mark-valid',
      choice: { do: 'mark', entry: 1, as: 'valid' },
      from: [
        { seq: 1, state: 2 },
        { seq: 2, state: 1 },
      ],
      to: [
        { seq: 4, state: 2 },
        { seq: 2, state: 1 },
      ],
    },
    {
      name: 'mark-invalid',
      choice: { do: 'mark', entry: 1, as: 'invalid' },
      from: [{ seq: 1 }, { seq: 2 }],
      to: [{ seq: 1 }, { seq: 2, state: 3 }],
    },
    { name: 'forget-choice', choice: { do: 'forget' }, from: [{ seq: 3 }, { seq: 4 }], to: [null, null] },
  ];
  return changes.map(({ name, choice, from, to }): Scenario => ({
    name,
    purpose: 'choose-start',
    plan: async ({ session }) => {
      if (!isDone(session.state, to)) await session.dispatch({ do: 'choose-start', choice });
    },
    from: (kind) => {
      const store = memoryStore();
      const page = kind.open({ store, onRestart: () => undefined });
      const cells = cellsOf(page.memories);
      const [before = new Uint8Array()] = cells;
      before.set(app, app1.offset);
      before.set(buildOtadata(...from), otadata.offset);
      const after = before.slice();
      after.set(buildOtadata(...to), otadata.offset);
      return Promise.resolve({ cells, store, owed: [after, ...cells.slice(1)] });
    },
    mayBoot: (boot, _now, { bootBefore, bootAfter }) =>
      [bootBefore, bootAfter].some(({ app: usual }) => usual?.offset === boot.app?.offset)
        ? null
        : `${boot.says}, neither what it started before nor what it will`,
  }));
}
