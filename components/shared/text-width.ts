/** How wide text is as an element writes it, for what is only shown where it has room. */

/** Half of the font's size for each character is about right where nothing can be measured. */
const UNMEASURED = 0.5;

/** The widths of texts in the typeface of an element, each measured once. `size` in CSS pixels. */
export class TextWidths {
  readonly #known = new Map<string, number>();

  constructor(
    private readonly element: Element,
    private readonly weight: number,
    private readonly size: number,
  ) {}

  /** The width of a text in CSS pixels. */
  of(text: string): number {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    measure ??= document.createElement('canvas').getContext('2d');
    if (measure === null) return text.length * this.size * UNMEASURED;
    measure.font = `${this.weight} ${this.size}px ${getComputedStyle(this.element).fontFamily}`;
    const { width } = measure.measureText(text);
    this.#known.set(text, width);
    return width;
  }

  /** Calls `after` once the app's own typeface is there: until then texts were measured in another one. */
  async again(after: () => void): Promise<void> {
    await document.fonts.ready;
    this.#known.clear();
    after();
  }
}

let measure: CanvasRenderingContext2D | null = null;
