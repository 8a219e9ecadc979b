import { describe, expect, it } from 'vitest';
import { type DeviceFacts, STARTS_IN_ERROR, treatmentOf } from './quirks.ts';

const ST: DeviceFacts = { vendorId: 0x0483, productId: 0xdf11, serial: '357236543131', names: [], transferSize: 2048 };
const PARTICLE = { ...ST, vendorId: 0x2b04, productId: 0xd006, transferSize: 4096 };
const GD32 = { ...ST, vendorId: 0x28e9, productId: 0x0189 };

/** A device with one memory. */
function named(facts: DeviceFacts, name: string, serial = facts.serial): DeviceFacts {
  return { ...facts, serial, names: [name] };
}

function flash(runs: string): string {
  return `@Internal Flash  /0x08000000/${runs}`;
}

describe('the quirks of a device', () => {
  it.each<[string, DeviceFacts]>([
    ['Particle', named(PARTICLE, flash('07*128Kg'))],
    ['STM32H743', named(ST, flash('16*128Kg'))],
    ['STM32L432', named(ST, flash('0128*0002Kg'))],
    ['GD32VF103', named(GD32, flash('512*002Kg'), '3CBJ')],
  ])('say who does it: %s', (_, facts) => {
    const { quirks } = treatmentOf(facts);
    expect(quirks.map(({ says }) => says).filter((says) => !says.startsWith('the device '))).toEqual([]);
    expect(quirks.length).toBeGreaterThan(0);
  });

  it.each<[string, DeviceFacts, string[]]>([
    ['Particle', named(PARTICLE, flash('03*016Ka,01*016Kg,01*064Kg,07*128Kg')), ['particle-works-inside-status']],
    ['STM32F405', named(ST, flash('04*016Kg,01*064Kg,07*128Kg')), ['f4-mass-erase-lies']],
    ['STM32F411', named(ST, flash('04*016Kg,01*064Kg,03*128Kg')), []],
    ['STM32F745', named(ST, flash('04*032Kg,01*128Kg,03*256Kg')), []],
    ['STM32L476', named(ST, flash('0512*0002Kg')), ['l4-stalls-while-busy']],
    ['STM32L432', named(ST, flash('0128*0002Kg')), ['l4-stalls-while-busy', 'l432-short-transfers']],
    ['STM32L432 that knows', named({ ...ST, transferSize: 1024 }, flash('128*2Kg')), ['l4-stalls-while-busy']],
    ['STM32H743', named(ST, flash('16*128Kg')), ['h743-stays-busy']],
    ['STM32L0', named(ST, flash('1536*128g')), ['erases-to-zero']],
    ['STM32L1', named(ST, flash('1024*256 g')), ['erases-to-zero']],
    ['GD32VF103', named(GD32, flash('512*002Kg'), '3CBJ'), ['gd32vf103-wrong-map']],
    ['another GD32', named(GD32, flash('512*002Kg'), '3CBF'), []],
    ['a GD32VF103 that tells the truth', named(GD32, flash('128*001Kg'), '3CBJ'), []],
    ['the same map of another maker', named({ ...ST, vendorId: 0x1209 }, flash('16*128Kg')), []],
  ])('%s', (_, facts, ids) => {
    expect(treatmentOf(facts).quirks.map(({ id }) => id)).toEqual(ids);
  });

  it.each([
    ['3CBJ', '128*1Kg'],
    ['3C8J', '64*1Kg'],
    ['3C6J', '32*1Kg'],
    ['3C4J', '16*1Kg'],
    // The bytes of "3CBJ" in place of UTF-16.
    ['䌳䩂', '128*1Kg'],
    // With an unknown size letter, the map stays as the device reports it.
    ['3CXJ', '512*002Kg'],
  ])('correct the map of a GD32VF103 with the serial number %s', (serial, runs) => {
    expect(treatmentOf(named(GD32, flash('512*002Kg'), serial)).memories).toEqual([flash(runs)]);
  });

  it('leave other maps as they are', () => {
    const names = [flash('512*002Kg'), null, '@Option Bytes  /0x1FFFF800/01*016 g'];
    expect(treatmentOf({ ...GD32, names, serial: '3CBJ' }).memories).toEqual([flash('128*1Kg'), ...names.slice(1)]);
  });

  it('change how a device is treated', () => {
    expect(treatmentOf(ST).behaviour).toMatchObject({ statusRetries: 0, transferLimit: 4096, blank: 0xff });
    expect(treatmentOf(named(ST, flash('1536*128g'))).behaviour).toMatchObject({ blank: 0 });
    expect(treatmentOf(named(ST, flash('0128*0002Kg'))).behaviour).toMatchObject({
      statusRetries: 3,
      transferLimit: 1024,
    });
  });
});

it('does not repeat the name of a quirk in what is said of it', () => {
  const looked = [ST, PARTICLE].flatMap((facts) => treatmentOf(named(facts, flash('16*128Kg'))).quirks);
  expect(looked.length).toBeGreaterThan(1);
  for (const { name, says } of [...looked, STARTS_IN_ERROR]) {
    const words = name
      .toLowerCase()
      .split(' ')
      .filter((word) => word.length > 3 && word !== 'status');
    expect(words.filter((word) => says.toLowerCase().includes(word)).length).toBeLessThan(2);
  }
});
