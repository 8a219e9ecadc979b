/** What both ends of a Web Serial port need: the page, which holds it, and the device worker, which reads from it. */

/** The names of read errors after which a port continues with a new `readable`; any other error ends it. */
export const PASSING_READ_ERRORS: ReadonlySet<string> = new Set([
  'BufferOverrunError',
  'FramingError',
  'BreakError',
  'ParityError',
]);
