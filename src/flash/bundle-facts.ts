/** What a recovery bundle says of itself and comes to on one board, as the page shows it: plain data. */
import type { PartitionRole } from './layout.ts';

/** A partition by its name, with what it is for and its size in bytes. */
export interface NamedPart {
  readonly name: string;
  readonly role: PartitionRole;
  readonly size: number;
}

/** Who signed a bundle: the public key in lower-case hex, and its fingerprint for people; null if nobody did. */
export type BundleSigner = { readonly key: string; readonly fingerprint: string } | null;

/** A recovery bundle that is whole, and whose signature is right if it has one. */
export interface BundleFacts {
  readonly name: string;
  readonly notes: string;
  /** Milliseconds since 1970. */
  readonly made: number;
  readonly signer: BundleSigner;
  /** The boards that it fits: `ESP32 with at least 4 MiB of flash`. */
  readonly targets: readonly string[];
  /** Why it does not fit this board; null if it does. */
  readonly misfit: string | null;
  /** The partitions that it brings, and those of its layout that it leaves as they are on the board. */
  readonly brings: readonly NamedPart[];
  readonly keeps: readonly NamedPart[];
}
