/** Makes recovery bundles, and keeps the keys that they are signed with: the part of the library that is about other boards. */
import { fingerprintOf } from '../bundle/signature.ts';
import { ed25519, LARGEST_PEM, privatePem, seedInPem } from '../bundle/ed25519.ts';
import { bundleFailure } from '../bundle/failures.ts';
import type { BundleSource, SignedBundleRequest } from '../bundle/make.ts';
import { makeBundle } from '../bundle/make.ts';
import type { Hashes } from '../flash/hash.ts';
import type { Segment } from '../flash/image.ts';
import { overlaps } from '../flash/map.ts';
import { plainName } from '../flash/names.ts';
import { bytesOfHex, hexOf } from '../formats/binary.ts';
import { nextTurn } from '../session/next-turn.ts';
import type { Backup } from '../storage/records.ts';
import type { KeyStore, SigningKey } from '../storage/signing-keys.ts';

/** A key as the page shows it; `own` if its private half is here. */
export interface KeyView {
  readonly key: string;
  readonly name: string;
  readonly fingerprint: string;
  readonly own: boolean;
}

/** The intents for keys. `F` is the type in which a file is passed. */
export type KeyIntent<F = Blob> =
  /** Makes a key of the owner's own. */
  | { readonly do: 'make-key'; readonly name: string }
  /** Takes a key from a file that was exported, or made by another tool. */
  | { readonly do: 'import-key'; readonly file: F; readonly name: string }
  /** Saves a key with its private half as a file: only this takes one out of the browser. */
  | { readonly do: 'export-key'; readonly key: string }
  /** Gives a key of someone else a name, by which bundles then say who signed them. */
  | { readonly do: 'know-key'; readonly key: string; readonly name: string }
  | { readonly do: 'forget-key'; readonly key: string };

/** What the host needs: where keys are kept, hash functions, the program for manifests, and the date in ms since 1970. */
export interface BundleParts {
  readonly keys: KeyStore;
  readonly hashes: Hashes;
  readonly app: string;
  readonly now: () => number;
}

/** A file ready to be saved. */
interface MadeFile {
  readonly name: string;
  readonly data: Uint8Array;
}

/** The longest name of a key, in UTF-16 units. */
const LONGEST_KEY_NAME = 80;

/** The keys, newest first, as the page shows them. */
export async function keyViews({ keys, hashes }: Pick<BundleParts, 'keys' | 'hashes'>): Promise<readonly KeyView[]> {
  const all = await keys.all();
  return all
    .toSorted((a, b) => b.made - a.made)
    .map(({ key, name, seed }) => ({
      key,
      name,
      fingerprint: fingerprintOf(bytesOfHex(key) ?? new Uint8Array(), hashes),
      own: seed !== null,
    }));
}

/** Carries out an intent for keys; the file to be saved, if there is one. Rejects with the `Failure`s of keys and their store. */
export async function handleKey(intent: KeyIntent, parts: BundleParts): Promise<MadeFile | null> {
  const { keys, now } = parts;
  const keep = async (own: Omit<SigningKey, 'version' | 'made'>): Promise<null> => {
    const name = plainName(own.name.trim(), LONGEST_KEY_NAME) || 'My key';
    await keys.put({ ...own, version: 1, name, made: now() });
    return null;
  };
  switch (intent.do) {
    case 'make-key': {
      const { seed, key } = await (await ed25519()).generate();
      return keep({ key: hexOf(key), name: intent.name, seed });
    }
    case 'import-key': {
      const seed = await seedIn(intent.file);
      return keep({ key: hexOf(await (await ed25519()).publicKey(seed)), name: intent.name, seed });
    }
    case 'know-key': {
      const here = (await keys.all()).find(({ key }) => key === intent.key);
      return keep({ key: intent.key, name: intent.name, seed: here?.seed ?? null });
    }
    case 'forget-key':
      await keys.remove(intent.key);
      return null;
    case 'export-key': {
      const { name, seed } = await ownKey(intent.key, parts);
      const data = new TextEncoder().encode(privatePem(seed));
      return { name: `sectorwise-key-${inName(name)}.pem`, data };
    }
  }
}

/** Makes a bundle of a backup; `content` gives the bytes of a unit by their MD5. Rejects with the `Failure`s of both. */
export async function bundleOfBackup(
  backup: Backup,
  request: SignedBundleRequest,
  content: (md5: string) => Promise<Uint8Array>,
  parts: BundleParts,
): Promise<MadeFile> {
  return bundleOf(await bundleImage(backup, request, content), request, parts);
}

/** What a backup has of the chosen parts, as what a bundle is made of. Rejects as `content` does. */
export async function bundleImage(
  { board: { identity, layout }, units }: Backup,
  { parts }: Pick<SignedBundleRequest, 'parts'>,
  content: (md5: string) => Promise<Uint8Array>,
): Promise<BundleSource> {
  const image: Segment[] = [];
  for (const unit of units) {
    if (!parts.some((part) => overlaps(part, unit))) continue;
    image.push({ region: unit.region, address: unit.address, data: await content(unit.md5) });
  }
  return { of: 'board', identity, layout, image };
}

/** Makes a bundle, signed if its maker wants that. Rejects with a `Failure` of `BUNDLE_FAILURES`. */
export async function bundleOf(
  source: BundleSource,
  request: SignedBundleRequest,
  parts: BundleParts,
): Promise<MadeFile> {
  const { hashes, app, now } = parts;
  const signing = request.sign === null ? null : await ownKey(request.sign, parts);
  const tools = { hashes, app, now: now(), turn: nextTurn };
  const data = await makeBundle(source, request, tools, signing?.seed ?? null);
  return { name: `${inName(request.name) || 'recovery'}.bundle.zip`, data };
}

async function ownKey(
  wanted: string,
  { keys }: Pick<BundleParts, 'keys'>,
): Promise<SigningKey & { readonly seed: Uint8Array }> {
  const found = (await keys.all()).find(({ key }) => key === wanted);
  if (found === undefined || found.seed === null) throw bundleFailure('key-gone');
  return { ...found, seed: found.seed };
}

async function seedIn(file: Blob): Promise<Uint8Array> {
  const name = plainName(file instanceof File && file.name !== '' ? file.name : 'This file');
  const wrong = (what: string) =>
    bundleFailure('key-foreign', { values: { file: name, what }, place: { in: 'file', name } });
  if (file.size > LARGEST_PEM) throw wrong('it is too large for one');
  const seed = seedInPem(await file.text());
  if (typeof seed === 'string') throw wrong(seed);
  return seed;
}

/** A name in characters that every file system accepts. */
function inName(name: string): string {
  return name
    .replace(/[^A-Za-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 80);
}
