import { describe, expect, it } from 'vitest';
import { NorFlash } from '../nor-flash.ts';
import { bootDecision, makeBootLoader } from './boot.ts';
import { OTA_STATE } from './boot-otadata.ts';
import { buildAppImage } from './firmware/app-image.ts';
import { buildBootloaderImage } from './firmware/bootloader-image.ts';
import { buildOtadata } from './firmware/otadata.ts';
import type { OtadataRecord } from './firmware/otadata.ts';
import { buildPartitionTable } from './firmware/partition-table.ts';
import type { TableRow } from './firmware/partition-table.ts';

const OTADATA: TableRow = { label: 'otadata', type: 1, subtype: 0, offset: 0x1e000, size: 0x2000 };
const FACTORY: TableRow = { label: 'factory', type: 0, subtype: 0, offset: 0x20000, size: 0x10000 };
const TEST: TableRow = { label: 'test', type: 0, subtype: 0x20, offset: 0x90000, size: 0x10000 };
const ota = (slot: number): TableRow => {
  return { label: `app${slot}`, type: 0, subtype: 0x10 + slot, offset: 0x30000 + slot * 0x10000, size: 0x10000 };
};
const place = [0, 1, 2, 3].map((slot) => ota(slot).offset);
const image = buildAppImage({ project: 'tiny', version: '1.0', size: 1024, seed: 1 });
const bootloader = buildBootloaderImage({ flashMegabytes: 1 });

interface Setup {
  readonly rows?: readonly TableRow[];
  readonly otadata?: Uint8Array;
  readonly apps?: readonly number[];
  readonly image?: Uint8Array;
  readonly bootloader?: Uint8Array;
  readonly table?: Uint8Array;
}

const TWO = [OTADATA, ota(0), ota(1)];

function flashWith(setup: Setup): NorFlash {
  const flash = new NorFlash(0x100000);
  const rows = setup.rows ?? TWO;
  flash.load(0x1000, setup.bootloader ?? bootloader);
  flash.load(0x8000, setup.table ?? buildPartitionTable(rows));
  if (setup.otadata !== undefined) flash.load(OTADATA.offset, setup.otadata);
  const apps = setup.apps ?? rows.filter((row) => row.type === 0).map((row) => row.offset);
  for (const offset of apps) flash.load(offset, setup.image ?? image);
  return flash;
}

