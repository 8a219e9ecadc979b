/** The DFU family as the app makes it, for tests in Node and in browsers: the images of `boards.ts` need Node. */
import { DFU_PARTS, dfuFamily } from '../../dfu/all-boards.ts';

/** The parts that the app passes to the DFU family. */
export const PARTS = DFU_PARTS;
/** The DFU family as the app makes it. */
export const FAMILY = dfuFamily;
