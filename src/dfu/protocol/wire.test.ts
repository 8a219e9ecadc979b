/** Devices of all kinds, down to the bytes of their descriptors and replies: what is sent to them and what is reported. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantClock } from '../../virtual-boards/clock.ts';
import { deviceDescriptor, dfuConfiguration, stringDescriptor } from '../../virtual-boards/usb-descriptors.ts';
import { VirtualUsbDevice } from '../../virtual-boards/usb-device.ts';
import type { ControlAnswer, Setup } from '../../virtual-boards/usb.ts';
import { Failure, makeCancel } from '../../flash/failure.ts';
import { failureOf } from '../../testing/dfu/link.ts';
import { connectDfu, type DfuConnectOptions } from './connect.ts';
import { describedIn } from './descriptors.ts';
import { LONG } from '../../testing/long.ts';

const NAME = '@Flash /0x08000000/2*1Kg';
const NAMED = dfuConfiguration({ names: [4], configurationName: 0, transferSize: 1024 });

/** The bytes of a reply to GETSTATUS. */
function status(state: number, code = 0, pollMs = 0): Uint8Array {
  return Uint8Array.of(code, pollMs & 0xff, pollMs >> 8, 0, state, 0);
}

interface Script {
  readonly configuration?: Uint8Array;
  readonly name?: string;
  /** Answers class requests; undefined means the reply of a healthy, blank device. */
  readonly answer?: (setup: Setup, data: Uint8Array) => ControlAnswer | undefined;
}

/** A scripted device: its flash is blank and every command succeeds, except where the script says otherwise. */
function scripted({ configuration = NAMED, name = NAME, answer = () => undefined }: Script = {}) {
  const strings = ['', 'Maker', 'Thing', '1', name];
  const device = deviceDescriptor({ usbVersion: 0x0200, vendorId: 0x1209, productId: 0x0001, deviceVersion: 0x0100 });
  const sent: string[] = [];
  const standard = ({ value, length }: Setup): ControlAnswer => {
    const [type, index] = [value >> 8, value & 0xff];
    if (type === 2) return configuration.slice(0, length);
    if (type === 3 && index === 0) return Uint8Array.of(4, 3, 9, 4);
    return type === 3 ? stringDescriptor(strings[index] ?? '') : null;
  };
  let state = 2;
  const usual = ({ request, length }: Setup): ControlAnswer => {
    switch (request) {
      case 1:
        state = 3;
        return true;
      case 2:
        return new Uint8Array(length).fill(0xff);
      case 3:
        state = state === 3 ? 4 : state === 4 ? 5 : state;
        return status(state);
      default:
        state = 2;
        return true;
    }
  };
  const usb = new VirtualUsbDevice({
    descriptors: { device, configuration, strings },
    busReset: () => sent.push('reset'),
    control: (setup, data) => {
      if (setup.requestType === 0x80) return Promise.resolve(standard(setup));
      if (setup.requestType === 0x21 || setup.requestType === 0xa1) sent.push(`${setup.request}:${setup.value}`);
      const own = answer(setup, data);
      return Promise.resolve(own === undefined ? usual(setup) : own);
    },
  });
  return { usb, sent };
}

function connect(usb: USBDevice, more: Partial<DfuConnectOptions> = {}) {
  return connectDfu(usb, { cancel: makeCancel(), onSay: () => undefined, clock: instantClock(), ...more });
}

async function saysOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((e: unknown) => e);
  return error instanceof Failure ? error.facts.says : String(error);
}

describe('the descriptors of a device', () => {
  it('are read wherever the functional one is', () => {
    const described = describedIn(NAMED, 0);
    expect(described.names).toEqual(new Map([[0, 4]]));
    expect(described.functional).toEqual({
      canDownload: true,
      canUpload: true,
      willDetach: true,
      transferSize: 1024,
      version: 0x011a,
    });
  });

  it('of DFU 1.0 have no version', () => {
    const old = Uint8Array.from([...NAMED.subarray(0, -9), 7, 0x21, 0x03, 255, 0, 0, 4]);
    expect(describedIn(old, 0).functional).toMatchObject({ version: 0x0100, transferSize: 1024 });
  });

  it('do not hang or throw, whatever they hold', () => {
    const broken = fc.tuple(fc.nat(NAMED.length - 1), fc.nat(255)).map(([at, byte]) => {
      const copy = NAMED.slice();
      copy[at] = byte;
      return copy;
    });
    fc.assert(
      fc.property(fc.oneof(broken, fc.uint8Array({ maxLength: 64 })), (bytes) => {
        const { functional } = describedIn(bytes, 0);
        expect(functional === null || functional.transferSize >= 0).toBe(true);
      }),
    );
  });

  it.each([
    [
      'no functional descriptor',
      NAMED.slice(0, -9),
      'The board’s DFU descriptors are invalid: it has no DFU functional descriptor.',
    ],
    [
      'no transfer size',
      dfuConfiguration({ names: [4], configurationName: 0, transferSize: 0 }),
      'The board’s DFU descriptors are invalid: its transfer size is 0 bytes.',
    ],
    [
      'transfers smaller than any packet',
      dfuConfiguration({ names: [4], configurationName: 0, transferSize: 7 }),
      'The board’s DFU descriptors are invalid: its transfer size is 7 bytes.',
    ],
  ])('are refused with %s', async (_, configuration, says) => {
    expect(await saysOf(connect(scripted({ configuration }).usb))).toBe(says);
  });
});

