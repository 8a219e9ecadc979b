/** The port to a device: what a driver must be able to do, whatever the chip. */
import type { Cancel } from './failure.ts';
import type { FlashMap, Range } from './map.ts';

/** Who a device says it is. `key` tells two devices apart and is null where nothing on the device can. */
export interface Identity {
  readonly family: string;
  readonly chip: string;
  readonly revision: string;
  readonly key: { readonly kind: 'mac'; readonly value: string } | null;
  /** Further facts to show, in order: crystal, features, flash id … */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
}

/** How fast a device takes work, for estimates; measured where it can be, else typical. */
export interface Pace {
  readonly writeBytesPerSecond: number;
  readonly readBytesPerSecond: number;
  readonly digestBytesPerSecond: number;
  /** What each stretch costs besides its bytes, in ms. */
  readonly stretchMs: number;
}

/** How far beside its writes a target has to be watched. */
export interface Bounds {
  /** Bytes on each side of a write that are compared before and after. */
  readonly reach: number;
  /** Whether the loader is known to write nothing but what it is told. If not, the bytes within `reach` are kept first. */
  readonly exact: boolean;
  /** Compare after each stretch, before the next is written, and not only at the end. */
  readonly eachStretch: boolean;
  /** Compare the whole flash at the end. */
  readonly whole: boolean;
}

/** The bounds of a target that has none of its own: 64 KiB is the largest block that a loader erases in one go. */
export const USUAL_BOUNDS: Bounds = { reach: 0x10000, exact: true, eachStretch: false, whole: false };

/** Wishes of the caller that reach into a long command. `onBytes` tells how many bytes are done so far. */
export interface Watch {
  readonly cancel: Cancel;
  readonly onBytes?: (done: number) => void;
}

/** How a rewrite departs from the plain one. */
export interface RewriteOptions {
  /** Left erased, for a later `commit`. */
  readonly deferred?: Range;
  /** The device is to encrypt the content with its own key on the way into the flash. */
  readonly encrypt?: boolean;
}

/**
 * A connected device. Every method may throw a `Failure` and nothing else. `read` and `digest` are absent where the
 * device cannot answer (secure download mode, read protection): then nothing can be proved, and nobody says otherwise.
 */
export interface Target {
  identify(): Promise<Identity>;
  readMap(): Promise<FlashMap>;
  read?(range: Range, watch: Watch): Promise<Uint8Array>;
  /** The MD5 of a range, hex, computed on the device; a `watch` can end it early. */
  digest?(range: Range, watch?: Watch): Promise<string>;
  /**
   * Erases and programs whole erase units. Between the call and a matching digest the content of those units is
   * unknown, whatever is thrown.
   */
  rewrite(range: Range, content: Uint8Array, watch: Watch & RewriteOptions): Promise<void>;
  /** Programs a held-back range, into still-erased cells only. */
  commit?(range: Range, data: Uint8Array): Promise<void>;
  /** Lets the device go and start; what it prints goes to `onText` until `done` says enough or nothing came for `ms`. */
  restart(listen: { onText(text: string): void; done(text: string): boolean; readonly ms: number }): Promise<void>;
  /** Lets the port go. The device stays as it is. */
  close(): Promise<void>;
  pace(): Pace;
  /** Absent: `USUAL_BOUNDS`. */
  bounds?(): Bounds;
  /**
   * Takes up what a person chose about the way of working: values of `Setting`s by their ids, those it knows. A cancel
   * ends it in a `Failure`: of kind `stopped` where the device is as usable as before, else `lost`.
   */
  tune?(chosen: Chosen, cancel?: Cancel): Promise<Tuned>;
}

/** Whether a choice is in force, or some of it only once the device is connected anew. */
export type Tuned = 'in-force' | 'next-connection';

/** What a person chose, by the ids of settings; what is absent stands at its default. */
export type Chosen = Readonly<Record<string, string>>;
