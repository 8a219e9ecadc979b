/** The Espressif-specific part of a board’s inspection, and what its diagnosis found. */
import type { Inspection } from '../../flash/family.ts';
import type { Finding } from '../../flash/finding.ts';
import type { Chosen } from '../../flash/target.ts';
import type { AppDescription, AppHeader } from '../../formats/app-header.ts';
import type { EspDevice, FlashAccess } from '../loader/device.ts';
import type { Connection } from '../loader/usb-ids.ts';
import type { BootPrediction } from '../boot/prediction.ts';
import type { OneByteFix } from '../partitions/one-byte.ts';
import type { TableReading, TableRow } from '../partitions/table.ts';
import type { Security } from './security.ts';
import type { Check, DiagnosisInput } from '../../flash/diagnosis.ts';

/**
 * Where the chip expects its bootloader, and what is there: an image, with its header and all its bytes (null after a glance);
 * an image that is none for this chip, with the words for it (`instead`: `an app, demo 1.0`); erased flash; something else; or unknown because
 * it cannot be read (`unseen`).
 */
export type BootloaderPlace = { readonly address: number } & (
  | { readonly holds: 'image'; readonly header: AppHeader; readonly data: Uint8Array | null }
  | { readonly holds: 'other image'; readonly instead: string; readonly header: null; readonly data: null }
  | { readonly holds: 'blank' | 'something else' | 'unseen'; readonly header: null; readonly data: null }
);

/** The inspection of an Espressif board; sizes and offsets in bytes. */
export interface EspInspection extends Inspection {
  readonly esp: {
    readonly flashSize: number;
    /** Whether the flash chip reported its size; otherwise `flashSize` is assumed, or chosen in the settings. */
    readonly sizeKnown: boolean;
    readonly mode: FlashAccess;
    readonly connection: Connection | null;
    /** Why the ROM loader is used although there is a stub; null if that is not so. */
    readonly withoutStub: EspDevice['withoutStub'];
    /** Whether the loader can read the flash at all. */
    readonly readable: boolean;
    readonly security: Security;
    /** The chosen settings; absent ones have their default. */
    readonly chosen: Chosen;
    readonly bootloader: BootloaderPlace;
    /** The flash size in the bootloader's header; null if it is invalid or there is no bootloader. */
    readonly headerSize: number | null;
    /** `fix` puts back the one byte that is changed in it; absent where the table is sound, or more than a byte is changed. */
    readonly table: { readonly address: number; readonly reading: TableReading; readonly fix?: OneByteFix };
    /** The erase units of both records; null if there is no otadata partition. */
    readonly otadata: { readonly row: TableRow; readonly records: readonly [Uint8Array, Uint8Array] } | null;
    readonly prediction: BootPrediction<TableRow>;
    /** App descriptions by partition offset; absent where there is none. */
    readonly apps: ReadonlyMap<number, AppDescription>;
    /** Offsets of the app partitions that hold an app, judged by its header, or by all its bytes once examined. */
    readonly loads: ReadonlySet<number>;
    /** The findings of each app that was read completely, by partition offset; of all others only the header was read. */
    readonly examined: ReadonlyMap<number, readonly Finding[]>;
    /** Offsets of the partitions that hold only a part of what a job was to write. */
    readonly incomplete: ReadonlySet<number>;
    /** Offsets of the partitions whose app was verified in full, erase unit by erase unit, when a job of this session wrote it. */
    readonly verified: ReadonlySet<number>;
    /** What a closer look found; absent before one was taken. */
    readonly look?: EspLook;
    /** Whether the content at the bootloader's and the table's addresses looks encrypted, although no eFuse says so. */
    readonly looksEncrypted: boolean;
    /** Whether there is an unencrypted bootloader although the eFuses say that flash encryption is on. */
    readonly plainBootloader: boolean;
  };
}

/** Whether the ROM starts the bootloader, judged by all its bytes: `unsure` where only its SHA-256 is wrong. */
export type BootloaderState = 'starts' | 'damaged' | 'unsure';

/** What one kind of check comes to. */
export interface Checked {
  readonly checks: readonly Check[];
  readonly findings: readonly Finding[];
}

/** What a closer look adds to what is known of a board. */
interface EspLook extends DiagnosisInput {
  readonly findings: readonly Finding[];
  /** Null where there is no bootloader to be judged. */
  readonly bootloader: BootloaderState | null;
}
