/** The port to the formats that module-aware firmware uses in flash; the formats themselves are handed in. */
import type { Finding, Place } from '../../flash/finding.ts';
import type { Hashes } from '../../flash/hash.ts';

/** A module's header; `start` and `end` are addresses, and its 4-byte CRC is at `end`. */
export interface ModuleHead {
  readonly start: number;
  readonly end: number;
  readonly version: number;
  readonly platform: number;
  readonly function: number;
  readonly index: number;
  readonly dependencies: readonly { readonly function: number; readonly index: number; readonly version: number }[];
}

/** A module that was read whole; `length` in bytes includes the CRC. `unsealed`: its checksums are not filled in yet. */
export interface Module {
  readonly head: ModuleHead;
  readonly length: number;
  readonly sound: boolean;
  readonly unsealed: boolean;
}

/** The result of reading bytes as a module. */
export type ModuleReading =
  | { readonly kind: 'not-a-module' }
  | { readonly kind: 'cut-short'; readonly head: ModuleHead; readonly findings: readonly Finding[] }
  | { readonly kind: 'module'; readonly module: Module; readonly findings: readonly Finding[] };

/** An extension's header; `address` is where it was linked for, `length` in bytes includes the header. */
export interface ExtensionHead {
  readonly version: number;
  readonly address: number;
  readonly length: number;
}

/** An extension that was read whole; `length` in bytes. `unsealed`: its length and CRC are not filled in yet. */
export interface Extension {
  readonly head: ExtensionHead;
  readonly length: number;
  readonly sound: boolean;
  readonly unsealed: boolean;
}

/** The result of reading bytes as an extension. */
export type ExtensionReading =
  | { readonly kind: 'not-an-extension' }
  | { readonly kind: 'cut-short'; readonly head: ExtensionHead; readonly findings: readonly Finding[] }
  | { readonly kind: 'extension'; readonly extension: Extension; readonly findings: readonly Finding[] };

/** Modules and extensions: reading, checking and sealing them. */
export interface Modules {
  /** How many bytes of a place have to be read to see a header in it. */
  readonly headBytes: number;
  readHead(data: Uint8Array): ModuleHead | null;
  read(data: Uint8Array, hashes: Hashes, place: Place): ModuleReading;
  /** A copy with the checksums filled in that a linker leaves open. */
  seal(data: Uint8Array, hashes: Hashes): Uint8Array;
  nameOf(head: Pick<ModuleHead, 'function' | 'index'>): string;
  platformName(platform: number): string;
  /** Whether the firmware would accept these bytes as the user application, before it looks at any checksum. */
  passesUserCheck(data: Uint8Array, userStart: number, platform: number): boolean;
  readonly extension: {
    readonly headerSize: number;
    readHead(data: Uint8Array): ExtensionHead | null;
    read(data: Uint8Array, place: Place): ExtensionReading;
    seal(data: Uint8Array): Uint8Array;
  };
}

/** Function numbers of modules (Particle's device-os, module_info.h). */
export const FUNCTION = { bootloader: 2, monolithic: 3, system: 4, user: 5 } as const;
