/** The port to a device: what every driver must be able to do, whatever the chip. */
import type { Cancel } from './failure.ts';
import type { FlashMap, Range } from './map.ts';

/** The identity that a device reports. `key` distinguishes two devices; null if the device has no unique ID. */
export interface Identity {
  readonly family: string;
  readonly chip: string;
  readonly revision: string;
  readonly key: { readonly kind: 'mac'; readonly value: string } | null;
  /** Further facts to show, in order: crystal, features, flash id … */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  /** The file that the flash is in, with its size in bytes; `partition`: it is of one partition only. Absent for a device. */
  readonly file?: { readonly name: string; readonly size: number; readonly partition?: true };
}

/** What the target of a flash image has, and no device: the flash is in memory, and is saved as a file on request. */
export interface FlashFile {
  /** The erase units that differ from the file as it was opened, in order. */
  changed(): readonly Range[];
  /** Whether everything that differs was saved. */
  readonly isSaved: boolean;
  /** True where a part of it is of no use by itself, so that only all of it is saved. */
  readonly onlyWhole?: true;
  /** The whole flash as it is now, or only what differs, as a file; it then counts as saved. */
  save(what: 'image' | 'changes'): Promise<{ readonly name: string; readonly data: Uint8Array }>;
}

/** How fast a device works, for estimates; measured where possible, otherwise typical. */
export interface Pace {
  /** For content that compresses as firmware usually does, where it is sent compressed. */
  readonly writeBytesPerSecond: number;
  /** How fast compressed bytes travel, and how fast the flash takes unpacked ones; absent where they are sent as they are. */
  readonly packed?: { readonly wireBytesPerSecond: number; readonly flashBytesPerSecond: number };
  readonly readBytesPerSecond: number;
  readonly digestBytesPerSecond: number;
  /** The overhead of each stretch beyond its bytes, in ms. */
  readonly stretchMs: number;
}

/** The pace of a device whose time passes so many times as fast as that of silicon: a virtual one. */
export function paceAt(times: number, { writeBytesPerSecond: write, packed, ...pace }: Pace): Pace {
  return {
    writeBytesPerSecond: write * times,
    ...(packed !== undefined && {
      packed: {
        wireBytesPerSecond: packed.wireBytesPerSecond * times,
        flashBytesPerSecond: packed.flashBytesPerSecond * times,
      },
    }),
    readBytesPerSecond: pace.readBytesPerSecond * times,
    digestBytesPerSecond: pace.digestBytesPerSecond * times,
    stretchMs: pace.stretchMs / times,
  };
}

/** How much faster than reading digests have to be before several are worth asking for instead. */
const WORTH = 4;

/** Whether digests are so cheap beside reading that they are asked for wherever they may spare some of it. */
export function digestsSpareReading({ digestBytesPerSecond, readBytesPerSecond }: Pace): boolean {
  return digestBytesPerSecond >= readBytesPerSecond * WORTH;
}

/** How far beside its writes a target is checked. */
export interface Bounds {
  /** Bytes on each side of a write that are compared before and after. */
  readonly reach: number;
  /** Whether the loader is known to write only what was requested. If not, the bytes within `reach` are kept first. */
  readonly exact: boolean;
  /** Compare after each stretch, before the next is written, and not only at the end. */
  readonly eachStretch: boolean;
  /** Compare the whole flash at the end. */
  readonly whole: boolean;
}

/** The default bounds of a target: 64 KiB is the largest block that a loader erases at once. */
export const USUAL_BOUNDS: Bounds = { reach: 0x10000, exact: true, eachStretch: false, whole: false };

/** Options of a long command. `onBytes` reports how many bytes are done so far. */
export interface Watch {
  readonly cancel: Cancel;
  readonly onBytes?: (done: number) => void;
}

/**
 * Hears how many bytes of work are done and how many there are; a total that is not known yet is 0, and may grow. `share` is how much
 * of its time that is, 0 to 1, where some bytes take longer than others.
 */
export type OnProgress = (done: number, total: number, share?: number) => void;

/** Options of a rewrite. */
export interface RewriteOptions {
  /** Left erased for a later `commit`. */
  readonly deferred?: Range;
  /** The device encrypts the content with its own key while writing. */
  readonly encrypt?: boolean;
}

/**
 * How a restarted device is listened to: its output goes to `onText` until `done` returns true, nothing arrives for `ms`, or
 * `cancel` ends the listening, which is no failure.
 */
export interface ListenOptions {
  onText(text: string): void;
  done(): boolean;
  readonly ms: number;
  readonly cancel: Cancel;
}

/**
 * A connected device. Every method may throw a `Failure` and nothing else. `read` and `digest` are absent where the device does
 * not allow them (Secure Download Mode, read protection): nothing can be verified then, and nothing is called verified.
 */
export interface Target {
  identify(): Promise<Identity>;
  readMap(): Promise<FlashMap>;
  read?(range: Range, watch: Watch): Promise<Uint8Array>;
  /** Whether the device digests what it sends, and `read` compares: what it returns needs no other proof. */
  readonly readsProved?: boolean;
  /** The MD5 of a range (hex), computed on the device; `watch` can cancel it. */
  digest?(range: Range, watch?: Watch): Promise<string>;
  /** The most bytes to be digested in one command so that a stop, which waits for it, takes effect in time; any number if absent. */
  readonly mostDigested?: number;
  /**
   * Erases and programs whole erase units. Between the call and a matching digest their content is unknown, whatever is thrown but a
   * failure that is `unsent`; so it is with `commit`.
   */
  rewrite(range: Range, content: Uint8Array, watch: Watch & RewriteOptions): Promise<void>;
  /** Programs a deferred range; its cells must still be erased. */
  commit?(range: Range, data: Uint8Array): Promise<void>;
  /**
   * Restarts the device and listens to it, where it has output; it is never left in reset. Absent where nothing can start: a flash image
   * in a file.
   */
  restart?(listen: ListenOptions): Promise<void>;
  /** Present where nothing that the device prints arrives here once it has restarted: nothing is listened to, and no cancel ends that. */
  readonly noOutput?: true;
  /**
   * Removes the protection of the whole device, which erases everything on it and then restarts; resolves once the device is gone.
   * A pulled cable looks the same, so what became of it is known only when the device is read again. Absent where there is
   * nothing to remove or it cannot be removed.
   */
  unlock?(): Promise<void>;
  /** Closes the port and leaves the device as it is. */
  close(): Promise<void>;
  pace(): Pace;
  /** Absent: `USUAL_BOUNDS`. */
  bounds?(): Bounds;
  /**
   * Applies the user's settings: values by `Setting` id; unknown ids are ignored. A cancel ends it with a `Failure`: of kind
   * `stopped` if the device is as usable as before, otherwise `lost`.
   */
  tune?(chosen: Chosen, cancel?: Cancel): Promise<Tuned>;
  /** Present for a flash image in a file, and absent for a device. */
  readonly file?: FlashFile;
}

/** Whether a choice is in force, or parts of it take effect only after reconnecting. */
export type Tuned = 'in-force' | 'next-connection';

/** The user's choices by setting id; absent ones are at their default. */
export type Chosen = Readonly<Record<string, string>>;
