/** Recovery bundles whose sizes lie, for other boards, with manifests of wrong types, and in archives among others. */
import type { EraseRun } from '../../flash/map.ts';
import type { Case } from './bundle-drop.ts';
import { text, APP, UNSIGNED, SIGNED, FILES, of, listing, imagesWith, WRONG, DAMAGED } from './bundle-drop.ts';
import { archiveOf, manifestIn, rewritten, filesIn } from '../bundles.ts';
import { source } from '../esp/archives.ts';

/** A target: an ESP32 with these erase units from address 0 on. */
const esp32With = (runs: readonly EraseRun[], region = 'flash') => ({
  family: 'esp',
  chip: 'ESP32',
  flash: [{ region, start: 0, runs }],
});

const SIZES: readonly Case[] = [
  {
    name: 'an image that is shorter than listed',
    attacks: 'sizes: the rest is made up',
    comes: DAMAGED,
    make: () => archiveOf({ ...FILES, [APP]: of(APP).subarray(0, 100) }),
  },
  {
    name: 'an image that is longer than listed',
    attacks: 'sizes: the rest is written behind it',
    comes: DAMAGED,
    make: () => archiveOf({ ...FILES, [APP]: Uint8Array.of(...of(APP), 1) }),
  },
  ...[0, -1, 1.5, 2 ** 32, 2 ** 53, '8192', null].map((size): Case => ({
    name: `an image of ${JSON.stringify(size)} bytes`,
    attacks: 'sizes: a number that is none',
    comes: WRONG,
    make: () => imagesWith((_, i) => (i === 0 ? { size } : {})),
  })),
  ...[-1, 0.5, 2 ** 32, 0xffff_ffff, '0x4000', null].map((address): Case => ({
    name: `an image at ${JSON.stringify(address)}`,
    attacks: 'addresses: a number that is none, or wraps around',
    comes: WRONG,
    make: () => imagesWith((_, i) => (i === 0 ? { address } : {})),
  })),
  {
    name: 'an image that unpacks to 60 MiB, and says so',
    attacks: 'archives: unpacked before anyone looks at the size',
    comes: WRONG,
    make: () =>
      rewritten(
        UNSIGNED,
        (manifest) => {
          manifest['images'] = manifestIn(UNSIGNED).images.map((image) =>
            image.file === APP ? { ...image, size: 60 << 20 } : image,
          );
        },
        { files: { [APP]: new Uint8Array(60 << 20) } },
      ),
  },
  {
    name: 'an image that unpacks to 60 MiB, and a target with as much',
    attacks: 'archives: a digest that is computed after the bytes were handed on',
    comes: 'left out, bundle-changed',
    make: () =>
      rewritten(
        UNSIGNED,
        (manifest) => {
          const [image] = manifestIn(UNSIGNED).images;
          manifest['images'] = [{ ...image, address: 0, size: 60 << 20 }];
          manifest['targets'] = [esp32With([{ count: 16384, size: 0x1000 }])];
        },
        { files: { [APP]: new Uint8Array(60 << 20) } },
      ),
    long: true,
  },
  {
    name: 'a manifest that unpacks to 40 MiB',
    attacks: 'archives: a manifest read whatever its size',
    comes: /^(left out|nothing|2 parts)/,
    make: () => archiveOf({ ...FILES, 'manifest.json': text(' '.repeat(40 << 20)) }),
    long: true,
  },
  {
    name: 'images that overlap',
    attacks: 'images: the last one wins',
    comes: WRONG,
    make: () => imagesWith(() => ({ address: 0x4000 })),
  },
  {
    name: 'five thousand images',
    attacks: 'lists without a limit',
    comes: WRONG,
    make: () =>
      listing((manifest) => (manifest['images'] = Array.from({ length: 5000 }, () => manifestIn(UNSIGNED).images[0]))),
  },
  {
    name: 'five thousand partitions',
    attacks: 'lists without a limit',
    comes: WRONG,
    make: () =>
      listing(
        (manifest) => (manifest['partitions'] = Array.from({ length: 5000 }, () => manifestIn(UNSIGNED).partitions[0])),
      ),
  },
];

const BOARDS: readonly Case[] = [
  {
    name: 'a bundle for another chip',
    attacks: 'targets: said and not compared',
    comes: 'left out, bundle-for-another-board',
    board: 'ESP32-S3',
    make: () => UNSIGNED,
  },
  {
    name: 'a bundle for an ESP32 on a Photon',
    attacks: 'targets: another family of boards',
    comes: 'left out, bundle-for-another-board',
    board: 'Photon',
    make: () => UNSIGNED,
  },
  {
    name: 'a bundle that needs 128 MiB',
    attacks: 'targets: bytes past the end of the flash',
    comes: 'left out, bundle-for-another-board',
    make: () => listing((manifest) => (manifest['targets'] = [esp32With([{ count: 32768, size: 0x1000 }])])),
  },
  {
    name: 'a target with 65,536 runs of 65,536 units',
    attacks: 'targets: units counted one by one',
    comes: DAMAGED,
    make: () =>
      listing(
        (manifest) =>
          (manifest['targets'] = [esp32With(Array.from({ length: 65_536 }, () => ({ count: 65_536, size: 1 })))]),
      ),
  },
  {
    name: 'a target with 64 runs of 65,536 units of one byte',
    attacks: 'targets: units counted one by one',
    comes: WRONG,
    make: () =>
      listing(
        (manifest) =>
          (manifest['targets'] = [esp32With(Array.from({ length: 64 }, () => ({ count: 65_536, size: 1 })))]),
      ),
  },
  {
    name: 'images in a memory that the board lacks',
    attacks: 'regions: an address that means something else',
    comes: WRONG,
    make: () => imagesWith(() => ({ region: 'eeprom' })),
  },
  {
    name: 'images in a memory that only the target names',
    attacks: 'regions: an address that means something else',
    comes: 'left out, bundle-for-another-board',
    make: () =>
      listing((manifest) => {
        manifest['images'] = manifestIn(UNSIGNED).images.map((image) => ({ ...image, region: 'eeprom' }));
        manifest['targets'] = [esp32With([{ count: 16, size: 0x1000 }], 'eeprom')];
      }),
  },
];

