import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Region } from '../../flash/map.ts';
import { regionEnd, regionSize, unitsOf } from '../../flash/map.ts';
import { type MemoryReading, readMemoryString, readMemoryStrings } from './memory-string.ts';
import { cases } from '../../testing/cases.ts';
import { LONG } from '../../testing/long.ts';

function rights({ access }: Region): string {
  return `${access.read ? 'r' : '-'}${access.erase ? 'e' : '-'}${access.write ? 'w' : '-'}`;
}

/** A reading on one line for each region: `internal-flash 8000000 rew 4x16384+1x65536`. */
function brief(reading: MemoryReading): string[] {
  if (reading.kind === 'unreadable') return [reading.why];
  return reading.regions.map((region) => {
    const runs = region.runs.map(({ count, size }) => `${count}x${size}`).join('+');
    return `${region.id} ${region.start.toString(16)} ${rights(region)} ${runs}`;
  });
}

describe('a memory string of a real device', () => {
  it.each([
    // STM32F405, F407
    ['@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg', 'internal-flash 8000000 rew 4x16384+1x65536+7x131072'],
    // F411, F446
    ['@Internal Flash  /0x08000000/04*016Kg,01*064Kg,03*128Kg', 'internal-flash 8000000 rew 4x16384+1x65536+3x131072'],
    // F745
    ['@Internal Flash  /0x08000000/04*032Kg,01*128Kg,03*256Kg', 'internal-flash 8000000 rew 4x32768+1x131072+3x262144'],
    ['@DCT Flash   /0x00000000/01*016Kg', 'dct-flash 0 rew 1x16384'],
    ['@Serial Flash   /0x00000000/256*004Kg', 'serial-flash 0 rew 256x4096'],
    ['@Option Bytes  /0x1FFFC000/01*016 e', 'option-bytes 1fffc000 r-w 1x16'],
    ['@Device Feature/0xFFFF0000/01*004 e', 'device-feature ffff0000 r-w 1x4'],
    ['@OTP Memory /0x1FFF7800/01*512 e,01*016 e', 'otp-memory 1fff7800 r-w 1x512+1x16'],
    // STM32L0, unpadded
    ['@DATA Memory /0x08080000/2*3Ke', 'data-memory 8080000 r-w 2x3072'],
    // L0 and L1: no multiplier
    ['@Internal Flash  /0x08000000/1536*128g', 'internal-flash 8000000 rew 1536x128'],
    ['@Internal Flash  /0x08000000/1024*256 g', 'internal-flash 8000000 rew 1024x256'],
    // L4
    ['@Internal Flash  /0x08000000/0256*0002Kg', 'internal-flash 8000000 rew 256x2048'],
    ['@Internal Flash  /0x08000000/16*128Kg', 'internal-flash 8000000 rew 16x131072'],
    // GD32VF103: as it reports, although that is wrong
    ['@Internal Flash  /0x08000000/512*002Kg', 'internal-flash 8000000 rew 512x2048'],
  ])('%s', (text, region) => {
    expect(brief(readMemoryString(text))).toEqual([region]);
  });

  it('gives each run of equal access rights its own region', () => {
    const photon = readMemoryString('@Internal Flash   /0x08000000/03*016Ka,01*016Kg,01*064Kg,07*128Kg');
    expect(brief(photon)).toEqual([
      'internal-flash 8000000 r-- 3x16384',
      'internal-flash-2 800c000 rew 1x16384+1x65536+7x131072',
    ]);
    expect(brief(readMemoryString('@Internal Flash  /0x08000000/08*04Ka,1000*04Kg'))).toEqual([
      'internal-flash 8000000 r-- 8x4096',
      'internal-flash-2 8008000 rew 1000x4096',
    ]);
  });

  it('gives blocks with a gap between them their own regions', () => {
    expect(brief(readMemoryString('@Option Bytes  /0x1FF00000/01*040 e/0x1FF01000/01*040 e'))).toEqual([
      'option-bytes 1ff00000 r-w 1x40',
      'option-bytes-2 1ff01000 r-w 1x40',
    ]);
  });

  it('gives unique ids to regions of settings with the same name', () => {
    const both = readMemoryStrings(['@Flash /0x08000000/1*16Kg', null, '@Flash /0x90000000/1*4Kg']);
    expect(both.flatMap(brief)).toEqual(['flash 8000000 rew 1x16384', 'it has no name', 'flash-2 90000000 rew 1x4096']);
  });
});

it('counts the erase units of all settings together', () => {
  const both = readMemoryStrings(['@A /0x0/32768*1Kg', '@B /0x0/32769*1Kg', '@C /0x0/32768*1Kg']);
  expect(both.flatMap(brief)).toEqual([
    'a 0 rew 32768x1024',
    'it lists more erase units than any device has',
    'c 0 rew 32768x1024',
  ]);
});

