/** What opening a file as a flash image comes to: a target with its family, a question, or a failure. */
import type { DfuBoard } from '../dfu/board/inspect.ts';
import type { DfuDevice } from '../dfu/protocol/device.ts';
import type { EspInspection } from '../esp/board/inspection.ts';
import type { EspDevice } from '../esp/loader/device.ts';
import type { ImageQuestion } from '../flash/image-choice.ts';
import type { FailureFacts } from '../flash/failure.ts';
import type { Family, Inspection } from '../flash/family.ts';
import type { FlashFile, Identity, Target } from '../flash/target.ts';
import type { ImageTarget } from './image-target.ts';

/**
 * A file that may be a flash image: its bytes are never changed. `facts` are added to what is shown of it; `size` is that of the file
 * where `data` was unpacked from it.
 */
export interface ImageFile {
  readonly name: string;
  readonly data: Uint8Array;
  readonly size?: number;
  readonly facts?: Identity['facts'];
}

/** The flash of an image as a target, with the family that knows its board. */
export interface ImageWithFamily<I extends Inspection, T extends Target> {
  readonly family: Family<I, T>;
  /** The same at each connection: what was written to it stays. */
  readonly device: T & { readonly file: FlashFile };
}

type Opened<K extends string, I extends Inspection, T extends Target> = ImageWithFamily<I, T> & { readonly kind: K };

/** An opened flash image, by the kind of board; or one partition of an Espressif board without the rest. */
export type OpenedImage =
  | Opened<'esp', EspInspection, EspDevice>
  | Opened<'dfu', DfuBoard, DfuDevice>
  | Opened<'partition', Inspection, ImageTarget>;

/** Gives what `use` makes of an opened image, whose family and target fit each other whichever kind it is of. */
export function withOpened<R>(
  opened: OpenedImage,
  use: <I extends Inspection, T extends Target>(image: ImageWithFamily<I, T>) => R,
): R {
  switch (opened.kind) {
    case 'esp':
      return use(opened);
    case 'dfu':
      return use(opened);
    case 'partition':
      return use(opened);
  }
}

/** An opened flash image of one kind of board. */
export type ImageOf<K extends OpenedImage['kind']> = Extract<OpenedImage, { kind: K }>;

/** What opening a file comes to. */
export type ImageOpening = OpenedImage | ImageQuestion | { readonly kind: 'failure'; readonly failure: FailureFacts };
