/** DFU devices that lie about what they are: descriptors, strings, and how they are opened. */
import type { HostileCase, Limits } from './case.ts';
import type { DfuJourney, HostileDevice } from './dfu-journey.ts';
import { dfuJourney } from './dfu-journey.ts';
import type { Tampering } from './tampered-usb.ts';
import { DESCRIPTOR, memories, never, stringOf } from './tampered-usb.ts';

const FUNCTIONAL = 0x21;
/** The functional descriptor ends the configuration of an STM32F405. */
const FUNCTIONAL_SIZE = 9;
const ST_MAP = '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg';
const BIDI = '\u202egnp.exe\u200b\u0007';

interface Descriptors {
  readonly name: string;
  readonly attacks: string;
  readonly comes: string | RegExp;
  readonly device: HostileDevice;
  readonly journey?: DfuJourney;
  readonly limits?: Partial<Limits>;
  readonly long?: true;
}

/** The configuration changed; null stalls its request. */
function configuration(change: (bytes: Uint8Array) => Uint8Array | null): Tampering {
  return {
    descriptor: (type, _, bytes) => (type === DESCRIPTOR.configuration && bytes !== null ? change(bytes) : bytes),
  };
}

/** The functional descriptor's bytes replaced from an offset. */
function functional(at: number, ...to: readonly number[]): Tampering {
  return configuration((bytes) => {
    const copy = bytes.slice();
    // The first nine bytes are asked for alone, before all of them.
    if (copy.length > FUNCTIONAL_SIZE) copy.set(to, copy.length - FUNCTIONAL_SIZE + at);
    return copy;
  });
}

/** The configuration with more descriptors behind its head, where parsers look first. */
function inserted(...more: readonly number[]): Tampering {
  return configuration((bytes) => {
    const head = bytes.slice(0, 9);
    const total = bytes.length > 9 ? bytes.length + more.length : (bytes[2] ?? 0) + more.length;
    head[2] = total & 0xff;
    head[3] = total >> 8;
    return bytes.length > 9 ? Uint8Array.from([...head, ...more, ...bytes.subarray(9)]) : head;
  });
}

const withMap = (...names: readonly string[]): Tampering => memories(names);

/** The device's strings under other names, as a system that reads them by itself gives them. */
function named(interfaceName: string, others: Partial<Record<keyof USBDevice, unknown>> = {}): Tampering {
  return {
    device: (usb) => ({
      ...others,
      configurations: usb.configurations.map((each) => ({
        ...each,
        interfaces: each.interfaces.map((own) => ({
          ...own,
          alternates: own.alternates.map((alternate) => ({ ...alternate, interfaceName })),
        })),
      })),
    }),
  };
}

/** A map that is not understood is shown, and nothing is placed by it. */
const UNREADABLE_MAP = 'memory-not-understood; idle, no place is offered';

