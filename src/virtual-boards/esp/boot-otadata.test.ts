import { describe, expect, it } from 'vitest';
import { chooseSlot, OTA_STATE, seqCrc } from './boot-otadata.ts';
import type { OtaRecord } from './boot-otadata.ts';

const ERASED: OtaRecord = { seq: 0xffffffff, state: 0xffffffff, crc: 0xffffffff };
const good = (seq: number, state: number = OTA_STATE.VALID): OtaRecord => ({ seq, state, crc: seqCrc(seq) });
const bad = (seq: number, state: number = OTA_STATE.VALID): OtaRecord => ({ seq, state, crc: seqCrc(seq) ^ 1 });
const TWO = { factory: false, ota: 2 };
const BOTH = { factory: true, ota: 2 };

describe('chooseSlot', () => {
  it('computes the CRC of real records', () => expect(seqCrc(1)).toBe(0x4743989a));

  it.each<[string, OtaRecord, OtaRecord, number, 0 | 1 | null, boolean]>([
    ['erased', ERASED, ERASED, 0, null, true],
    ['one INVALID with its CRC right, one erased', good(1, OTA_STATE.INVALID), ERASED, 0, null, false],
    ['one INVALID with its CRC wrong, one erased', bad(1, OTA_STATE.INVALID), ERASED, 0, null, true],
    ['one wrong CRC, one erased: neither a fresh board nor a choice', bad(1), ERASED, -1, null, false],
    ['equal numbers', good(2), good(2), 1, 0, false],
    ['the higher number', good(7), good(8), 1, 1, false],
    ['the higher number, unusable', good(7), bad(8), 0, 0, false],
    ['the largest number there is', good(0xfffffffe), good(1), 1, 0, false],
  ])('without factory: %s', (_, first, second, slot, active, initial) => {
    expect(chooseSlot([first, second], TWO)).toMatchObject({ slot, active, initial, states: [] });
  });

  it('prefers factory only if no record chooses', () => {
    expect(chooseSlot([ERASED, ERASED], BOTH)).toMatchObject({ slot: -1, initial: false, level: 'I' });
    expect(chooseSlot([bad(1), bad(2)], BOTH)).toMatchObject({ slot: -1, initial: false, level: 'E' });
    expect(chooseSlot([good(1), ERASED], BOTH)).toMatchObject({ slot: 0, active: 0 });
  });

  it('ignores records if there is no OTA row', () => {
    expect(chooseSlot([good(1), good(2)], { factory: true, ota: 0 }).slot).toBe(-1);
    expect(chooseSlot([good(1), good(2)], { factory: false, ota: 0 })).toMatchObject({ slot: 0, initial: false });
  });

  it('with rollback aborts a pending record before choosing', () => {
    const pending = good(2, OTA_STATE.PENDING_VERIFY);
    expect(chooseSlot([good(1), pending], TWO).slot).toBe(1);
    expect(chooseSlot([good(1), pending], TWO, true)).toMatchObject({
      slot: 0,
      states: [{ record: 1, state: OTA_STATE.ABORTED }],
    });
    expect(chooseSlot([good(1), good(2, OTA_STATE.NEW)], TWO, true)).toMatchObject({
      slot: 1,
      states: [{ record: 1, state: OTA_STATE.PENDING_VERIFY }],
    });
    // A NEW record that is not the active one stays as it is.
    expect(chooseSlot([good(3), good(2, OTA_STATE.NEW)], TWO, true).states).toEqual([]);
  });
});