const TYPES: readonly Case[] = [
  ...['targets', 'partitions', 'images', 'name', 'notes', 'made', 'app'].flatMap((field) =>
    [null, 7, 'x', [], {}, [null], true].flatMap((value): Case[] => {
      const same = { name: 'string', notes: 'string', app: 'string' }[field] === typeof value;
      // A layout without partitions is one, though a useless one.
      const empty = field === 'partitions' && Array.isArray(value) && value.length === 0;
      if (same || empty) return [];
      const make = () => listing((manifest) => (manifest[field] = value));
      const name = `${JSON.stringify(value)} in place of ${field}`;
      return [{ name, attacks: 'manifests: a type that is believed', comes: WRONG, make }];
    }),
  ),
  ...[null, '1', 1.5, -1, 99, []].map((version): Case => ({
    name: `version ${JSON.stringify(version)}`,
    attacks: 'manifests: another format read as this one',
    comes: /^left out, bundle-(wrong|version)$/,
    make: () => listing((manifest) => (manifest['version'] = version)),
  })),
  {
    name: 'a manifest that is cut off',
    attacks: 'manifests: images used without them',
    comes: DAMAGED,
    make: () => archiveOf({ ...FILES, 'manifest.json': of('manifest.json').subarray(0, 300) }),
  },
  {
    name: 'a manifest nested a hundred thousand deep',
    attacks: 'JSON: a parser that calls itself',
    comes: DAMAGED,
    make: () =>
      archiveOf({ ...FILES, 'manifest.json': text(`{"format":"sectorwise-bundle","x":${'['.repeat(100_000)}`) }),
  },
  {
    name: 'fields that every object has',
    attacks: 'manifests: the prototype’s fields taken for their own',
    comes: WRONG,
    make: () =>
      archiveOf({
        ...FILES,
        'manifest.json': text('{"format":"sectorwise-bundle","version":1,"__proto__":{"images":[1]},"constructor":1}'),
      }),
  },
];

const ARCHIVES: readonly Case[] = [
  {
    name: 'a bundle in an archive in an archive',
    attacks: 'archives: who signed what is lost on the way',
    comes: /^left out, bundle-among-others$|^left out$/,
    make: () => archiveOf({ 'a.zip': archiveOf({ 'b.zip': UNSIGNED, 'c.txt': text('x') }), 'd.txt': text('x') }),
  },
  {
    name: 'a bundle among other files',
    attacks: 'archives: who signed what is lost on the way',
    comes: 'left out, bundle-among-others',
    make: () => archiveOf({ 'a.zip': SIGNED, 'readme.txt': text('x') }),
  },
  {
    name: 'an ordinary build beside the manifest of a bundle',
    attacks: 'bundles: files used that nobody signed',
    comes: /^2 parts, .*bundle-signed/,
    make: () =>
      archiveOf({
        ...filesIn(SIGNED),
        'flasher_args.json': text('{"flash_files":{"0x10000":"evil.bin"}}'),
        'evil.bin': of(APP),
      }),
  },
  {
    name: 'ten thousand files that no manifest lists',
    attacks: 'archives: each of them unpacked',
    comes: /^2 parts, .*bundle-unsigned/,
    make: () =>
      archiveOf({
        ...FILES,
        ...Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`x${i}`, new Uint8Array(1)])),
      }),
    limits: { cpuMs: 6000, mib: 300 },
    long: true,
  },
  {
    name: 'an archive cut off',
    attacks: 'archives: half a bundle',
    comes: /^left out, zip-/,
    make: () => UNSIGNED.subarray(0, UNSIGNED.length - 40),
  },
  {
    name: 'the folder of a bundle without an image',
    attacks: 'folders: less checked than archives',
    comes: DAMAGED,
    make: () => Object.entries(FILES).flatMap(([name, data]) => (name === APP ? [] : [source(`b/${name}`, data)])),
  },
  {
    name: 'the folder of a bundle whose image is one folder deeper',
    attacks: 'folders: names looked for everywhere',
    comes: DAMAGED,
    make: () => Object.entries(FILES).map(([name, data]) => source(name === APP ? `b/x/${name}` : `b/${name}`, data)),
  },
];

/** Bundles whose manifest or archive is not as it should be. */
export const MISMADE_BUNDLES: readonly Case[] = [...SIZES, ...BOARDS, ...TYPES, ...ARCHIVES];
