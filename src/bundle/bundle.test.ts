/** Recovery bundles: what goes in, what comes out, and what is refused as a whole. */
import { describe, expect, test } from 'vitest';
import { factsOf } from '../flash/failure.ts';
import { readBundleFile } from '../import/bundle.ts';
import { bytesSource } from '../session/sources.ts';
import {
  archiveOf,
  BUNDLE_TOOLS,
  DONOR,
  DONOR_FLASH,
  donorBundle,
  filesIn,
  manifestIn,
  OTHER_SEED,
  rewritten,
  SEED,
  sha256Hex,
  USUAL,
} from '../testing/bundles.ts';
import { ed25519 } from './ed25519.ts';
import { makeBundle, signBundle } from './make.ts';
import { mayBePrivate, isIncludedByDefault } from './default-parts.ts';
import { factsOfBundle } from './read.ts';
import { misfitOf } from './fit.ts';
import { hexOf } from '../formats/binary.ts';
import { LONG } from '../testing/long.ts';

const read = async (data: Uint8Array) => {
  const reading = await readBundleFile(bytesSource('a.zip', data));
  if (reading === null) throw new Error('no bundle');
  return reading;
};

async function sound(data: Uint8Array) {
  const reading = await read(data);
  if (reading.kind === 'refused') throw new Error(reading.finding.says);
  return reading.bundle;
}

async function refusal(data: Uint8Array): Promise<string> {
  const reading = await read(data);
  return reading.kind === 'refused' ? `${reading.finding.kind}: ${reading.finding.says}` : 'used';
}

describe('a bundle of a board', () => {
  test('has the bytes of what was chosen, apps without their erased end, and nothing of the settings', async () => {
    const { images, manifest, signer, others } = await sound(await donorBundle());
    expect(images.map(({ name, address, size }) => [name, address, size])).toEqual([
      ['app0', 0x4000, 0x2000],
      ['fs', 0xa000, 0x4000],
    ]);
    for (const { address, size, data } of images) expect(data).toEqual(DONOR_FLASH.subarray(address, address + size));
    expect([signer, others]).toEqual([null, []]);
    expect(manifest).toMatchObject({
      name: 'demo 1.0',
      notes: 'For boards of the first series.',
      app: 'Sectorwise 0.1.0',
    });
    const facts = factsOfBundle({ manifest, signer }, null);
    expect([facts.brings, facts.keeps].map((list) => list.map(({ name }) => name))).toEqual([['app0', 'fs'], ['nvs']]);
    expect(facts.targets).toEqual(['ESP32 with at least 56 KiB of flash']);
  });

  test('has the settings too if its maker says so, and then says that it replaces them', async () => {
    const { manifest, signer, images } = await sound(
      await donorBundle(null, { ...USUAL, parts: DONOR.layout.partitions }),
    );
    expect(images.map(({ name }) => name)).toEqual(['nvs', 'app0', 'fs']);
    expect(factsOfBundle({ manifest, signer }, null).keeps).toEqual([]);
  });

  test('of the same bytes at the same time is the same file, signed or not', async () => {
    expect(await donorBundle()).toEqual(await donorBundle());
    expect(await donorBundle(SEED)).toEqual(await donorBundle(SEED));
  });

  test.each([
    ['nothing chosen', DONOR, { ...USUAL, parts: [] }, 'bundle-empty'],
    ['bytes that are not known', { ...DONOR, image: [] }, USUAL, 'bundle-unreadable'],
    [
      'ciphertext',
      { ...DONOR, layout: { ...DONOR.layout, ciphered: [{ region: 'flash', address: 0x4000, size: 16 }] } },
      USUAL,
      'bundle-ciphered',
    ],
    ['a name without end', DONOR, { ...USUAL, name: 'x'.repeat(300) }, 'bundle-too-long'],
    ['notes without end', DONOR, { ...USUAL, notes: 'x'.repeat(5000) }, 'bundle-too-long'],
  ])('is not made of %s', async (_, source, request, name) => {
    const failed = await makeBundle(source, request, BUNDLE_TOOLS, null).then(() => null, factsOf);
    expect(failed?.name).toBe(name);
  });

  test('of a build has exactly its pieces, those that meet as one', async () => {
    const pieces = [
      { region: 'flash', address: 0x4000, data: DONOR_FLASH.slice(0x4000, 0x4100) },
      { region: 'flash', address: 0x4100, data: DONOR_FLASH.slice(0x4100, 0x4180) },
      { region: 'flash', address: 0x5000, data: DONOR_FLASH.slice(0x5000, 0x5010) },
    ];
    const { images } = await sound(
      await makeBundle({ ...DONOR, of: 'build', image: pieces }, USUAL, BUNDLE_TOOLS, null),
    );
    expect(images.map(({ address, size, file }) => [address, size, file])).toEqual([
      [0x4000, 0x180, 'app0-0x4000.bin'],
      [0x5000, 0x10, 'app0-0x5000.bin'],
    ]);
  });

  test('names no file as another system could not, and none twice', async () => {
    const [app, fs, nvs] = ['../app', 'FS', 'fs'].map((name, i) => ({
      ...DONOR.layout.partitions[[1, 2, 0][i] ?? 0],
      name,
    }));
    const partitions = [app, fs, nvs]
      .flatMap((each) => (each?.region === undefined ? [] : [each]))
      .map((each) => ({
        ...each,
        region: 'flash',
        role: 'data' as const,
        type: '',
        address: each.address ?? 0,
        size: each.size ?? 0,
      }));
    const made = await makeBundle(
      { ...DONOR, layout: { ...DONOR.layout, partitions } },
      { ...USUAL, parts: partitions },
      BUNDLE_TOOLS,
      null,
    );
    expect(manifestIn(made).images.map(({ file }) => file)).toEqual([
      'app-0x4000.bin',
      'FS-0xa000.bin',
      'fs-0x1000.bin',
    ]);
  });
});

