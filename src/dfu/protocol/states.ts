/**
 * The states of a DFU device as one table: where each request leads, and how to get a device back to dfuIDLE. DFU 1.1,
 * figure A.1 and table A.2; ST AN3156 where DfuSe differs.
 */

/** The states by their numbers on the wire. */
const NAMES = [
  'appIDLE',
  'appDETACH',
  'dfuIDLE',
  'dfuDNLOAD-SYNC',
  'dfuDNBUSY',
  'dfuDNLOAD-IDLE',
  'dfuMANIFEST-SYNC',
  'dfuMANIFEST',
  'dfuMANIFEST-WAIT-RESET',
  'dfuUPLOAD-IDLE',
  'dfuERROR',
] as const;

/** A state of a device, by its name in the specification. */
export type DfuState = (typeof NAMES)[number];

/** The state with this number; null if the specification does not define it. */
export function stateNumbered(number: number): DfuState | null {
  return NAMES[number] ?? null;
}

/** The requests that change a state. `leave` is a DNLOAD without data. */
export type StateRequest = 'dnload' | 'leave' | 'upload' | 'getstatus' | 'clrstatus' | 'abort';

/** How to get a device from a state to dfuIDLE. */
export type IdleRequest =
  | 'nothing'
  | 'abort'
  /** Clear the status, here and nowhere else: in other states, Particle would enter dfuERROR and the C5 would stall. */
  | 'clear'
  /** Ask again after the poll timeout: a command is running. */
  | 'wait'
  /** The application is running: only a detach leads to DFU mode. */
  | 'detach'
  /** The device is leaving and accepts no more requests. */
  | 'replug';

/** One row of the table. A request that is not listed stalls, and leaves the device in dfuERROR. */
export interface StateRow {
  readonly says: string;
  readonly toIdle: IdleRequest;
  readonly after: Readonly<Partial<Record<StateRequest, DfuState>>>;
}

/** Every state. `getstatus` is for the case that nothing goes wrong. */
export const DFU_STATES: Readonly<Record<DfuState, StateRow>> = {
  appIDLE: { says: 'its application runs', toIdle: 'detach', after: { getstatus: 'appIDLE' } },
  appDETACH: {
    says: 'it waits for a reset into DFU mode',
    toIdle: 'detach',
    after: { getstatus: 'appDETACH' },
  },
  dfuIDLE: {
    says: 'it is idle',
    toIdle: 'nothing',
    // DFU 1.1 stalls a leave here; DfuSe allows it (AN3156, "Leave DFU mode").
    after: {
      dnload: 'dfuDNLOAD-SYNC',
      leave: 'dfuMANIFEST-SYNC',
      upload: 'dfuUPLOAD-IDLE',
      getstatus: 'dfuIDLE',
      abort: 'dfuIDLE',
    },
  },
  'dfuDNLOAD-SYNC': {
    says: 'it holds a command that has not begun',
    toIdle: 'abort',
    after: { getstatus: 'dfuDNBUSY', abort: 'dfuIDLE' },
  },
  dfuDNBUSY: { says: 'it is busy', toIdle: 'wait', after: { getstatus: 'dfuDNLOAD-IDLE' } },
  'dfuDNLOAD-IDLE': {
    says: 'it waits for more to write',
    toIdle: 'abort',
    after: {
      dnload: 'dfuDNLOAD-SYNC',
      leave: 'dfuMANIFEST-SYNC',
      getstatus: 'dfuDNLOAD-IDLE',
      abort: 'dfuIDLE',
    },
  },
  'dfuMANIFEST-SYNC': {
    says: 'it is about to leave DFU mode',
    toIdle: 'abort',
    after: { getstatus: 'dfuMANIFEST', abort: 'dfuIDLE' },
  },
  dfuMANIFEST: { says: 'it leaves DFU mode', toIdle: 'wait', after: { getstatus: 'dfuMANIFEST' } },
  'dfuMANIFEST-WAIT-RESET': {
    says: 'it waits for a reset',
    toIdle: 'replug',
    after: { getstatus: 'dfuMANIFEST-WAIT-RESET' },
  },
  'dfuUPLOAD-IDLE': {
    says: 'it waits for more to be read',
    toIdle: 'abort',
    after: { upload: 'dfuUPLOAD-IDLE', getstatus: 'dfuUPLOAD-IDLE', abort: 'dfuIDLE' },
  },
  dfuERROR: {
    says: 'it reports an error',
    toIdle: 'clear',
    after: { getstatus: 'dfuERROR', clrstatus: 'dfuIDLE' },
  },
};

/** The state that a request leads to; null where the device stalls it and goes to dfuERROR. */
export function stateAfter(state: DfuState, request: StateRequest): DfuState | null {
  return DFU_STATES[state].after[request] ?? null;
}

/** What a status code means, in plain words: DFU 1.1, 6.1.2. */
const STATUSES: readonly (readonly [name: string, says: string])[] = [
  ['OK', 'no error'],
  ['errTARGET', 'the data is not for this device'],
  ['errFILE', 'the data failed a vendor-specific check'],
  ['errWRITE', 'the memory could not be written'],
  ['errERASE', 'the erase failed'],
  ['errCHECK_ERASED', 'the memory is not blank after erasing'],
  ['errPROG', 'the programming failed'],
  ['errVERIFY', 'the programmed data reads back differently'],
  ['errADDRESS', 'the address is out of range'],
  ['errNOTDONE', 'the data ended too early'],
  ['errFIRMWARE', 'the firmware on the board is damaged or missing'],
  ['errVENDOR', 'a vendor-specific error: on an STM32, read protection'],
  ['errUSBR', 'an unexpected USB reset'],
  ['errPOR', 'an unexpected power-on reset'],
  ['errUNKNOWN', 'an unknown error'],
  ['errSTALLEDPKT', 'the device did not expect this request'],
];

/** errVENDOR: ST's ROM reports it for everything that read protection forbids (ST AN2662, 4.4.1). */
export const ERR_VENDOR = 11;

/** A status code as words: `errVENDOR: …`. */
export function statusWords(code: number): string {
  const [name, says] = STATUSES[code] ?? [`status ${code}`, 'a code that is not in the specification'];
  return `${name}: ${says}`;
}
