/** DFU devices that lie in what they answer: states, times, data, and proofs. */
import type { HostileCase, Limits } from './case.ts';
import type { DfuJourney, HostileDevice } from './dfu-journey.ts';
import { dfuJourney } from './dfu-journey.ts';
import type { ClassRequest, Tampering } from './tampered-usb.ts';
import { never, REQUEST, statusOf, tampered } from './tampered-usb.ts';

/** States of DFU 1.1, 6.1.2. */
const STATE = { appIdle: 0, idle: 2, busy: 4, downloadIdle: 5, manifestWait: 8, error: 10 } as const;
const ERASE = 0x41;
const SET_ADDRESS = 0x21;
/** Poll times have 24 bits: four and a half hours. */
const LONGEST_POLL = 0xffffff;
const FIRST_BLOCK = 2;
const TRANSFER = 2048;

interface Answers {
  readonly name: string;
  readonly attacks: string;
  readonly comes: string | RegExp;
  /** Recreated for each run: it may remember what it was sent. */
  readonly device: () => HostileDevice;
  readonly journey?: DfuJourney;
  readonly limits?: Partial<Limits>;
  readonly long?: true;
}

const isErase = ({ request, value, data }: ClassRequest) =>
  request === REQUEST.download && value === 0 && data[0] === ERASE;
const isWrite = ({ request, value, data }: ClassRequest) =>
  request === REQUEST.download && value >= FIRST_BLOCK && data.length > 0;
const isRead = ({ request, value }: ClassRequest) => request === REQUEST.upload && value >= FIRST_BLOCK;
const isStatus = ({ request }: ClassRequest) => request === REQUEST.getStatus;

/** Answers one kind of request in its own way, and all others truly. */
function on(
  is: (asked: ClassRequest) => boolean,
  answer: (
    asked: ClassRequest,
    pass: () => Promise<Uint8Array | null>,
  ) => Promise<Uint8Array | null> | Uint8Array | null,
): () => Tampering {
  return () => ({ answer: async (asked, pass) => (is(asked) ? answer(asked, pass) : pass()) });
}

/** The same, from the first erase on. */
function afterErase(
  is: (asked: ClassRequest) => boolean,
  answer: (
    asked: ClassRequest,
    pass: () => Promise<Uint8Array | null>,
  ) => Promise<Uint8Array | null> | Uint8Array | null,
): () => Tampering {
  return () => {
    let erased = false;
    return {
      answer: async (asked, pass) => {
        erased ||= isErase(asked);
        return erased && is(asked) ? answer(asked, pass) : pass();
      },
    };
  };
}

/** A status of every answer changed. */
const status = (change: (bytes: Uint8Array) => Uint8Array): (() => Tampering) =>
  afterErase(isStatus, async (_, pass) => change((await pass()) ?? new Uint8Array(6)));

/** Acknowledges one kind of request, is busy once, and does nothing. */
function pretends(is: (asked: ClassRequest) => boolean): () => Tampering {
  return () => {
    let pending = 0;
    return {
      answer: async (asked, pass) => {
        if (is(asked)) pending = 2;
        else if (!isStatus(asked) || pending === 0) return pass();
        return is(asked) ? new Uint8Array() : statusOf(--pending === 1 ? STATE.busy : STATE.downloadIdle);
      },
    };
  };
}

/** A device that keeps what it is sent, by address, and never touches its flash. */
function keeper(read: (kept: Map<number, Uint8Array>, address: number, last: Uint8Array) => Uint8Array | null) {
  return (): Tampering => {
    const kept = new Map<number, Uint8Array>();
    let [address, last, pending]: [number, Uint8Array, number] = [0, new Uint8Array(), 0];
    return {
      answer: async (asked, pass) => {
        const { request, value, data } = asked;
        if (request === REQUEST.download && value === 0 && data[0] === SET_ADDRESS) {
          address = new DataView(data.buffer, data.byteOffset).getUint32(1, true);
        }
        const at = address + (value - FIRST_BLOCK) * TRANSFER;
        if (isErase(asked)) {
          address = new DataView(data.buffer, data.byteOffset).getUint32(1, true);
          for (let each = 0; each < 0x20000; each += TRANSFER)
            kept.set(address + each, new Uint8Array(TRANSFER).fill(0xff));
          pending = 2;
          return new Uint8Array();
        }
        if (isWrite(asked)) {
          last = data.slice();
          kept.set(at, last);
          pending = 2;
          return new Uint8Array();
        }
        if (isStatus(asked) && pending > 0) return statusOf(--pending === 1 ? STATE.busy : STATE.downloadIdle);
        if (isRead(asked)) return read(kept, at, last) ?? pass();
        return pass();
      },
    };
  };
}