test.each([
  ['settings', false, true],
  ['data', false, true],
  ['protected', false, true],
  ['app', true, false],
  ['files', true, true],
  ['boot-choice', true, false],
  ['boot', true, false],
] as const)('%s goes in unasked only if every board of its kind may have it', (role, usual, secret) => {
  expect([isIncludedByDefault({ role }), mayBePrivate({ role })]).toEqual([usual, secret]);
});

describe('a signature', () => {
  test('names its key, and its fingerprint is that of this key', async () => {
    const { signer } = await sound(await donorBundle(SEED));
    const key = hexOf(await (await ed25519()).publicKey(SEED));
    expect(signer?.key).toBe(key);
    expect(signer?.fingerprint).toMatch(/^([0-9A-F]{4} ){7}[0-9A-F]{4}$/);
    expect((await sound(await donorBundle(OTHER_SEED))).signer?.fingerprint).not.toBe(signer?.fingerprint);
  });

  test('can be put on later, and takes the place of another', async () => {
    const { images, manifest } = await sound(await donorBundle(OTHER_SEED));
    const own = filesIn(await donorBundle(OTHER_SEED));
    const files = Object.entries(own).map(([name, data]) => ({ name, data }));
    const signed = await sound(await signBundle(files, SEED, BUNDLE_TOOLS));
    expect(signed.signer?.key).toBe(hexOf(await (await ed25519()).publicKey(SEED)));
    expect([signed.manifest, signed.images]).toEqual([manifest, images]);
  });

  test.each([
    [
      'of another manifest',
      (files: Record<string, Uint8Array>, other: Record<string, Uint8Array>) => ({
        ...files,
        'signature.json': other['signature.json'] ?? new Uint8Array(),
      }),
    ],
    ['that is no JSON', (files: Record<string, Uint8Array>) => ({ ...files, 'signature.json': new Uint8Array(3) })],
    [
      'without a key',
      (files: Record<string, Uint8Array>) => ({
        ...files,
        'signature.json': new TextEncoder().encode('{"algorithm":"Ed25519"}'),
      }),
    ],
    [
      'by another algorithm',
      (files: Record<string, Uint8Array>) => ({
        ...files,
        'signature.json': new TextEncoder().encode('{"algorithm":"none"}'),
      }),
    ],
  ])('%s is refused', async (_, forge) => {
    const other = filesIn(await donorBundle(SEED, { ...USUAL, name: 'another' }));
    expect(await refusal(archiveOf(forge(filesIn(await donorBundle(SEED)), other)))).toMatch(/^bundle-signature-wrong/);
  });

  test('of one key under the name of another is refused', async () => {
    const key = hexOf(await (await ed25519()).publicKey(OTHER_SEED));
    const files = filesIn(await donorBundle(SEED));
    const signature = JSON.parse(new TextDecoder().decode(files['signature.json']));
    const forged = new TextEncoder().encode(JSON.stringify({ ...signature, key }));
    expect(await refusal(archiveOf({ ...files, 'signature.json': forged }))).toMatch(/^bundle-signature-wrong/);
  });

  test('holds for every byte of what it covers', LONG, async () => {
    const signed = filesIn(await donorBundle(SEED));
    for (const [name, data] of Object.entries(signed)) {
      const step = Math.max(1, data.length >> 4);
      for (let at = 0; at < data.length; at += step) {
        const changed = data.map((byte, i) => (i === at ? byte ^ 1 : byte));
        expect([name, at, await refusal(archiveOf({ ...signed, [name]: changed }))]).not.toContain('used');
      }
    }
  });
});

