/** The port to what module-aware firmware puts into flash: the formats themselves are handed in. */
import type { Finding, Place } from '../../flash/finding.ts';
import type { Hashes } from '../../flash/hash.ts';

/** A module's header; `start` and `end` are addresses, its CRC of four bytes stands at `end`. */
export interface ModuleHead {
  readonly start: number;
  readonly end: number;
  readonly version: number;
  readonly platform: number;
  readonly function: number;
  readonly index: number;
  readonly dependencies: readonly { readonly function: number; readonly index: number; readonly version: number }[];
}

/** A module read whole; `length` in bytes with its CRC. */
export interface Module {
  readonly head: ModuleHead;
  readonly length: number;
  readonly sound: boolean;
  readonly unsealed: boolean;
}

/** What bytes that may be a module are. */
export type ModuleReading =
  | { readonly kind: 'not-a-module' }
  | { readonly kind: 'cut-short'; readonly head: ModuleHead; readonly findings: readonly Finding[] }
  | { readonly kind: 'module'; readonly module: Module; readonly findings: readonly Finding[] };

/** An extension's header. */
export interface ExtensionHead {
  readonly version: number;
  readonly address: number;
  readonly length: number;
}

/** An extension read whole. */
export interface Extension {
  readonly head: ExtensionHead;
  readonly length: number;
  readonly sound: boolean;
  readonly unsealed: boolean;
}

/** What bytes that may be an extension are. */
export type ExtensionReading =
  | { readonly kind: 'not-an-extension' }
  | { readonly kind: 'cut-short'; readonly head: ExtensionHead; readonly findings: readonly Finding[] }
  | { readonly kind: 'extension'; readonly extension: Extension; readonly findings: readonly Finding[] };

/** Modules and extensions: reading, checking and sealing them. */
export interface Modules {
  /** What has to be read of a place, in bytes, to see the header in it. */
  readonly headBytes: number;
  readHead(data: Uint8Array): ModuleHead | null;
  read(data: Uint8Array, hashes: Hashes, place: Place): ModuleReading;
  /** The same bytes with the checksums filled in that a linker leaves open. */
  seal(data: Uint8Array, hashes: Hashes): Uint8Array;
  nameOf(head: Pick<ModuleHead, 'function' | 'index'>): string;
  platformName(platform: number): string;
  /** Whether firmware would take what begins here for the user application, before it looks at any checksum. */
  passesUserCheck(data: Uint8Array, userStart: number, platform: number): boolean;
  readonly extension: {
    readonly headerSize: number;
    readHead(data: Uint8Array): ExtensionHead | null;
    read(data: Uint8Array, place: Place): ExtensionReading;
    seal(data: Uint8Array): Uint8Array;
  };
}

/** What firmware does with a module, by its function: module_info.h of Particle's device-os. */
export const FUNCTION = { bootloader: 2, monolithic: 3, system: 4, user: 5 } as const;
