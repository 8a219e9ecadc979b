/** What reading an Espressif board gives beyond what every family gives. */
import type { Inspection } from '../../flash/family.ts';
import type { Finding } from '../../flash/finding.ts';
import type { Chosen } from '../../flash/target.ts';
import type { AppDescription, AppHeader } from '../../formats/app-header.ts';
import type { EspDevice, LoaderMode } from '../loader/device.ts';
import type { BootPrediction } from '../boot/prediction.ts';
import type { TableReading, TableRow } from '../partitions/table.ts';
import type { Security } from './security.ts';

/**
 * Where the chip looks for its bootloader, and what is there: an image, of which header and all bytes were read; erased
 * flash; something else; or nobody could look.
 */
export type BootloaderPlace = { readonly address: number } & (
  | { readonly holds: 'image'; readonly header: AppHeader; readonly data: Uint8Array }
  | { readonly holds: 'blank' | 'something else' | 'unseen'; readonly header: null; readonly data: null }
);

/** The inspection of an Espressif board; sizes and offsets in bytes. */
export interface EspInspection extends Inspection {
  readonly esp: {
    readonly flashSize: number;
    /** Whether the flash chip itself told its size; if not, it is assumed, or what the person named. */
    readonly sizeKnown: boolean;
    readonly mode: LoaderMode;
    /** Why the chip's own loader does the work where its stub could; null where that is not so. */
    readonly withoutStub: EspDevice['withoutStub'];
    /** Whether the loader reads the flash at all. */
    readonly readable: boolean;
    readonly security: Security;
    /** What the person chose about the way of working; what is absent stands at its default. */
    readonly chosen: Chosen;
    readonly bootloader: BootloaderPlace;
    /** The size that the bootloader's header claims; null if there is no bootloader. */
    readonly headerSize: number | null;
    readonly table: { readonly address: number; readonly reading: TableReading };
    /** Both records' erase units; null if there is no otadata partition. */
    readonly otadata: { readonly row: TableRow; readonly records: readonly [Uint8Array, Uint8Array] } | null;
    readonly prediction: BootPrediction<TableRow>;
    /** What the app in a partition says of itself, by the partition's offset; absent where there is no app. */
    readonly apps: ReadonlyMap<number, AppDescription>;
    /** The offsets of app partitions that hold an app: by its header, or read whole if they were examined. */
    readonly loads: ReadonlySet<number>;
    /** What was found in the apps when they were read whole; null while only their headers were. */
    readonly examined: readonly Finding[] | null;
    /** Whether the bootloader's and the table's places hold what looks encrypted, although no fuse says that it is. */
    readonly looksEncrypted: boolean;
    /** Whether a plain bootloader lies where the fuses say that the chip reads ciphertext. */
    readonly plainBootloader: boolean;
  };
}
