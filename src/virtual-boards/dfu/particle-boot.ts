/** What a Particle board starts (device-os, Gen 2: bootloader/src/main.c, core_hal_stm32f2xx.c, flash_mal.c). */
import type { BootEnd, BootReport } from './board.ts';
import type { Life } from '../life.ts';
import { USER_SIZE, type ModelFacts } from './particle-models.ts';
import { crcFits, headerFits, readHeader, type ModuleHeader } from './particle-module.ts';
import type { SectorFlash } from './sector-flash.ts';
import { FLASH_START, readVectors, SRAM } from './stm32-flash.ts';

const SYSTEM_PART = 4;
const USER_PART = 5;
const BOOTLOADER = 2;

/** Boots the board and reports how it went; a factory restore changes flash and takes its time. */
export async function bootParticle(flash: SectorFlash, model: ModelFacts, life: Life): Promise<BootReport> {
  const words: string[] = [];
  const stop = (end: BootEnd, at: number | null, ...last: string[]): BootReport => ({
    end,
    at,
    words: [...words, ...last],
  });

  // The bootloader checks the header of the first system part and nothing else, then jumps to where its vector table says (main.c).
  const [first, ...rest] = model.system;
  if (first === undefined) throw new RangeError('a model without system parts');
  if (!headerFits(readHeader(flash, first.address), first.address, model.platform)) {
    words.push(`bootloader: no system part at ${hex(first.address)}`);
    const factory = readHeader(flash, model.factory);
    if (headerFits(factory, model.user, model.platform)) {
      return stop('unknown', null, 'a factory module is there: what comes of it without a system is not known');
    }
    return stop('DFU mode', null, 'LED: blinking yellow');
  }
  if (readVectors(flash, first.address, [SRAM]) === null) {
    return stop(
      'crashed',
      null,
      `${hex(first.address)}: no stack in RAM or no entry in flash, so the processor faults`,
    );
  }
  let refused: string | null = null;
  for (const { index, address } of [first, ...rest]) {
    const header = readHeader(flash, address);
    const broken = !headerFits(header, address, model.platform)
      ? 'no header'
      : !crcFits(flash, address, header)
        ? 'wrong CRC'
        : null;
    const lacking = broken === null ? needs(flash, model, header) : null;
    const checked = index === model.checksItself?.index && header.version >= model.checksItself.since;
    if (broken !== null || (lacking !== null && !checked)) {
      const trouble = broken ?? lacking;
      return stop('unknown', null, `system part ${index} at ${hex(address)}: ${trouble}; what follows is not known`);
    }
    // HAL_Core_Validate_Modules(1): the bootloader as a module, then this part with its needs.
    if (checked) refused = lacking === null ? bootloaderTrouble(flash, model) : `system part ${index}: ${lacking}`;
  }
  if (refused !== null) return stop('safe mode', null, refused, 'LED: breathing magenta');
  words.push(`system: version ${readHeader(flash, first.address).version}, all parts in place`);

  const user = readHeader(flash, model.user);
  if (headerFits(user, model.user, model.platform)) {
    const trouble = userTrouble(flash, model, user);
    if (trouble !== null) return stop('safe mode', null, `user part: ${trouble}`, 'LED: breathing magenta');
    const range = `${hex(user.start)} to ${hex(user.end)}`;
    return stop('application', model.user, `user part: version ${user.version}, ${range}`, 'the application runs');
  }
  words.push(`user part: no header for ${hex(model.user)}`);

  // Only an invalid header triggers a factory restore; a wrong CRC does not.
  const factory = readHeader(flash, model.factory);
  if (!headerFits(factory, model.user, model.platform)) return stop('safe mode', null, 'LED: breathing magenta');
  words.push(`factory module: version ${factory.version} at ${hex(model.factory)}`);
  const size = factory.end - factory.start;
  if (factory.function !== USER_PART || size + 4 > USER_SIZE || !crcFits(flash, model.factory, factory)) {
    // The system requests a factory reset; the bootloader refuses and starts the system, which requests it again.
    return stop('boot loop', null, 'it cannot be restored, and is asked for again at each start');
  }
  await flash.erase(model.user, life);
  await flash.program(model.user, flash.read(model.factory, USER_SIZE).slice(), life);
  words.push(`factory module: restored to ${hex(model.user)}`, 'reset');
  const restored = readHeader(flash, model.user);
  const trouble = userTrouble(flash, model, restored);
  if (trouble !== null) return stop('safe mode', null, `user part: ${trouble}`, 'LED: breathing magenta');
  return stop('application', model.user, `user part: version ${restored.version}`, 'the application runs');
}

function userTrouble(flash: SectorFlash, model: ModelFacts, header: ModuleHeader): string | null {
  return crcFits(flash, model.user, header) ? needs(flash, model, header) : 'wrong CRC';
}

function bootloaderTrouble(flash: SectorFlash, model: ModelFacts): string | null {
  const header = readHeader(flash, FLASH_START);
  if (!headerFits(header, FLASH_START, model.platform)) return 'bootloader: no header';
  return crcFits(flash, FLASH_START, header) ? null : 'bootloader: wrong CRC';
}

/** A module's first unmet dependency, in words; not transitive, and a newer version will do. Null if all are met. */
function needs(flash: SectorFlash, model: ModelFacts, header: ModuleHeader): string | null {
  for (const { function: kind, index, version } of header.needs) {
    if (kind === 0) continue;
    const place =
      kind === BOOTLOADER
        ? FLASH_START
        : kind === SYSTEM_PART
          ? model.system.find((part) => part.index === index)?.address
          : undefined;
    const found = place === undefined ? null : readHeader(flash, place);
    if (found === null || place === undefined || !headerFits(found, place, model.platform)) {
      return `needs module ${kind}/${index}, which is not there`;
    }
    if (found.function !== kind || found.index !== index || found.version < version) {
      return `needs module ${kind}/${index} of version ${version}, found ${found.version}`;
    }
  }
  return null;
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
