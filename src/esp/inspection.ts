/** What reading an Espressif board gives beyond what every family gives. */
import type { Inspection } from '../flash/family.ts';
import type { Chosen } from '../flash/target.ts';
import type { AppDescription, AppHeader } from '../formats/app-header.ts';
import type { LoaderMode } from './device.ts';
import type { BootPrediction } from './predict-boot.ts';
import type { TableReading, TableRow } from './partition-table.ts';
import type { Security } from './security.ts';

/** The inspection of an Espressif board; sizes and offsets in bytes. */
export interface EspInspection extends Inspection {
  readonly esp: {
    readonly flashSize: number;
    readonly mode: LoaderMode;
    readonly security: Security;
    /** What the person chose about the way of working; what is absent stands at its default. */
    readonly chosen: Chosen;
    /** Where the chip looks for its bootloader, and that bootloader's header; null if there is none. */
    readonly bootloader: { readonly address: number; readonly header: AppHeader | null };
    /** The size that the bootloader's header claims; null if there is no bootloader. */
    readonly headerSize: number | null;
    readonly table: { readonly address: number; readonly reading: TableReading };
    /** Both records' erase units; null if there is no otadata partition. */
    readonly otadata: { readonly row: TableRow; readonly records: readonly [Uint8Array, Uint8Array] } | null;
    readonly prediction: BootPrediction<TableRow>;
    /** What the app in a partition says of itself, by the partition's offset; absent where there is no app. */
    readonly apps: ReadonlyMap<number, AppDescription>;
    /** The offsets of app partitions that hold an app: by its header, or read whole if `examined`. */
    readonly loads: ReadonlySet<number>;
    readonly examined: boolean;
    /** Whether the bootloader's and the table's places both hold what looks encrypted; the chip's fuses are not read. */
    readonly looksEncrypted: boolean;
  };
}