const DEVICES: readonly Descriptors[] = [
  {
    name: 'a transfer size of 0',
    attacks: 'descriptors: a loop in steps of 0 bytes never ends',
    comes: 'refused dfu-bad-descriptor',
    device: functional(5, 0, 0),
  },
  {
    name: 'a transfer size of one byte',
    attacks: 'connect: a megabyte in a million transfers keeps the app busy for an hour',
    comes: 'refused dfu-bad-descriptor',
    device: functional(5, 1, 0),
  },
  {
    name: 'a transfer size of 65,535 bytes, when it takes 2,048',
    attacks: 'quirks: a transfer larger than a device takes is refused at its first read',
    comes: 'memory-unreadable; refused: dfu-refused',
    device: functional(5, 0xff, 0xff),
  },
  {
    name: 'no functional descriptor',
    attacks: 'descriptors: a null that is used',
    comes: 'refused dfu-bad-descriptor',
    device: functional(1, 0x24),
  },
  {
    name: 'descriptors cut off in the middle of a memory',
    attacks: 'descriptors: reading behind the end',
    comes: 'refused dfu-bad-descriptor',
    device: configuration((bytes) => bytes.slice(0, 25)),
  },
  {
    name: 'a total length of 65,535 bytes of which there are 54',
    attacks: 'descriptors: the stated length taken for the real one',
    comes: 'verified',
    device: configuration((bytes) => bytes.map((byte, i) => (i === 2 || i === 3 ? 0xff : byte))),
  },
  {
    name: 'a descriptor of length 0 before all others',
    attacks: 'the dfu package, which would stay at it for ever',
    comes: 'refused dfu-bad-descriptor',
    device: inserted(0, 0x42, 0, 0),
  },
  {
    name: 'a descriptor whose length reaches behind the end',
    attacks: 'descriptors: a length that is added without a check',
    comes: 'refused dfu-bad-descriptor',
    device: inserted(0xff, 0x42, 1, 2),
  },
  {
    name: 'a second functional descriptor, of a keyboard, with other sizes',
    attacks: 'descriptors: 0x21 is the HID descriptor of other interfaces',
    comes: 'verified',
    device: inserted(9, 4, 7, 0, 0, 3, 1, 1, 0, 9, FUNCTIONAL, 0x11, 1, 0, 1, 0x22, 0x40, 0),
  },
  {
    name: 'DFU 1.1 without any memory string',
    attacks: 'connect: plain DFU has no addresses, and everything would go to the first',
    comes: 'refused dfu-not-dfuse',
    device: {
      descriptor: (type, index, bytes) => {
        if (type === DESCRIPTOR.string) return index === 0 ? bytes : stringOf('DFU');
        if (type !== DESCRIPTOR.configuration || bytes === null || bytes.length <= FUNCTIONAL_SIZE) return bytes;
        return Uint8Array.from([...bytes.subarray(0, -2), 0x10, 0x01]);
      },
    },
  },
  {
    name: 'a configuration that it does not give',
    attacks: 'descriptors: a stall taken for bytes',
    comes: 'refused dfu-bad-descriptor',
    device: configuration(() => null),
  },
  {
    name: 'strings that it does not give',
    attacks: 'connect: a memory without a name must not get one',
    comes: UNREADABLE_MAP,
    device: { descriptor: (type, _, bytes) => (type === DESCRIPTOR.string ? null : bytes) },
  },
  {
    name: 'runs that overlap',
    attacks: 'memory strings: one byte in two units is erased with the wrong one',
    comes: UNREADABLE_MAP,
    device: withMap('@Internal Flash  /0x08000000/04*016Kg/0x08008000/8*128Kg'),
  },
  {
    name: 'units of no bytes',
    attacks: 'memory strings: a loop over units of 0 bytes never ends',
    comes: UNREADABLE_MAP,
    device: withMap('@Internal Flash  /0x08000000/999999999*0Kg'),
  },
  {
    name: 'a run behind the last address',
    attacks: 'memory strings: addresses that wrap to 0',
    comes: UNREADABLE_MAP,
    device: withMap('@Internal Flash  /0xFFFF0000/16*128Kg'),
  },
  {
    name: 'a negative number of units',
    attacks: 'memory strings: a sign that parseInt takes',
    comes: UNREADABLE_MAP,
    device: withMap('@Internal Flash  /0x08000000/-4*016Kg,12*128Kg'),
  },
  {
    name: 'a unit of 999,999,999 MiB',
    attacks: 'memory strings: sizes beyond 2^53 lose their last digits',
    comes: UNREADABLE_MAP,
    device: withMap('@Internal Flash  /0x08000000/999999999*999999999Mg'),
  },
  {
    name: 'four memories of one name at other addresses',
    attacks: 'the layout: what a memory holds is found by region and address, never by its name',
    comes: 'memory-unreadable; verified',
    device: withMap(ST_MAP, '@Internal Flash  /0x90000000/4*4Kg', '@Internal Flash  /0x90010000/4*4Kg', ST_MAP),
  },
  {
    name: '200 memories, each of 65,536 units',
    attacks: 'the map: 13 million units are listed before anyone looks',
    comes: 'memory-not-understood; memory-unreadable; idle, no place is offered',
    device: withMap(...Array.from({ length: 200 }, (_, i) => `@F${i} /0x${(i * 0x10000).toString(16)}/65536*1Bg`)),
    long: true,
  },
  {
    name: 'one memory of 65,536 units of 16 bytes',
    attacks: 'the fingerprint and the plan: looking each unit up among all others',
    comes: 'wrong refused unit-wrong',
    device: withMap('@Internal Flash /0x08000000/65536*16Bg'),
  },
  {
    name: 'names with marks that turn and hide text',
    attacks: 'names: a memory shown as another',
    comes: 'verified',
    device: {
      ...withMap(`@${BIDI}Internal Flash ${BIDI}/0x08000000/04*016Kg,01*064Kg,07*128Kg`),
      device: (usb) => ({
        ...withMap(ST_MAP).device?.(usb),
        productName: `${BIDI}${'\u0000'.repeat(9)}`,
        manufacturerName: BIDI,
        serialNumber: `${BIDI}\r\n1`,
      }),
    },
  },
  {
    name: 'names of 10,000 characters',
    attacks: 'names: a page that is all name',
    comes: 'verified',
    device: named(`@${'Flash '.repeat(1700)}/0x08000000/04*016Kg,01*064Kg,07*128Kg`, {
      productName: 'P'.repeat(10_000),
      manufacturerName: '<img src=x>'.repeat(1000),
      serialNumber: '1'.repeat(10_000),
    }),
  },
  {
    name: 'a memory string of 100,000 spaces and commas',
    attacks: 'memory strings: patterns that try each way to match',
    comes: UNREADABLE_MAP,
    device: named(`@Internal Flash /0x08000000/${' '.repeat(50_000)}4*16K${' ,'.repeat(25_000)}g`),
  },
  {
    name: 'interface number 7 of which there is one',
    attacks: 'connect: a number of an interface used as its index',
    comes: 'lost dfu-lost',
    device: {
      device: (usb) => ({
        configurations: usb.configurations.map((each) => ({
          ...each,
          interfaces: each.interfaces.map((own) => ({ ...own, interfaceNumber: 7 })),
        })),
      }),
    },
  },
  {
    name: 'an open() that never ends',
    attacks: 'connect: WebUSB has no time limit of its own',
    comes: 'lost dfu-no-answer',
    device: { device: () => ({ open: never }) },
  },
  {
    name: 'a claimInterface() that never ends, and a close() that does not either',
    attacks: 'connect: the end of a failure waits for the device that failed',
    comes: 'lost dfu-no-answer',
    device: { device: () => ({ claimInterface: never, close: never }) },
  },
  {
    name: 'an application in run mode that neither detaches nor resets',
    attacks: 'connect: the switch to DFU mode waits for the device',
    comes: 'lost dfu-detached',
    device: {
      device: (usb) => ({
        reset: never,
        close: never,
        configurations: usb.configurations.map((each) => ({
          ...each,
          interfaces: each.interfaces.map((own) => ({
            ...own,
            alternates: own.alternates.map((alternate) => ({ ...alternate, interfaceProtocol: 1 })),
          })),
        })),
      }),
      answer: never,
    },
  },
];

/** DFU devices that lie about what they are. */
export const DESCRIPTOR_CASES: readonly HostileCase[] = DEVICES.map(({ device, journey, ...own }) => ({
  ...own,
  run: () => dfuJourney(device, journey),
}));
