/** What a board prints without the colours that ESP-IDF 4.4 to 5.1 puts around each line (esp_log.h, LOG_COLOR). */

const ESCAPE = String.fromCharCode(27);
const COLOUR = new RegExp(`${ESCAPE}\\[[0-9;]*m`, 'g');
/** What may become a colour with the text that is still to come. */
const BEGUN = new RegExp(`${ESCAPE}(?:\\[[0-9;]*)?$`);

/** Takes ANSI colours out of text that comes in pieces. */
export class Uncoloured {
  #begun = '';

  /** The text of a piece; a colour that the piece ends in is held back until it is whole. */
  push(piece: string): string {
    const text = (this.#begun + piece).replaceAll(COLOUR, '');
    this.#begun = BEGUN.exec(text)?.[0] ?? '';
    return text.slice(0, text.length - this.#begun.length);
  }
}
