/** Test support: recovery bundles, and builds whose list has digests, that break each rule. Nothing of the app imports it. */
import { unpackEsp } from '../../esp/import/unpack.ts';
import { source } from '../esp/archives.ts';
import { boardOf } from '../esp/placements.ts';
import { archiveOf, donorBundle, DONOR, filesIn, rewritten, SEED, USUAL } from '../bundles.ts';
import { md5Hex } from '../../formats/hashes.ts';
import type { RuleCase } from './case.ts';
import { kindsOf } from './case.ts';
import { GOOD } from './images.ts';
import { unpackedOf } from './unpack.ts';

/** What is said of a bundle on a board that is blank, so that only the bundle's own settings are replaced. */
async function reported(bundle: Uint8Array | Promise<Uint8Array>): Promise<readonly string[]> {
  const board = await boardOf(new Uint8Array(0x400000).fill(0xff));
  return kindsOf((await unpackEsp([source('a.zip', await bundle)], board)).findings);
}

const APP = 'app0-0x4000.bin';

async function without(name: string): Promise<Uint8Array> {
  const { [name]: _, ...files } = filesIn(await donorBundle());
  return archiveOf(files);
}

async function changedApp(): Promise<Uint8Array> {
  const files = filesIn(await donorBundle());
  return archiveOf({ ...files, [APP]: (files[APP] ?? new Uint8Array()).map((byte, i) => (i === 0 ? byte ^ 1 : byte)) });
}

async function foreignSignature(): Promise<Uint8Array> {
  const { 'signature.json': signature = new Uint8Array() } = filesIn(
    await donorBundle(SEED, { ...USUAL, name: 'other' }),
  );
  return archiveOf({ ...filesIn(await donorBundle()), 'signature.json': signature });
}

const changed = async (field: string, value: unknown): Promise<Uint8Array> =>
  rewritten(await donorBundle(SEED), (manifest) => (manifest[field] = value), { seed: SEED });

/** Every rule of bundles. */
export const BUNDLE_CASES: readonly RuleCase[] = [
  { kind: 'bundle-signed', broken: () => reported(donorBundle(SEED)), mended: () => reported(donorBundle()) },
  { kind: 'bundle-unsigned', broken: () => reported(donorBundle()), mended: () => reported(donorBundle(SEED)) },
  {
    kind: 'bundle-replaces-settings',
    also: ['bundle-signed'],
    broken: () => reported(donorBundle(SEED, { ...USUAL, parts: DONOR.layout.partitions })),
    mended: () => reported(donorBundle(SEED)),
  },
  { kind: 'bundle-changed', broken: () => reported(changedApp()), mended: () => reported(donorBundle()) },
  { kind: 'bundle-damaged', broken: () => reported(without(APP)), mended: () => reported(donorBundle()) },
  {
    kind: 'bundle-wrong',
    broken: () => reported(changed('made', 'today')),
    mended: () => reported(changed('name', 'a name')),
  },
  {
    kind: 'bundle-version',
    broken: () => reported(changed('version', 2)),
    mended: () => reported(changed('version', 1)),
  },
  {
    kind: 'bundle-signature-wrong',
    broken: () => reported(foreignSignature()),
    mended: () => reported(donorBundle(SEED)),
  },
  {
    kind: 'bundle-for-another-board',
    broken: () => reported(changed('targets', [{ family: 'esp', chip: 'ESP32-C3', flash: flashOf() }])),
    mended: () => reported(changed('targets', [{ family: 'esp', chip: 'ESP32', flash: flashOf() }])),
  },
  {
    kind: 'bundle-among-others',
    broken: async () => reported(archiveOf({ 'a.zip': await donorBundle(SEED), 'b.txt': new Uint8Array(3) })),
    mended: () => reported(donorBundle(SEED)),
  },
  {
    kind: 'build-file-changed',
    broken: () => meshtastic('00'.repeat(16)),
    mended: () => meshtastic(md5Hex(GOOD)),
  },
];

/** A Meshtastic list with the MD5 of its app, or another one. */
function meshtastic(md5: string): Promise<readonly string[]> {
  const list = {
    mcu: 'esp32',
    architecture: 'esp32',
    files: [{ name: 'a.bin', md5, bytes: GOOD.length, part_name: 'app0' }],
  };
  return unpackedOf({ 'a.mt.json': JSON.stringify(list), 'a.bin': GOOD }).then(({ findings }) => kindsOf(findings));
}

function flashOf(): unknown {
  return [{ region: 'flash', start: 0, runs: [{ count: 16, size: 0x1000 }] }];
}
