/** Recovery bundles for the command line: made of what a session hands out, read and signed as files. */
import { version } from '../../package.json';
import { bundleImage } from '../backups/make-bundles.ts';
import { ed25519 } from '../bundle/ed25519.ts';
import type { BundleTools as MakingTools, SignedBundleRequest } from '../bundle/make.ts';
import { makeBundle, signBundle } from '../bundle/make.ts';
import { MANIFEST, manifestText } from '../bundle/manifest.ts';
import { fingerprintOf } from '../bundle/signature.ts';
import type { BundleTools } from '../cli/host.ts';
import { HASHES, md5Hex } from '../formats/hashes.ts';
import { readBundleFile } from '../import/bundle.ts';
import { nextTurn } from '../session/next-turn.ts';
import type { BundleFrom } from '../session/session-parts.ts';
import { soundContent } from '../storage/job-journal.ts';
import { backupId } from '../storage/records.ts';
import type { Store } from '../storage/store.ts';

/** What a session wants a bundle to be made of. */
export interface AskedBundle {
  readonly from: BundleFrom;
  readonly request: SignedBundleRequest;
}

const making = (): MakingTools => ({
  hashes: HASHES,
  app: `Sectorwise ${version}`,
  now: Date.now(),
  turn: nextTurn,
});

/** Makes it; `seed` signs it. Rejects with the `Failure`s of making one. */
export async function bundleOfAsked(
  { from, request }: AskedBundle,
  store: Store,
  seed: Uint8Array | null,
): Promise<Uint8Array> {
  if (!('backup' in from)) return makeBundle(from, request, making(), seed);
  const record = (await store.backups()).find((each) => backupId(each) === from.backup);
  if (record?.kind !== 'open') throw new RangeError('the backup that was just made is not there');
  const content = (md5: string) => soundContent(store, md5, md5Hex);
  return makeBundle(await bundleImage(record.backup, request, content), request, making(), seed);
}

/** The tools. */
export const bundleTools: BundleTools = {
  read: readBundleFile,
  sign: async ({ manifest, images }, seed) => {
    // Rewritten from what was read of it: what the manifest had besides is neither signed nor kept.
    const files = [
      { name: MANIFEST, data: manifestText(manifest) },
      ...images.map(({ file, data }) => ({ name: file, data })),
    ];
    const data = await signBundle(files, seed, making());
    return { data, fingerprint: fingerprintOf(await (await ed25519()).publicKey(seed), HASHES) };
  },
};