/** One standard or class request stalled, always. */
const stalls = (request: number) =>
  on(
    (asked) => asked.request === request,
    () => null,
  );

const DEVICES: readonly Answers[] = [
  {
    name: 'busy for ever after an erase',
    attacks: 'waiting: a state that is polled without an end',
    comes: 'failed refused dfu-stuck-busy',
    device: status(() => statusOf(STATE.busy, 0, 10)),
  },
  {
    name: 'busy for ever, with a poll time of four and a half hours',
    attacks: 'waiting: a time that the device chooses',
    comes: 'failed refused dfu-stuck-busy',
    device: status(() => statusOf(STATE.busy, 0, LONGEST_POLL)),
  },
  {
    name: 'busy for ever, with a poll time of 0',
    attacks: 'waiting: polling without a pause takes the whole processor',
    comes: 'failed refused dfu-stuck-busy',
    device: status(() => statusOf(STATE.busy, 0, 0)),
  },
  {
    name: 'a poll time of four and a half hours in every answer',
    attacks: 'waiting: done after one poll, and slept through all the same',
    comes: 'verified',
    device: on(isStatus, async (_, pass) => {
      const bytes = (await pass()) ?? new Uint8Array(6);
      return bytes.map((byte, i) => (i > 0 && i < 4 ? 0xff : byte));
    }),
  },
  {
    name: 'a status of three bytes',
    attacks: 'link: reading behind the end of an answer',
    comes: 'failed refused dfu-bad-answer',
    device: status((bytes) => bytes.slice(0, 3)),
  },
  {
    name: 'a status of no bytes',
    attacks: 'link: an answer without any data',
    comes: 'failed refused dfu-bad-answer',
    device: status(() => new Uint8Array()),
  },
  {
    name: 'a status of 4,096 bytes',
    attacks: 'link: more than was asked for',
    comes: 'verified',
    device: status((bytes) => Uint8Array.from({ length: 4096 }, (_, i) => bytes[i] ?? 0xff)),
  },
  {
    name: 'state 255',
    attacks: 'states: a table that is read behind its end',
    comes: 'failed refused dfu-unknown-state',
    device: status(() => statusOf(255)),
  },
  {
    name: 'status 255 in dfuERROR',
    attacks: 'states: an error without words',
    comes: 'failed refused dfu-refused',
    device: status(() => statusOf(STATE.error, 255)),
  },
  {
    name: 'dfuMANIFEST-WAIT-RESET after an erase',
    attacks: 'states: taken for done',
    comes: 'failed refused dfu-wrong-state',
    device: status(() => statusOf(STATE.manifestWait)),
  },
  {
    name: 'appIDLE after an erase',
    attacks: 'states: an application in the middle of a write',
    comes: 'failed refused dfu-wrong-state',
    device: status(() => statusOf(STATE.appIdle)),
  },
  {
    name: 'done without having been busy',
    attacks: 'waiting: a command that was not accepted, taken for done',
    comes: 'failed refused dfu-wrong-state',
    device: status(() => statusOf(STATE.downloadIdle)),
  },
  {
    name: 'in dfuERROR whenever it was cleared',
    attacks: 'getting idle: clearing without an end',
    comes: 'refused dfu-wrong-state',
    device: on(isStatus, () => statusOf(STATE.error, 14)),
  },
  {
    name: 'errVENDOR for every write',
    attacks: 'states: read protection that begins in the middle of a job',
    comes: 'failed refused dfu-read-protected',
    device: () => {
      let wrote = false;
      return {
        answer: async (asked, pass) => {
          wrote ||= isWrite(asked);
          return wrote && isStatus(asked) ? statusOf(STATE.error, 11) : pass();
        },
      };
    },
  },
  {
    name: 'reads of half of what was asked for',
    attacks: 'reading: the rest of a buffer that was never filled',
    comes: 'memory-unreadable; refused: dfu-bad-answer',
    device: on(isRead, async (_, pass) => (await pass())?.slice(0, TRANSFER / 2) ?? null),
  },
  {
    name: 'reads of twice what was asked for',
    attacks: 'reading: bytes behind the end of a buffer',
    comes: 'memory-unreadable; refused: dfu-bad-answer',
    device: on(isRead, async (_, pass) => {
      const bytes = await pass();
      return bytes === null ? null : Uint8Array.from([...bytes, ...bytes]);
    }),
  },
  {
    name: 'reads of nothing',
    attacks: 'reading: a loop that makes no progress',
    comes: 'memory-unreadable; refused: dfu-bad-answer',
    device: on(isRead, () => new Uint8Array()),
  },
  {
    name: 'other bytes at each read',
    attacks: 'the proof: verified by whatever came last',
    comes: 'failed refused read-unsure',
    device: () => {
      let reads = 0;
      return {
        answer: async (asked, pass) =>
          isRead(asked) ? ((await pass())?.map((byte, i) => (i === 7 ? byte ^ ++reads : byte)) ?? null) : pass(),
      };
    },
  },
  {
    name: 'all flash reads as erased',
    attacks: 'the proof: protected flash that answers FF',
    comes: 'wrong refused unit-wrong',
    device: on(isRead, ({ length }) => new Uint8Array(length).fill(0xff)),
  },
  {
    name: 'an erase that is acknowledged and does nothing',
    attacks: 'writing: programming cells that are not erased',
    comes: 'failed refused dfu-unit-protected',
    device: pretends(isErase),
  },
  {
    name: 'writes that are acknowledged and do nothing',
    attacks: 'the proof: acknowledged is not written',
    comes: 'wrong refused unit-wrong',
    device: pretends(isWrite),
  },
  {
    name: 'writes that all go to one block',
    attacks: 'the proof: block numbers that the device leaves out',
    comes: 'failed refused dfu-refused',
    device: () => ({
      device: (usb) => ({
        controlTransferOut: (setup: USBControlTransferParameters, data?: BufferSource) =>
          usb.controlTransferOut(
            setup.request === REQUEST.download && setup.value > FIRST_BLOCK ? { ...setup, value: FIRST_BLOCK } : setup,
            data ?? new Uint8Array(),
          ),
      }),
    }),
  },
  {
    name: 'reads that echo the last write',
    attacks: 'the proof: a buffer taken for the flash',
    comes: 'failed refused dfu-unit-protected',
    device: keeper((kept, at, last) => (kept.has(at) && last.length > 0 ? last : (kept.get(at) ?? null))),
  },
  {
    name: 'an erase and writes that it only remembers',
    attacks: 'the proof: nothing can tell it from flash, so it is verified (docs/security.md)',
    comes: 'verified',
    journey: { perfectLiar: true },
    device: keeper((kept, at) => kept.get(at) ?? null),
  },
  {
    name: 'each IN answer is that of the request before',
    attacks: 'link: answers that are one late',
    comes: 'refused dfu-wrong-state',
    device: () => {
      let before = new Uint8Array(6);
      return {
        answer: async (asked, pass) => {
          const bytes = await pass();
          if (asked.data.length > 0 || bytes === null || asked.length === 0) return bytes;
          const late = before;
          before = bytes.slice();
          return late;
        },
      };
    },
  },
  ...(
    [
      ['GETSTATUS', REQUEST.getStatus, 'refused dfu-wrong-state'],
      ['UPLOAD', REQUEST.upload, 'memory-unreadable; refused: dfu-stalled'],
      ['DNLOAD', REQUEST.download, 'memory-unreadable; refused: dfu-stalled'],
      ['ABORT', REQUEST.abort, 'refused dfu-wrong-state'],
    ] as const
  ).map(([word, request, comes]): Answers => ({
    name: `a stall at every ${word}`,
    attacks: 'the conversation: repeating without an end, or going on without an answer',
    comes,
    device: stalls(request),
  })),
  {
    name: 'silence at the first erase',
    attacks: 'link: WebUSB waits for ever',
    comes: 'failed lost dfu-no-answer',
    device: on(isErase, never),
  },
  {
    name: 'it disappears at the first write',
    attacks: 'the job: a transfer that is aborted in the middle of a unit',
    comes: 'failed lost dfu-lost',
    device: () => (usb, port) => {
      let gone = false;
      return tampered(usb, {
        answer: async (asked, pass) => {
          if (isWrite(asked) && !gone) {
            gone = true;
            port.unplug();
          }
          return pass();
        },
      });
    },
  },
  {
    name: 'another serial number at each look',
    attacks: 'the identity: a serial number is no key',
    comes: 'verified',
    device: () => {
      let looks = 0;
      return (usb) =>
        new Proxy(usb, {
          get: (_, key) => {
            const value: unknown = key === 'serialNumber' ? `S${looks++}` : Reflect.get(usb, key, usb);
            return typeof value === 'function' ? value.bind(usb) : value;
          },
        });
    },
  },
  {
    name: 'a list of 64 commands that are all the same',
    attacks: 'connect: facts of a device shown as they come',
    comes: 'verified',
    device: on(
      ({ request, value }) => request === REQUEST.upload && value === 0,
      () => new Uint8Array(64).fill(0xee),
    ),
  },
];

/** DFU devices that lie in what they answer. */
export const ANSWER_CASES: readonly HostileCase[] = DEVICES.map(({ device, journey, ...own }) => ({
  ...own,
  run: () => dfuJourney(device(), journey),
}));