describe('deviations of real devices', () => {
  it.each([
    ['a colon in the name', '@Bank: A/0x0/1*1Kg', 'bank-a 0 rew 1x1024'],
    ['a slash in the name', '@ROM/RAM /0x10/1*16 a', 'rom-ram 10 r-- 1x16'],
    ['no name', '@/0x0/1*1Mb', 'memory 0 -e- 1x1048576'],
    ['spaces before the multiplier', '@F /0x0/ 2 * 16 K g', 'f 0 rew 2x16384'],
    ['bytes said as B', '@F /0x0/01*512Bg', 'f 0 rew 1x512'],
    ['blocks that go backward', '@F /0x2000/1*4Kg/0x0/1*4Ka', 'f 0 r-- 1x4096|f-2 2000 rew 1x4096'],
    ['blocks that touch', '@F /0x0/1*4Kg/0x1000/2*8Kg', 'f 0 rew 1x4096+2x8192'],
    ['a run of no units', '@F /0x0/00*4Kg,1*8Kg', 'f 0 rew 1x8192'],
    ['a comma at the end', '@F /0x0/1*4Kg, ', 'f 0 rew 1x4096'],
    ['the last address', '@F /0xFFFFFFF0/1*16 g', 'f fffffff0 rew 1x16'],
    ['remains of another string behind it', '@F /0x0/1*4Kg\0\0l Flash', 'f 0 rew 1x4096'],
  ])('%s', (_, text, regions) => {
    expect(brief(readMemoryString(text)).join('|')).toBe(regions);
  });

  it('shows what it ignored', () => {
    expect(readMemoryString('@F /0x0/1*4Kg\0\0l Flash')).toMatchObject({ ignored: 'l Flash' });
    expect(readMemoryString('@F /0x0/1*4Kg')).not.toHaveProperty('ignored');
  });
});

describe('a string that cannot be parsed', () => {
  it.each([
    ['', 'it does not begin with “@”'],
    ['Internal Flash /0x08000000/04*016Kg', 'it does not begin with “@”'],
    ['@Internal Flash', 'it has no address'],
    ['@F /0x08000000/', 'the part “” is not a run of erase units'],
    ['@F /0x08000000/four*016Kg', 'the part “four*016Kg” is not a run of erase units'],
    ['@F /0x08000000/04*016Kh', 'the part “04*016Kh” is not a run of erase units'],
    ['@F /0x08000000/04*016Gg', 'the part “04*016Gg” is not a run of erase units'],
    ['@F /0x08000000/04*016Kg,01*064Q', 'the part “01*064Q” is not a run of erase units'],
    ['@F /0x08000000/04*016Kg;01*064Kg', 'the part “;01*064Kg” cannot be parsed'],
    ['@F /0x08000000/04*016Kg/8004000/1*4Kg', 'the part “/8004000/1*4Kg” cannot be parsed'],
    ['@F /0x108000000/04*016Kg', 'the part “/0x108000000/04*016Kg” cannot be parsed'],
    ['@F /0x08000000/04*000Kg', 'the run “04*000Kg” has units of 0 bytes'],
    ['@F /0x08000000/00*016Kg', 'it lists no memory'],
    ['@F /0xFFFFFFF0/1*17 g', 'the run “1*17 g” at 0xFFFFFFF0 extends past the last address'],
    ['@F /0x0/1*8Kg/0x1000/1*4Kg', 'two parts of it claim 0x1000'],
    ['@F /0x0/999999*1 g', 'it lists more erase units than any device has'],
  ])('%s', (text, why) => {
    expect(readMemoryString(text)).toEqual({ kind: 'unreadable', text, why });
  });
});

const run = fc.record({
  count: fc.integer({ min: 1, max: 99 }),
  size: fc.integer({ min: 1, max: 999 }),
  multiplier: fc.constantFrom('', ' ', 'B', 'K', ' K'),
  letter: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
});

describe('any memory string', () => {
  it('is read as it was written', LONG, () => {
    fc.assert(
      fc.property(fc.nat(0x7fffffff), fc.array(run, { minLength: 1, maxLength: 6 }), (address, runs) => {
        const text = `@Any /0x${address.toString(16)}/${runs
          .map(({ count, size, multiplier, letter }) => `${count}*${size}${multiplier}${letter}`)
          .join(',')}`;
        const reading = readMemoryString(text);
        if (reading.kind === 'unreadable') throw new Error(reading.why);
        const units = reading.regions.flatMap((region) =>
          unitsOf(region).map((unit) => [unit.address, unit.size, rights(region)]),
        );
        let at = address;
        const expected = runs.flatMap(({ count, size, multiplier, letter }) =>
          Array.from({ length: count }, () => {
            const bytes = size * (multiplier.includes('K') ? 1024 : 1);
            const bits = letter.charCodeAt(0) - 'a'.charCodeAt(0) + 1;
            const unit = [at, bytes, `${bits & 1 ? 'r' : '-'}${bits & 2 ? 'e' : '-'}${bits & 4 ? 'w' : '-'}`];
            at += bytes;
            return unit;
          }),
        );
        expect(units).toEqual(expected);
      }),
    );
  });

  it('gives regions in order, within 32 bits and without overlap, or a reason', LONG, () => {
    const piece = fc.oneof(
      fc.constantFrom('@', '/', '0x', '/0x08000000/', '04*016Kg', ',', '*', 'K', 'g', ' ', '0', '\0', 'FFFFFFFF'),
      fc.string({ maxLength: 5 }),
    );
    const text = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(''));
    const mapped = text.map((rest) => `@F /0x0/${rest}`);
    fc.assert(
      fc.property(fc.oneof(text, mapped, fc.string({ unit: 'binary' })), (input) => {
        expect(complaint(input)).toBeNull();
      }),
      { numRuns: cases(200) },
    );
  });
});

/** What is wrong with the reading of a text; null if nothing is. */
function complaint(text: string): string | null {
  const reading = readMemoryString(text);
  if (reading.kind === 'unreadable')
    return reading.text === text && reading.why !== '' ? null : 'no reason, or not the text';
  if (reading.regions.length === 0) return 'no regions';
  let end = 0;
  for (const region of reading.regions) {
    if (region.start < end) return 'out of order, or over each other';
    if (regionSize(region) === 0) return 'an empty region';
    end = regionEnd(region);
  }
  if (end > 2 ** 32) return 'beyond 32 bits';
  return new Set(reading.regions.map(({ id }) => id)).size === reading.regions.length ? null : 'two with one id';
}
