/** What is asked of a person who opens a file as a flash image, and what they answer, as plain data. */

/**
 * What a person knows that the file does not say: the chip (`ESP32-S3`), the board (an id of flash-image/dfu-boards.ts), the size of
 * the flash in bytes.
 */
export interface ImageChoice {
  readonly chip?: string;
  readonly board?: string;
  readonly flashSize?: number;
}

/** The answer to a question that a person can give. */
export interface ImageOption {
  readonly name: string;
  readonly choice: ImageChoice;
}

/** A file that may be a flash image of several chips or boards: `says` is why, `options` are never empty. */
export interface ImageQuestion {
  readonly kind: 'question';
  readonly asks: 'chip' | 'board' | 'chip or board';
  readonly says: string;
  readonly options: readonly ImageOption[];
}
