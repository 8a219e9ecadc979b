/** Test support: changes of what starts that are refused or asked about. Nothing of the app imports it. */
import type { BootChoice } from '../../flash/boot-choice.ts';
import { arrangeEsp } from '../../esp/arrange/arrange.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import type { OtadataRecord } from '../../virtual-boards/esp/firmware/otadata.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import { buildPartitionTable } from '../../virtual-boards/esp/firmware/partition-table.ts';
import type { TestIdentity } from '../esp/placements.ts';
import { boardOf, encrypting } from '../esp/placements.ts';
import type { RuleCase } from './case.ts';
import { kindsOf } from './case.ts';
import { edited, flashWith, rowsWith, signing } from './samples.ts';

const OTADATA = 0x1e000;
const app0: BootChoice = { do: 'start', range: { region: 'flash', address: 0x20000, size: 0x1b0000 } };
const app1: BootChoice = { do: 'start', range: { region: 'flash', address: 0x1d0000, size: 0x1b0000 } };
const FORGET: BootChoice = { do: 'forget' };
const VALID: BootChoice = { do: 'mark', entry: 0, as: 'valid' };
const INVALID_STATE = 3;

/** Both slots hold an app, the second one of this secure version. */
function both(secureVersion = 0): Uint8Array {
  return flashWith((flash) => {
    const app = buildAppImage({ project: 'demo', version: '2', seed: 4, size: 0x9000 });
    new DataView(app.buffer, app.byteOffset).setUint32(32 + 4, secureVersion, true);
    flash.set(app, 0x1d0000);
  });
}

function records(flash: Uint8Array, first: OtadataRecord | null, second: OtadataRecord | null): Uint8Array {
  return edited(flash, (copy) => copy.set(buildOtadata(first, second), OTADATA));
}

function withRows(rows: Parameters<typeof buildPartitionTable>[0]): Uint8Array {
  return edited(both(), (copy) => copy.set(buildPartitionTable(rows), 0x8000));
}

async function reported(flash: Uint8Array, boot: BootChoice, identity: TestIdentity = {}): Promise<string[]> {
  return kindsOf(arrangeEsp({ files: [], boot }, await boardOf(flash, identity)).refusals);
}

/** Every refusal and every question about what starts. */
export const BOOT_CHOICE_CASES: readonly RuleCase[] = [
  {
    kind: 'choice-unread',
    broken: () => reported(both(), app1, { security: encrypting('allowed') }),
    mended: () => reported(both(), app1),
  },
  {
    kind: 'choice-unread',
    broken: () => reported(both(), app1, { locked: true }),
    mended: () => reported(both(), app1),
  },
  {
    kind: 'choice-table-unknown',
    broken: () =>
      reported(
        edited(both(), (flash) => flash.fill(0, 0x8000, 0x8040)),
        app1,
      ),
    mended: () => reported(both(), app1),
  },
  {
    kind: 'no-boot-entries',
    broken: () => reported(withRows(rowsWith('otadata', { subtype: 6 })), app1),
    mended: () => reported(withRows(rowsWith('', {})), app1),
  },
  {
    kind: 'start-not-an-app',
    broken: () => reported(both(), { do: 'start', range: { region: 'flash', address: 0x380000, size: 0x80000 } }),
    mended: () => reported(both(), app1),
  },
  {
    kind: 'start-not-selectable',
    broken: () => reported(withRows(rowsWith('app1', { subtype: 0x12 })), app1),
    mended: () => reported(withRows(rowsWith('app1', { subtype: 0x11 })), app1),
  },
  {
    kind: 'start-incomplete',
    broken: () =>
      reported(
        edited(both(), (flash) => flash.fill(0xff, 0x1d0000, 0x1d1000)),
        app1,
      ),
    mended: () => reported(both(), app1),
  },
  { kind: 'starts-already', broken: () => reported(both(), app0), mended: () => reported(both(), app1) },
  {
    kind: 'choice-exhausted',
    broken: () => reported(records(both(), { seq: 0xfffffffe }, null), app0),
    mended: () => reported(records(both(), { seq: 0xfffffffc }, null), app0),
  },
  {
    kind: 'mark-no-entry',
    broken: () => reported(records(both(), null, { seq: 1 }), VALID),
    mended: () => reported(records(both(), { seq: 1 }, null), VALID),
  },
  {
    kind: 'marked-already',
    broken: () => reported(records(both(), { seq: 1, state: 2 }, null), VALID),
    mended: () => reported(records(both(), { seq: 1, state: INVALID_STATE }, null), VALID),
  },
  {
    kind: 'nothing-to-forget',
    broken: () => reported(records(both(), null, null), FORGET),
    mended: () => reported(records(both(), { seq: 1 }, null), FORGET),
  },
  {
    kind: 'start-signature',
    broken: () => reported(both(), app1, { security: signing('v2') }),
    mended: () => reported(both(), app1),
  },
  {
    kind: 'valid-burns-version',
    broken: () => reported(records(both(3), { seq: 2 }, null), VALID),
    mended: () => reported(records(both(0), { seq: 2 }, null), VALID),
  },
];
