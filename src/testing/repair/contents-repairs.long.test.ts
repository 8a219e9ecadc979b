/** Each problem of what a partition holds is repaired by what its finding offers; nothing but that partition changes. */
import { BOOT_LOG_FINDINGS } from '../../esp/boot/log-findings.ts';
import { DAMAGES } from '../damages/list.ts';
import { describe, expect, test } from 'vitest';
import { edit, make } from '../../esp/contents/nvs/edit.ts';
import { ESP_REPAIRS } from '../../esp/repair/rules.ts';
import type { Finding } from '../../flash/finding.ts';
import type { Range } from '../../flash/map.ts';
import { buildCoreDump } from '../../virtual-boards/esp/firmware/core-dump.ts';
import { TABLE } from '../../virtual-boards/esp/firmware/factory.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import type { World } from '../esp/world.ts';
import { openWorld, workOf } from '../esp/world.ts';
import { XTENSA_CRASH } from '../contents/core-dumps.ts';
import { connectedOf } from '../plain-world.ts';
import type { RuleCase } from '../rules/case.ts';
import { patched } from '../rules/case.ts';
import { CORE_DUMP_CASES } from '../rules/core-dump.ts';
import { FAT_CASES } from '../rules/fat.ts';
import { LITTLEFS_CASES } from '../rules/littlefs.ts';
import { NVS_CASES } from '../rules/nvs.ts';
import { SPIFFS_CASES } from '../rules/spiffs.ts';
import { ESP_DAMAGES } from './esp-damages.ts';
import { carriedOut, elsewhere, findingsOn, isPlanned } from './repairing.ts';

const UNIT = 0x1000;
const AT = 0x380000;
/** The subtype of a data partition in which the firmware looks for the format of a finding. */
const SUBTYPES = { nvs: 0x02, 'core-dump': 0x03, fat: 0x81, wl: 0x81, spiffs: 0x82, littlefs: 0x83 } as const;

function subtypeFor(kind: string): number {
  return Object.entries(SUBTYPES).find(([name]) => kind.startsWith(`${name}-`))?.[1] ?? 0;
}

const NVS_WHOLE = settings();

/** Settings that fill some pages of a partition with six. */
function settings(): Uint8Array {
  const empty = make(6 * UNIT);
  const edits = Array.from({ length: 300 }, (_, i) => {
    return { edit: 'set', namespace: 'wifi', key: `key${i}`, type: 'u32', value: String(i) } as const;
  });
  const filled = 'data' in empty ? edit(empty.data, edits) : empty;
  if ('refusal' in filled) throw new Error(filled.refusal.says);
  return filled.data;
}

/** The CRC of the first page's header is wrong. */
function withoutPage(): Uint8Array {
  return patched(NVS_WHOLE, 28, 0, 0, 0, 0);
}

/** A page in place of each blank one: none is left to begin with. */
function withoutBlankPage(): Uint8Array {
  const image = NVS_WHOLE.slice();
  for (let page = UNIT; page < image.length; page += UNIT) if (image[page] === 0xff) image.copyWithin(page, 0, UNIT);
  return image;
}

/** Images for partitions of a usual size: those of the rules are as small as they can be. */
const OWN_IMAGES: Readonly<Record<string, () => Uint8Array>> = {
  'nvs-recoverable': withoutPage,
  'nvs-no-free-page': withoutBlankPage,
  'core-dump-cut': () => patched(buildCoreDump(XTENSA_CRASH), 0, 0, 0x20),
};

/** Problems for which no virtual board is made: secure boot v1, and settings with the keys of another chip. */
const WITHOUT_BOARD = ['app-size-secure', 'nvs-keys-wrong'];

/** The partition of the test is as small as the image that it takes. */
const OF_THE_TABLE: ReadonlySet<string> = new Set(['nvs-small']);

const CASES = [...NVS_CASES, ...FAT_CASES, ...SPIFFS_CASES, ...LITTLEFS_CASES, ...CORE_DUMP_CASES].filter(
  // No flash of the boards here has room for NVS that is too large.
  ({ kind, image }) => (image !== undefined || kind in OWN_IMAGES) && kind in ESP_REPAIRS && kind !== 'nvs-too-large',
);

