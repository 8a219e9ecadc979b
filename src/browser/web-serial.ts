/** What both ends of a Web Serial port have to know: the page, which holds it, and the device's worker, which reads from it. */

/** The names of read errors after which a port goes on with a new `readable`: any other error ends it. */
export const PASSING_READ_ERRORS: ReadonlySet<string> = new Set([
  'BufferOverrunError',
  'FramingError',
  'BreakError',
  'ParityError',
]);
