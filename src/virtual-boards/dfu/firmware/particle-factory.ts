/** Factory content of the Particle boards: generated firmware, with made-up settings. */
import { firmwareBytes, randomWords } from '../../esp/firmware/random.ts';
import { DCT_SECTORS, DCT_SIZE, dctSector } from '../dct.ts';
import type { ModelFacts } from '../particle-models.ts';
import type { SectorFlash } from '../sector-flash.ts';
import { FLASH_START } from '../stm32-flash.ts';
import { buildModule, FUNCTION, type Dependency } from './module.ts';

/** What varies in the factory content. */
export interface ParticleFactory {
  /** A user module in the factory slot, as old units have it; default: the slot is blank. */
  readonly factoryModule?: boolean;
  /** The state of the user module. Default `valid`. */
  readonly user?: 'valid' | 'bad crc' | 'unmet dependency' | 'blank';
}

/** Versions of the generated firmware. */
export const VERSIONS = { bootloader: 700, system: 2001, user: 6, factoryUser: 4, sampleUser: 7 } as const;
/** Size of the generated user module in bytes, without its CRC. */
export const USER_MODULE_SIZE = 0x5_a34;
const EEPROM = 0x0800_c000;

/** The user module in the factory content. */
export function factoryUserModule(model: ModelFacts, options: ParticleFactory = {}): Uint8Array {
  const version = options.user === 'unmet dependency' ? VERSIONS.system + 1 : VERSIONS.system;
  const module = buildModule({
    start: model.user,
    size: USER_MODULE_SIZE,
    platform: model.platform,
    function: FUNCTION.userPart,
    index: 1,
    version: VERSIONS.user,
    dependency: userDependency(model, version),
    seed: 0x0a11,
  });
  if (options.user === 'bad crc') module[0x2000] = (module[0x2000] ?? 0) ^ 1;
  return module;
}

/** Flashes built so far, by model and options: the bytes are the same each time and take a while to build. */
const built = new Map<string, Uint8Array>();

/** Loads the factory content into flash; nothing counts as an erase. */
export function loadParticleFactory(flash: SectorFlash, model: ModelFacts, options: ParticleFactory = {}): void {
  const key = `${model.name} ${options.user ?? 'valid'} ${options.factoryModule === true}`;
  const known = built.get(key);
  if (known !== undefined) {
    flash.load(FLASH_START, known);
    return;
  }
  load(flash, model, options);
  built.set(key, flash.snapshot());
}

function load(flash: SectorFlash, model: ModelFacts, options: ParticleFactory): void {
  const { platform } = model;
  flash.load(
    FLASH_START,
    buildModule({
      start: FLASH_START,
      size: 0x3f80,
      platform,
      vectors: true,
      seed: 0xb001,
      function: FUNCTION.bootloader,
      index: 0,
      version: VERSIONS.bootloader,
    }),
  );
  loadSettings(flash);
  model.system.forEach(({ index, address, size }, n) => {
    const before = model.system[n - 1];
    const dependency: Dependency =
      before === undefined
        ? { function: FUNCTION.bootloader, index: 0, version: VERSIONS.bootloader }
        : { function: FUNCTION.systemPart, index: before.index, version: VERSIONS.system };
    flash.load(
      address,
      buildModule({
        start: address,
        size: Math.floor(size * 0.8) & ~0xf,
        platform,
        vectors: n === 0,
        seed: 0x5900 + index,
        function: FUNCTION.systemPart,
        index,
        version: VERSIONS.system,
        dependency,
      }),
    );
  });
  if (options.user !== 'blank') flash.load(model.user, factoryUserModule(model, options));
  loadOta(flash, model);
  if (options.factoryModule === true) {
    flash.load(
      model.factory,
      buildModule({
        start: model.user,
        size: 0x3_c08,
        platform,
        seed: 0x0a04,
        function: FUNCTION.userPart,
        index: 1,
        version: VERSIONS.factoryUser,
        dependency: userDependency(model, VERSIONS.system),
      }),
    );
  }
}

/** A user part depends on the last system part of the chain (which one that is on a real Electron is not known). */
export function userDependency(model: ModelFacts, version: number): Dependency {
  return { function: FUNCTION.systemPart, index: model.system.at(-1)?.index ?? 1, version };
}

/** Settings in the first of the two sectors, an older copy in the second, and some emulated EEPROM. */
function loadSettings(flash: SectorFlash): void {
  const content = (seed: number): Uint8Array => {
    const next = randomWords(0xdc7, seed);
    return Uint8Array.from({ length: 0x2200 }, (_, i) => (i % 97 < 60 ? next() & 0xff : 0xff));
  };
  DCT_SECTORS.forEach((sector, n) => flash.load(sector, dctSector(8 - n, content(n)).subarray(0, DCT_SIZE)));
  const next = randomWords(0xee);
  flash.load(
    EEPROM,
    Uint8Array.from({ length: 0x180 }, () => next() & 0xff),
  );
}

/** Leftovers of the last OTA update: most of an old user module, cut short. */
function loadOta(flash: SectorFlash, model: ModelFacts): void {
  const left = new Uint8Array(0x4_4f0);
  firmwareBytes(left, () => 0x07a);
  flash.load(model.ota, left);
}