/** A board whose last partition holds these bytes, and nothing else. */
async function boardWith({ kind, image }: RuleCase) {
  const bytes = (await (OWN_IMAGES[kind] ?? image)?.()) ?? new Uint8Array();
  const world = openWorld('esp32-raft');
  const { flash } = world.made;
  const size = Math.max(UNIT, Math.ceil(bytes.length / UNIT) * UNIT);
  const victim = { label: 'victim', type: 1, subtype: subtypeFor(kind), offset: AT, size };
  flash.load(TABLE, buildPartitionTable([...RAFT_OTA_ROWS.slice(0, 4), victim]));
  flash.load(AT, new Uint8Array(0x80000).fill(0xff));
  flash.load(AT, bytes);
  await world.session.connect();
  return { world, range: { region: 'flash', address: AT, size } };
}

/** The board, and what was found in the partition. */
async function looked(one: RuleCase) {
  const { world, range } = await boardWith(one);
  await world.session.dispatch({ do: 'open-contents', range });
  const found = findingsOn(world).find(({ kind }) => kind === one.kind);
  if (found === undefined)
    throw new Error(
      `only ${findingsOn(world)
        .map(({ kind }) => kind)
        .join()}`,
    );
  return { world, range, found };
}

/** Carries out the first plan that a finding offers: the board starts, nothing outside the range changed, and it is read again. */
async function repaired(world: World, found: Finding | undefined, range: Range): Promise<void> {
  const { session, made } = world;
  const [repair] = (found?.repairs ?? []).filter(isPlanned);
  if (repair === undefined) throw new Error('nothing that is planned');
  const before = made.flash.snapshot();
  await session.dispatch(repair.request);
  await carriedOut(session);
  const ended = workOf(session, 'ended');
  expect(ended.outcome).toBe('verified');
  expect(ended.start?.verdict?.good).toBe(true);
  expect(elsewhere(before, made.beforeStart() ?? before, [range])).toEqual([]);
  await session.dispatch({ do: 'reconnect' });
}

/** No plan helps: another firmware, another tool, or another layout does. */
const BY_REASON: ReadonlySet<string> = new Set(['littlefs-unsupported', 'fat-too-much', 'nvs-does-not-start']);

describe.each(CASES.filter(({ kind }) => BY_REASON.has(kind)))('$kind', (one) => {
  test('has the reason why nothing repairs it', async () => {
    const { found } = await looked(one);
    expect(found.repairs).toBeUndefined();
    expect(found.unrepaired).toMatch(/^[A-Z].+\.$/s);
  });
});

describe.each(CASES.filter(({ kind }) => !BY_REASON.has(kind)))('$kind', (one) => {
  test('is repaired by the first plan that it offers, the board starts, and nothing else changes', async () => {
    const { world, range, found } = await looked(one);
    const { session } = world;
    await repaired(world, found, range);
    await session.dispatch({ do: 'open-contents', range });
    const left = findingsOn(world).filter(({ verdict }) => verdict === 'problem' || verdict === 'warning');
    expect(left.map(({ kind }) => kind).filter((kind) => !OF_THE_TABLE.has(kind))).toEqual([]);
    expect(connectedOf(session).board.boot?.partition?.name).toBe('app0');
  });
});

test('contents-lost: where nothing of a file system is left, an empty one is made, and nothing else changes', async () => {
  const world = openWorld('esp32-raft');
  const { session, made } = world;
  made.flash.load(AT, new Uint8Array(0x80000).fill(0x5a));
  await session.connect();
  await session.dispatch({ do: 'diagnose' });
  const found = findingsOn(world).find(({ kind }) => kind === 'contents-lost');
  await repaired(world, found, { region: 'flash', address: AT, size: 0x80000 });
  await session.dispatch({ do: 'diagnose' });
  expect(findingsOn(world).map(({ kind }) => kind)).not.toContain('contents-lost');
});

test('every kind with a rule has an example here, or a reason for which no board is needed', () => {
  const looked = [...DAMAGES.map(({ said }) => said), { kind: 'bootloader-broken' }];
  // A log tells of starts in the past: what of it is still in the flash is found there.
  const logged = Object.keys(BOOT_LOG_FINDINGS).map((kind) => ({ kind }));
  const shown = new Set(
    [...CASES, ...ESP_DAMAGES, ...looked, ...logged, { kind: 'contents-lost' }].map(({ kind }) => kind),
  );
  const reasons = Object.entries(ESP_REPAIRS).flatMap(([kind, rule]) => ('repairs' in rule ? [] : [kind]));
  const missing = Object.keys(ESP_REPAIRS).filter((kind) => !shown.has(kind) && !reasons.includes(kind));
  expect(missing.toSorted()).toEqual(WITHOUT_BOARD);
});
