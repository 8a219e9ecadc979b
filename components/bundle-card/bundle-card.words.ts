/** A recovery bundle in words: who signed it, what it brings, what stays. Pure; the card shows it. */
import type { KeyView } from '../../src/backups/make-bundles.ts';
import type { BundleFacts, NamedPart } from '../../src/flash/bundle-facts.ts';
import type { PartitionRole } from '../../src/flash/layout.ts';

/** Roles as people name what is there; empty where the partition’s name says it. */
const HELD: Readonly<Record<PartitionRole, string>> = {
  boot: '',
  table: '',
  'boot-choice': 'what starts',
  app: 'app',
  settings: 'settings',
  files: 'files',
  data: 'data',
  protected: 'protected',
};

/** A partition with what it holds: `nvs (settings)`. */
function partWords({ name, role }: Pick<NamedPart, 'name' | 'role'>): string {
  return HELD[role] === '' ? name : `${name} (${HELD[role]})`;
}

/** Partitions in a list, or `nothing`. */
export function listWords(parts: readonly NamedPart[]): string {
  return parts.length === 0 ? 'nothing' : parts.map(partWords).join(', ');
}

/** Who signed a bundle, as far as this browser knows. */
export type SignerKnown =
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'unknown'; readonly fingerprint: string; readonly key: string }
  | { readonly kind: 'known'; readonly name: string; readonly own: boolean; readonly fingerprint: string };

/** Looks a signer up among the keys that this browser knows. */
export function knownSigner({ signer }: Pick<BundleFacts, 'signer'>, keys: readonly KeyView[]): SignerKnown {
  if (signer === null) return { kind: 'unsigned' };
  const known = keys.find(({ key }) => key === signer.key);
  const { fingerprint } = signer;
  return known === undefined
    ? { kind: 'unknown', fingerprint, key: signer.key }
    : { kind: 'known', name: known.name, own: known.own, fingerprint };
}
