/** Test support: recovery bundles that break each rule. Nothing of the app imports it. */
import { archiveOf, donorBundle, DONOR, filesIn, rewritten, SEED, USUAL } from '../bundles.ts';
import type { RuleCase } from './case.ts';
import { kindsOf } from './case.ts';
import { unpackedOf } from './unpack.ts';

async function told(bundle: Uint8Array | Promise<Uint8Array>): Promise<readonly string[]> {
  return kindsOf((await unpackedOf({ 'a.zip': await bundle })).findings);
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
  { kind: 'bundle-signed', broken: () => told(donorBundle(SEED)), mended: () => told(donorBundle()) },
  { kind: 'bundle-unsigned', broken: () => told(donorBundle()), mended: () => told(donorBundle(SEED)) },
  {
    kind: 'bundle-replaces-settings',
    also: ['bundle-signed'],
    broken: () => told(donorBundle(SEED, { ...USUAL, parts: DONOR.layout.partitions })),
    mended: () => told(donorBundle(SEED)),
  },
  { kind: 'bundle-changed', broken: () => told(changedApp()), mended: () => told(donorBundle()) },
  { kind: 'bundle-damaged', broken: () => told(without(APP)), mended: () => told(donorBundle()) },
  { kind: 'bundle-wrong', broken: () => told(changed('made', 'today')), mended: () => told(changed('name', 'a name')) },
  { kind: 'bundle-version', broken: () => told(changed('version', 2)), mended: () => told(changed('version', 1)) },
  { kind: 'bundle-signature-wrong', broken: () => told(foreignSignature()), mended: () => told(donorBundle(SEED)) },
  {
    kind: 'bundle-for-another-board',
    broken: () => told(changed('targets', [{ family: 'esp', chip: 'ESP32-C3', flash: flashOf() }])),
    mended: () => told(changed('targets', [{ family: 'esp', chip: 'ESP32', flash: flashOf() }])),
  },
  {
    kind: 'bundle-among-others',
    broken: async () => told(archiveOf({ 'a.zip': await donorBundle(SEED), 'b.txt': new Uint8Array(3) })),
    mended: () => told(donorBundle(SEED)),
  },
];

function flashOf(): unknown {
  return [{ region: 'flash', start: 0, runs: [{ count: 16, size: 0x1000 }] }];
}
