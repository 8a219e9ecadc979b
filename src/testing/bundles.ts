/** Recovery bundles for tests: made of a small made-up flash of an ESP32, and changed by hand. */
import { unzipSync, zipSync } from 'fflate';
import { makeBundle } from '../bundle/make.ts';
import type { BundleSource, BundleTools, BundleRequest } from '../bundle/make.ts';
import type { BundleManifest } from '../bundle/manifest.ts';
import { signatureFile } from '../bundle/signature.ts';
import type { Partition } from '../flash/layout.ts';
import { hexOf } from '../formats/binary.ts';
import { HASHES } from '../formats/hashes.ts';

/** Private keys of two people, and nobody's secret. */
export const SEED = Uint8Array.from({ length: 32 }, (_, i) => (i * 7 + 3) & 0xff);
/** See `SEED`. */
export const OTHER_SEED = SEED.map((byte) => byte ^ 0x5a);

/** What test bundles are made with. */
export const BUNDLE_TOOLS: BundleTools = {
  hashes: HASHES,
  app: 'Sectorwise 0.1.0',
  now: Date.UTC(2026, 10, 28, 20, 0),
  turn: () => Promise.resolve(),
};

const partition = (name: string, role: Partition['role'], type: string, address: number, size: number): Partition => ({
  region: 'flash',
  name,
  role,
  type,
  address,
  size,
});

/** The flash of a donor: 64 KiB, with settings, an app that fills half of its slot, and files. */
export const DONOR_FLASH = Uint8Array.from({ length: 0x10000 }, (_, i) =>
  i >= 0x6000 && i < 0xa000 ? 0xff : (i * 31 + (i >> 8)) & 0xff,
);

/** The donor, as what a bundle is made of. */
export const DONOR: BundleSource = {
  of: 'board',
  identity: { family: 'esp', chip: 'ESP32' },
  layout: {
    map: {
      regions: [
        {
          id: 'flash',
          name: 'Flash',
          start: 0,
          runs: [{ count: 16, size: 0x1000 }],
          access: { read: true, erase: true, write: true },
        },
      ],
    },
    partitions: [
      partition('nvs', 'settings', 'data, nvs', 0x1000, 0x2000),
      partition('app0', 'app', 'app, ota_0', 0x4000, 0x6000),
      partition('fs', 'files', 'data, littlefs', 0xa000, 0x4000),
    ],
    guards: [],
    ciphered: [],
  },
  image: [{ region: 'flash', address: 0, data: DONOR_FLASH }],
};

/** Everything but the settings. */
export const USUAL: BundleRequest = {
  name: 'demo 1.0',
  notes: 'For boards of the first series.',
  parts: DONOR.layout.partitions.filter(({ role }) => role !== 'settings'),
};

/** The bundle of the donor, unsigned or signed. */
export function donorBundle(seed: Uint8Array | null = null, request: BundleRequest = USUAL): Promise<Uint8Array> {
  return makeBundle(DONOR, request, BUNDLE_TOOLS, seed);
}

/** The files of an archive, by name. */
export function filesIn(archive: Uint8Array): Record<string, Uint8Array> {
  return unzipSync(archive);
}

/** An archive of these files. */
export function archiveOf(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  return zipSync(files, { mtime: '2026-01-05T10:00:00Z' });
}

/** A bundle with its manifest changed, and with everything that its digests and signature say made right again on demand. */
export async function rewritten(
  bundle: Uint8Array,
  change: (manifest: Record<string, unknown>) => void,
  {
    seed = null,
    files = {},
  }: { readonly seed?: Uint8Array | null; readonly files?: Readonly<Record<string, Uint8Array>> } = {},
): Promise<Uint8Array> {
  const own = { ...filesIn(bundle), ...files };
  const manifest: Record<string, unknown> = JSON.parse(new TextDecoder().decode(own['manifest.json']));
  change(manifest);
  const text = new TextEncoder().encode(JSON.stringify(manifest));
  const signature = seed === null ? {} : { 'signature.json': await signatureFile(text, seed) };
  return archiveOf({ ...own, 'manifest.json': text, ...signature });
}

/** The manifest of a bundle. */
export function manifestIn(bundle: Uint8Array): BundleManifest {
  return JSON.parse(new TextDecoder().decode(filesIn(bundle)['manifest.json']));
}

/** A SHA-256 as manifests have it. */
export const sha256Hex = (data: Uint8Array): string => hexOf(HASHES.sha256(data));
