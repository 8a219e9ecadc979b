/** The keys that recovery bundles are signed with, and those of others that their owner knows by name. */
import type { Database } from './database.ts';

/** A key: of the browser's owner with its private half, of someone else without it. Both halves have 32 bytes. */
export interface SigningKey {
  readonly version: 1;
  /** The public half in lower-case hex. */
  readonly key: string;
  /** What the owner of this browser calls it. */
  readonly name: string;
  /** The private half; null for a key of someone else. */
  readonly seed: Uint8Array | null;
  /** Milliseconds since 1970. */
  readonly made: number;
}

/** The keys by their public halves. Every call rejects with a `Failure` of the store where the browser does not keep them. */
export interface KeyStore {
  all(): Promise<readonly SigningKey[]>;
  /** Keeps a key in place of the one with the same public half. */
  put(key: SigningKey): Promise<void>;
  remove(key: string): Promise<void>;
}

/** Keys in memory, which last as long as the tab. */
export function memoryKeys(): KeyStore {
  const kept = new Map<string, SigningKey>();
  return {
    all: () => Promise.resolve([...kept.values()]),
    put: (key) => {
      kept.set(key.key, key);
      return Promise.resolve();
    },
    remove: (key) => {
      kept.delete(key);
      return Promise.resolve();
    },
  };
}

/** Keys in the browser's database. */
export function browserKeys(database: Database): KeyStore {
  return {
    all: async () => {
      const kept: readonly unknown[] = await database.read(['keys'], (tx) => tx.objectStore('keys').getAll());
      // Records of another version may have any shape: those are neither used nor changed.
      return kept.filter(isSigningKey);
    },
    put: async (key) => {
      const { seed, ...own } = key;
      const record = { ...own, seed: seed === null ? null : new Uint8Array(seed) };
      await database.write(['keys'], 'strict', (tx) => tx.objectStore('keys').put(record, key.key));
    },
    remove: (key) => database.write(['keys'], 'relaxed', (tx) => tx.objectStore('keys').delete(key)),
  };
}

function isSigningKey(value: unknown): value is SigningKey {
  if (typeof value !== 'object' || value === null) return false;
  const { version, key, name, seed, made }: { readonly [K in keyof SigningKey]?: unknown } = value;
  return (
    version === 1 &&
    typeof key === 'string' &&
    /^[0-9a-f]{64}$/.test(key) &&
    typeof name === 'string' &&
    (seed === null || (seed instanceof Uint8Array && seed.length === 32)) &&
    typeof made === 'number'
  );
}