describe('a changed bundle is refused as a whole:', () => {
  test.each([
    [
      'a byte of an image',
      async () => {
        const files = filesIn(await donorBundle());
        const app = files['app0-0x4000.bin'] ?? new Uint8Array();
        return archiveOf({ ...files, 'app0-0x4000.bin': app.map((byte, i) => (i === 9 ? byte ^ 1 : byte)) });
      },
      /^bundle-changed: app0-0x4000\.bin is not what the bundle lists/,
    ],
    [
      'an image is missing',
      async () => {
        const { 'fs-0xa000.bin': _, ...files } = filesIn(await donorBundle());
        return archiveOf(files);
      },
      /^bundle-damaged: .*fs-0xa000\.bin is missing/,
    ],
    [
      'an image is shorter',
      async () => archiveOf({ ...filesIn(await donorBundle()), 'fs-0xa000.bin': new Uint8Array(5) }),
      /^bundle-damaged: .*has 5 bytes, and should have 16 KiB/,
    ],
    [
      'its format is newer',
      () => donorBundle().then((made) => rewritten(made, (manifest) => (manifest['version'] = 2))),
      /^bundle-version: .*format 2/,
    ],
    [
      'its version is a word',
      () => donorBundle().then((made) => rewritten(made, (manifest) => (manifest['version'] = 'one'))),
      /^bundle-wrong: .*version/,
    ],
    [
      'an image has a path',
      () =>
        donorBundle().then((made) =>
          rewritten(made, (manifest) => {
            const images = manifestIn(made).images.map((image, i) =>
              i === 0 ? { ...image, file: '../app.bin' } : image,
            );
            manifest['images'] = images;
          }),
        ),
      /^bundle-wrong: .*images\[0\]\.file: “\.\.\/app\.bin” is not the name of a file/,
    ],
    [
      'two images meet',
      () =>
        donorBundle().then((made) =>
          rewritten(made, (manifest) => {
            manifest['images'] = manifestIn(made).images.map((image) => ({ ...image, address: 0x4000 }));
          }),
        ),
      /^bundle-wrong: .*are both for 0x4000/,
    ],
    [
      'an image lies outside of the target',
      () =>
        donorBundle().then((made) =>
          rewritten(made, (manifest) => {
            manifest['images'] = manifestIn(made).images.map((image) => ({
              ...image,
              address: image.address + 0x8000,
            }));
          }),
        ),
      /^bundle-wrong: .*outside of the flash/,
    ],
    [
      'there is no target',
      () => donorBundle().then((made) => rewritten(made, (manifest) => (manifest['targets'] = []))),
      /^bundle-wrong: .*targets: the list is empty/,
    ],
    [
      'there is no image',
      () => donorBundle().then((made) => rewritten(made, (manifest) => (manifest['images'] = []))),
      /^bundle-wrong: .*images: the list is empty/,
    ],
    [
      'its date is none',
      () => donorBundle().then((made) => rewritten(made, (manifest) => (manifest['made'] = 'today'))),
      /^bundle-wrong: .*made/,
    ],
  ])('%s', async (_, make, says) => {
    expect(await refusal(await make())).toMatch(says);
  });

  test('and one whose bytes and digest were changed together is used, because nobody signed it', async () => {
    const made = await donorBundle();
    const app = (filesIn(made)['app0-0x4000.bin'] ?? new Uint8Array()).map((byte) => byte ^ 1);
    const changed = (manifest: Record<string, unknown>) => {
      manifest['images'] = manifestIn(made).images.map((image) =>
        image.name === 'app0' ? { ...image, sha256: sha256Hex(app) } : image,
      );
    };
    const files = { 'app0-0x4000.bin': app };
    expect((await sound(await rewritten(made, changed, { files }))).signer).toBeNull();
    // Signed, the same is noticed.
    expect(await refusal(await rewritten(await donorBundle(SEED), changed, { files }))).toMatch(
      /^bundle-signature-wrong/,
    );
  });

  test('a file that no manifest makes a bundle is none', async () => {
    for (const data of [
      new Uint8Array(100),
      archiveOf({ 'manifest.json': new TextEncoder().encode('{"format":"sectorwise-backup"}') }),
    ])
      expect(await readBundleFile(bytesSource('a.zip', data))).toBeNull();
  });
});

