/** What an index says of an image that a real library wrote; see `npm run vectors`. */

/** A record of an index. Sizes in bytes; the partition may be larger than its image. */
export interface VectorRecord {
  readonly file: string;
  readonly truth: string;
  readonly kind: string;
  readonly size: number;
  readonly params?: { readonly partitionSize?: number };
  readonly keyPartition?: string;
  /** The same partition after the library has mounted and read it. */
  readonly afterMount?: string;
}

/** The folder of the images, from the project's: bundled scripts read them too. */
export const VECTORS = 'src/testing/contents/vectors';