const texts = (decision: { lines: readonly { text: string }[] }): string[] => decision.lines.map((line) => line.text);
/** Lines without their stamps, errors and warnings only. */
const axeViolations = (decision: { lines: readonly { text: string }[] }): string[] =>
  texts(decision)
    .filter((text) => /^[EW] \(/.test(text))
    .map((text) => text.replace(/ \(\d+\)/, ''));

describe('which slot boots, as seen on the real bootloader', () => {
  const state = (seq: number, value: number): OtadataRecord => ({ seq, state: value });
  const cases: [string, OtadataRecord | null, OtadataRecord | null, number][] = [
    ['both erased', null, null, 0],
    ['seq 1', { seq: 1 }, null, 0],
    ['seq 1 in the second sector', null, { seq: 1 }, 0],
    ['seq 1 and 2', { seq: 1 }, { seq: 2 }, 1],
    ['seq 3 and 2', { seq: 3 }, { seq: 2 }, 0],
    ['seq 2 ABORTED', { seq: 1 }, state(2, OTA_STATE.ABORTED), 0],
    ['seq 2 INVALID', { seq: 1 }, state(2, OTA_STATE.INVALID), 0],
    ['seq 2 NEW', { seq: 1 }, state(2, OTA_STATE.NEW), 1],
    ['seq 2 PENDING_VERIFY', { seq: 1 }, state(2, OTA_STATE.PENDING_VERIFY), 1],
    ['seq 2 VALID', { seq: 1 }, state(2, OTA_STATE.VALID), 1],
    ['seq 2 with a wrong CRC', { seq: 1 }, { seq: 2, crc: 5 }, 0],
    ['seq 0 counts as 2^32 - 1', { seq: 0 }, null, 1],
    ['both INVALID', state(1, OTA_STATE.INVALID), state(2, OTA_STATE.INVALID), 0],
    ['both with a wrong CRC', { seq: 1, crc: 5 }, { seq: 2, crc: 5 }, 0],
  ];
  it.each(cases)('%s', (_, first, second, slot) => {
    const decision = bootDecision(flashWith({ otadata: buildOtadata(first, second) }));
    expect(decision.booted).toBe(place[slot]);
    expect(decision.running).toBe(true);
    const line = `boot: Loaded app from partition at offset 0x${place[slot]?.toString(16)}`;
    expect(texts(decision).filter((text) => text.endsWith(line))).toHaveLength(1);
  });

  it('maps seq to a slot by the number of OTA rows', () => {
    const rows = [OTADATA, ota(0), ota(1), ota(2)];
    const slots = [1, 2, 3, 4, 5, 6, 7].map((seq) => {
      return bootDecision(flashWith({ rows, otadata: buildOtadata({ seq }, null) })).booted;
    });
    expect(slots).toEqual([0, 1, 2, 0, 1, 2, 0].map((slot) => place[slot]));
  });
});

describe('factory', () => {
  const rows = [OTADATA, FACTORY, ota(0), ota(1)];
  const booted = (otadata: Uint8Array | undefined, table: readonly TableRow[] = rows): number | null =>
    bootDecision(flashWith({ rows: table, ...(otadata === undefined ? {} : { otadata }) })).booted;

  it('boots from it while otadata is erased, and writes nothing', () => {
    const decision = bootDecision(flashWith({ rows }));
    expect(decision.booted).toBe(FACTORY.offset);
    expect(decision.writes).toEqual([]);
    expect(texts(decision).some((text) => text.endsWith('boot: Defaulting to factory image'))).toBe(true);
  });

  it('boots from it when neither CRC is right, with the message for that', () => {
    const decision = bootDecision(flashWith({ rows, otadata: buildOtadata({ seq: 1, crc: 5 }, { seq: 2, crc: 5 }) }));
    expect(decision.booted).toBe(FACTORY.offset);
    expect(axeViolations(decision)).toEqual(['E boot: ota data partition invalid, falling back to factory']);
  });

  it('at offset 0 is tried, but never chosen: the bootloader treats that as none', () => {
    const first = { ...FACTORY, offset: 0, size: 0x1000 };
    const decision = bootDecision(flashWith({ rows: [OTADATA, first, ota(0)] }));
    expect(decision.tried).toEqual([place[0]]);
    expect(bootDecision(flashWith({ rows: [OTADATA, first, ota(0)], apps: [0] })).tried).toEqual([place[0], 0]);
  });

  it('is lost as the row after an MD5 row: the bootloader counts one row less, from the first', () => {
    const table = buildPartitionTable([ota(0)]);
    table.set(buildPartitionTable([FACTORY]).subarray(0, 32), 64);
    const decision = bootDecision(flashWith({ table, rows: [ota(0), FACTORY], apps: [FACTORY.offset] }));
    expect(decision).toMatchObject({ tried: [place[0]], booted: null });
    expect(texts(decision).some((text) => / 1 .* unknown +ff ff ffffffff ffffffff$/.test(text))).toBe(true);
  });

  it('yields to otadata', () => expect(booted(buildOtadata({ seq: 2 }, null))).toBe(place[1]));
  it('boots without an otadata partition', () => expect(booted(undefined, [FACTORY, ota(0)])).toBe(FACTORY.offset));
  it('boots as the only app', () => expect(booted(undefined, [FACTORY])).toBe(FACTORY.offset));
  it('is not needed: without it and without otadata the first slot boots', () =>
    expect(booted(undefined, [ota(0), ota(1)])).toBe(place[0]));
});

describe('fallback', () => {
  const rows = [OTADATA, FACTORY, ota(0), ota(1), ota(2), TEST];
  const tried = (apps: readonly number[], seq: number): (number | null)[] => {
    const decision = bootDecision(flashWith({ rows, apps, otadata: buildOtadata({ seq }, null) }));
    return [...decision.tried, decision.booted];
  };

  it('goes down to factory, then up, then to test', () => {
    const [p0, p1, p2] = [place[0] ?? 0, place[1] ?? 0, place[2] ?? 0];
    expect(tried([p0, FACTORY.offset, p2, TEST.offset], 2)).toEqual([p1, p0, p0]);
    expect(tried([FACTORY.offset, p2, TEST.offset], 2)).toEqual([p1, p0, FACTORY.offset, FACTORY.offset]);
    expect(tried([p2, TEST.offset], 2)).toEqual([p1, p0, FACTORY.offset, p2, p2]);
    expect(tried([TEST.offset], 2)).toEqual([p1, p0, FACTORY.offset, p2, TEST.offset, TEST.offset]);
    expect(tried([], 2)).toEqual([p1, p0, FACTORY.offset, p2, TEST.offset, null]);
  });

  it('logs what was not bootable', () => {
    const decision = bootDecision(flashWith({ apps: [place[0] ?? 0], otadata: buildOtadata({ seq: 2 }, null) }));
    expect(decision.reason).toBe('another slot');
    expect(axeViolations(decision)).toEqual([
      'E esp_image: image at 0x40000 has invalid magic byte (nothing flashed here?)',
      'E boot: OTA app partition slot 1 is not bootable',
    ]);
  });

  it('gives up with the real message', () => {
    const decision = bootDecision(flashWith({ apps: [] }));
    expect(decision).toMatchObject({ booted: null, running: false, reason: 'no bootable app', writes: [] });
    expect(axeViolations(decision).at(-1)).toBe('E boot: No bootable app partitions in the partition table');
  });

  it('skips slots that the table does not have, and those past the number of rows', () => {
    expect(bootDecision(flashWith({ rows: [ota(0), ota(3)] })).tried).toEqual([place[0]]);
    expect(bootDecision(flashWith({ rows: [ota(2), ota(3)] })).booted).toBeNull();
  });
});

describe('what the bootloader writes', () => {
  it('seq 1, VALID, into erased otadata without a factory app', () => {
    const flash = flashWith({});
    const outcome = makeBootLoader()(flash);
    expect(outcome.running).toBe(true);
    expect(flash.read(0x1e000, 0x2000)).toEqual(buildOtadata({ seq: 1, state: OTA_STATE.VALID }, null));
    expect(outcome.lines.some((line) => line.text.endsWith('boot: Set actual ota_seq=1 in otadata[0]\r\n'))).toBe(true);
  });

  it('the slot that actually booted', () => {
    const flash = flashWith({ apps: [place[1] ?? 0] });
    makeBootLoader()(flash);
    expect(flash.read(0x1e000, 0x2000)).toEqual(buildOtadata({ seq: 2, state: OTA_STATE.VALID }, null));
  });

  it('nothing if the sequence numbers look written but both CRCs are wrong', () => {
    const flash = flashWith({ otadata: buildOtadata({ seq: 1, crc: 5 }, { seq: 2, crc: 5 }) });
    const before = flash.snapshot();
    expect(makeBootLoader()(flash).running).toBe(true);
    expect(Buffer.compare(flash.snapshot(), before)).toBe(0);
    expect(flash.totalErases).toBe(0);
  });

  it('with rollback: NEW becomes PENDING_VERIFY, and at the next boot ABORTED', () => {
    const flash = flashWith({ otadata: buildOtadata({ seq: 1, state: 2 }, { seq: 2, state: OTA_STATE.NEW }) });
    const boot = makeBootLoader({ rollback: true });
    const records = (second: number): Uint8Array => buildOtadata({ seq: 1, state: 2 }, { seq: 2, state: second });
    expect(boot(flash).running).toBe(true);
    expect(flash.read(0x1e000, 0x2000)).toEqual(records(OTA_STATE.PENDING_VERIFY));
    expect(bootDecision(flash, { rollback: true }).booted).toBe(place[0]);
    boot(flash);
    expect(flash.read(0x1e000, 0x2000)).toEqual(records(OTA_STATE.ABORTED));
  });
});