describe('a device', () => {
  it('with transfers beyond what Linux passes on gets shorter ones', async () => {
    const configuration = dfuConfiguration({ names: [4], configurationName: 0, transferSize: 0xffff });
    expect((await connect(scripted({ configuration }).usb)).dfu.transferSize).toBe(4096);
  });

  it('with an unreadable memory string connects, and the string is shown', async () => {
    const target = await connect(scripted({ name: '@Flash /0x08000000/two*1Kg' }).usb);
    expect(target.dfu.settings[0]?.memory).toEqual({
      kind: 'unreadable',
      text: '@Flash /0x08000000/two*1Kg',
      why: 'the part “two*1Kg” is not a run of erase units',
    });
    expect(await target.readMap()).toEqual({ regions: [] });
  });

  it('with tiny transfers is read past the last block number: block 0 would be a command', LONG, async () => {
    // The smallest packet that endpoint 0 may have.
    const block = 8;
    const size = block * 0x10010;
    const configuration = dfuConfiguration({ names: [4], configurationName: 0, transferSize: block });
    const addresses: number[] = [];
    const { usb, sent } = scripted({
      configuration,
      name: `@Flash /0x08000000/1*${size}g`,
      answer: ({ request, value }, data) => {
        if (request === 1 && data[0] === 0x21)
          addresses.push(new DataView(data.buffer).getUint32(data.byteOffset + 1, true));
        if (request !== 2 || value === 0) return undefined;
        const from = (addresses.at(-1) ?? 0) + (value - 2) * block;
        return Uint8Array.from({ length: block }, (_, i) => from + i);
      },
    });
    const target = await connect(usb);
    sent.length = 0;
    const range = { region: 'flash', address: 0x08000000, size };
    const read = await target.read?.(range, { cancel: makeCancel() });
    expect(read).toEqual(Uint8Array.from({ length: size }, (_, i) => i));
    // The first one was set to check whether reading is allowed at all.
    expect(addresses).toEqual([0x08000000, 0x08000000 + 0xfffe * block]);
    expect(sent).not.toContain('2:0');
  });

  it('that cannot upload has no read', async () => {
    const configuration = NAMED.slice();
    configuration[configuration.length - 7] = 0x09;
    const { usb, sent } = scripted({ configuration });
    const target = await connect(usb);
    expect(target.read).toBeUndefined();
    expect(sent.filter((request) => request.startsWith('2:'))).toEqual([]);
  });

  it('with plain DFU is refused: it has no addresses', async () => {
    const configuration = NAMED.slice();
    configuration[configuration.length - 2] = 0x10;
    expect(await saysOf(connect(scripted({ configuration, name: 'Firmware' }).usb))).toMatch(
      /^This board speaks plain DFU 1\.1,/,
    );
  });

  it('that is a clone and reports 1.1, but describes its memory, is accepted as DfuSe', async () => {
    const configuration = NAMED.slice();
    configuration[configuration.length - 2] = 0x10;
    expect((await connect(scripted({ configuration }).usb)).dfu.settings).toHaveLength(1);
  });

  it.each([
    ['dfu-unknown-state', status(77)],
    ['dfu-wrong-state', status(8)],
    ['dfu-bad-answer', Uint8Array.of(0, 0)],
  ])('ends in %s when its status is %s', async (name, bytes) => {
    const { usb } = scripted({ answer: ({ request }) => (request === 3 ? bytes : undefined) });
    expect(await failureOf(connect(usb))).toBe(name);
    expect(usb.opened).toBe(false);
  });

  it.each([0, 1, 4])(
    'that cuts its status short after %i bytes is reported with the numbers of bytes',
    async (length) => {
      const { usb } = scripted({ answer: ({ request }) => (request === 3 ? status(2).slice(0, length) : undefined) });
      expect(await saysOf(connect(usb))).toBe(
        `The board sent an invalid response (ask for the status): it sent ${length} of 6 bytes.`,
      );
    },
  );

  it('is cleared in dfuERROR and nowhere else', async () => {
    let state = 10;
    const { usb, sent } = scripted({
      answer: ({ request }) => {
        if (request === 4) state = state === 10 ? 9 : 10;
        if (request === 6) state = 2;
        return request === 3 ? status(state, state === 10 ? 10 : 0) : undefined;
      },
    });
    // From here on the script does not act like a device: only what was sent before counts.
    await connect(usb).catch(() => undefined);
    expect(sent.slice(0, 5)).toEqual(['3:0', '4:0', '3:0', '6:0', '3:0']);
  });
});

describe('an application that offers DFU', () => {
  const runtime = (attributes: number) => {
    const configuration = NAMED.slice();
    configuration[16] = 1;
    configuration[configuration.length - 7] = attributes;
    return configuration;
  };

  it('is switched to DFU mode and connected there', async () => {
    const app = scripted({ configuration: runtime(0x0b) });
    const back = scripted();
    const target = await connect(app.usb, { comesBack: () => Promise.resolve(back.usb) });
    expect(app.sent).toEqual(['0:1000']);
    expect(app.usb.opened).toBe(false);
    expect(target.dfu.settings).toHaveLength(1);
  });

  it('is reset if it does not detach by itself', async () => {
    const app = scripted({ configuration: runtime(0x03) });
    expect(await failureOf(connect(app.usb))).toBe('dfu-detached');
    expect(app.sent).toEqual(['0:1000', 'reset']);
  });
});
