/** Test support: small, complete records, contents and facts. */
import type { Content, Fact } from '../../flash/journal.ts';
import type { UnitPlan } from '../../flash/plan.ts';
import { layoutOf, mapOf } from '../flash.ts';
import type { BackupRecord, BoardMark, JobRecord } from '../../storage/records.ts';

const SIZE = 4;
const MAP = mapOf(SIZE, SIZE, SIZE, SIZE);

const BOARD: BoardMark = {
  key: 'plain mac one',
  identity: { family: 'plain', chip: 'Plain', revision: '1', key: { kind: 'mac', value: 'one' }, facts: [] },
  layout: layoutOf(MAP),
};

/** Bytes under a name that serves as their digest here. */
export function content(md5: string): Content {
  return { md5, data: new TextEncoder().encode(md5) };
}

/** The unit with this number. */
export function unit(number: number) {
  return { region: 'flash', address: number * SIZE, size: SIZE };
}

/** A job that writes these contents to the first units, in order. */
export function job(id: string, after: readonly string[], more: Partial<JobRecord> = {}): JobRecord {
  const units = after.map((md5, i): UnitPlan => {
    const piece = { address: i * SIZE, size: SIZE, source: { from: 'image' } } as const;
    return { ...unit(i), pieces: [piece], before: null, after: md5, why: 'it changes', backup: 'none' };
  });
  const stretch = { region: 'flash', address: 0, size: SIZE * units.length, units, rank: 0, encrypt: false };
  return {
    version: 1,
    id,
    purpose: { kind: 'flash' },
    board: BOARD,
    files: [{ name: 'a.bin', size: SIZE, md5: 'image', place: 'flash', address: '0x0' }],
    plan: { version: 1, image: { size: SIZE * units.length, md5: 'image' }, stretches: [stretch], equal: [] },
    after: { layout: BOARD.layout, expected: null, says: 'it starts' },
    started: 1,
    end: null,
    ...more,
  };
}

/** An open backup of these contents. */
export function backup(id: string, md5s: readonly string[], made = 1): BackupRecord {
  const units = md5s.map((md5, i) => ({ ...unit(i), md5 }));
  return {
    kind: 'open',
    backup: { version: 1, id, kind: 'device', board: BOARD, name: 'the device', made, units, missing: [] },
  };
}

/** An encrypted backup. */
export function encrypted(id: string, bundle: Uint8Array, made = 1): BackupRecord {
  const board = { key: BOARD.key, name: 'Plain one' };
  return {
    kind: 'encrypted',
    outside: { version: 1, id, kind: 'device', board, name: 'the device', made, size: 4 },
    bundle,
  };
}

/** The fact that the device is about to rewrite its first unit. */
export const INTENT: Fact = { fact: 'intent', run: 0, units: [unit(0)] };

/** The fact that the device acknowledged it. */
export const WRITTEN: Fact = { fact: 'written', run: 0 };

/** The fact that a unit's former bytes are kept. */
export function backedUp(md5: string): Fact {
  return { fact: 'backed-up', units: [{ ...unit(0), md5 }] };
}
