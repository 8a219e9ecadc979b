/** Messages between the page and its two workers. Ports and bytes are transferred, everything else is copied. */
import type { EncodedState } from './state-codec.ts';
import type { LibraryIntent, LibraryView } from '../backups/library-view.ts';
import type { ContentsView } from '../session/contents/contents-viewer.ts';
import type { ImageChoice, ImageQuestion } from '../flash/image-choice.ts';
import type { PageIntent, PickedFile } from '../session/intents.ts';

/** The link to a board: Web Serial or WebUSB. */
export type LinkKind = 'serial' | 'usb';

/** A way to a flash: over a link, or as the bytes of a file. */
export type FlashOrigin = LinkKind | 'image';

/**
 * From the page to the device worker. `port` is the far end of a served `SerialPort` or `USBDevice`; `again`: the same board as
 * before is expected.
 */
export type ToDevice =
  | {
      readonly kind: 'connect';
      readonly link: LinkKind;
      readonly port: MessagePort;
      readonly again: boolean;
      /** Whether the board is virtual: reports say so. */
      readonly virtual: boolean;
      /** How many times as fast as silicon it is; 1 for a real board. */
      readonly speed: number;
    }
  /** Open a file as a flash image; `choice` answers an `image-question` that was asked about it. */
  | { readonly kind: 'open-image'; readonly file: PickedFile; readonly choice: ImageChoice }
  | { readonly kind: 'intent'; readonly intent: PageIntent }
  | { readonly kind: 'library'; readonly intent: LibraryIntent }
  /** What the browser stores for this page may have changed: it has answered whether it will keep it. */
  | { readonly kind: 'storage-answered' }
  /** Asks whether the worker still answers. */
  | { readonly kind: 'beat' };

/**
 * From the device worker to the page: the session state, the backups and what is in them, files to save, and what it has to know of a
 * flash image.
 */
export type FromDevice =
  | { readonly kind: 'state'; readonly parcel: EncodedState }
  | { readonly kind: 'library'; readonly view: LibraryView }
  /** What is opened of a backup; null if nothing is. */
  | { readonly kind: 'looked'; readonly view: ContentsView | null }
  /** `ticket` is that of the intent which asked for it. */
  | { readonly kind: 'file'; readonly name: string; readonly data: Uint8Array<ArrayBuffer>; readonly ticket?: number }
  /** A file does not say which chip or board its flash is of. */
  | { readonly kind: 'image-question'; readonly question: ImageQuestion }
  | { readonly kind: 'beat' };

/** From the page to the worker of a virtual board. `speed` is how many times faster than silicon it runs. */
export type ToBoard =
  | { readonly kind: 'make'; readonly id: string; readonly speed: number }
  | { readonly kind: 'serve'; readonly port: MessagePort }
  /** The far end of what was served has ended without closing it; answered with `released`. */
  | { readonly kind: 'release' }
  | { readonly kind: 'cable'; readonly plugged: boolean }
  | { readonly kind: 'look' };

/**
 * From the worker of a virtual board: what `look` shows, that what was served is released, and whether what this browser keeps of
 * the board differs from a new one.
 */
export type FromBoard =
  VirtualBoardState | { readonly kind: 'released' } | { readonly kind: 'kept'; readonly changed: boolean };

/** The inspectable state of a virtual board: its whole flash now and before its last start, and its wear. */
export interface VirtualBoardState {
  readonly kind: 'seen';
  readonly flash: Uint8Array;
  readonly beforeStart: Uint8Array | null;
  readonly erases: number;
  readonly violations: number;
}