describe('a bundle fits', () => {
  const board = (chip: string, count: number, size = 0x1000) => ({
    identity: { family: 'esp', chip, revision: '', key: null, facts: [] },
    layout: {
      ...DONOR.layout,
      map: { regions: DONOR.layout.map.regions.map((region) => ({ ...region, runs: [{ count, size }] })) },
    },
  });

  test.each([
    ['a board like the donor', board('ESP32', 16), null],
    ['one with more flash', board('ESP32', 64), null],
    [
      'none with less than it needs',
      board('ESP32', 12),
      'it needs at least 56 KiB of flash, and this board has 48 KiB',
    ],
    ['none with another chip', board('ESP32-S3', 16), 'it is for the ESP32, but this board is the ESP32-S3'],
    [
      'none with other erase units',
      board('ESP32', 8, 0x2000),
      'its flash is made of other erase units than that of this board',
    ],
    [
      'none without the memory',
      { ...board('ESP32', 16), layout: { ...DONOR.layout, map: { regions: [] } } },
      'it needs the memory flash, which this board does not have',
    ],
  ])('%s', async (_, own, why) => {
    expect(misfitOf((await sound(await donorBundle())).manifest, own)).toBe(why);
  });
});

test('a manifest that calls the settings of a board something else does not hide that they are replaced', async () => {
  const made = await donorBundle(null, { ...USUAL, parts: DONOR.layout.partitions });
  const moved = await rewritten(made, (manifest) => {
    manifest['partitions'] = manifestIn(made).partitions.map((each) =>
      each.name === 'nvs' ? { ...each, address: 0x3000, size: 0x1000 } : each,
    );
  });
  const identity = { family: 'esp', chip: 'ESP32', revision: '', key: null, facts: [] };
  const { brings, keeps } = factsOfBundle(await sound(moved), { identity, layout: DONOR.layout });
  expect(brings.filter(({ role }) => role === 'settings').map(({ name }) => name)).toEqual(['nvs']);
  expect(keeps.map(({ name }) => name)).not.toContain('nvs');
});
