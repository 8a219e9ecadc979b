/**
 * The rows of the processor: what reading and writing take of it. The board is recorded first and played back, so that its own time does not
 * count; other programs on this computer do not count either.
 */
import type { UartBoard } from '../../virtual-boards/uart.ts';
import { VirtualSerialPort } from '../../virtual-boards/serial-port.ts';
import { makeBoard } from '../../virtual-boards/catalogue.ts';
import { firmwareBytes } from '../../virtual-boards/esp/firmware/random.ts';
import type { Clock } from '../../flash/clock.ts';
import { md5Hex } from '../../formats/hashes.ts';
import { makeCancel } from '../../flash/failure.ts';
import { connectEsp } from '../../esp/loader/connect.ts';
import { SPEED } from '../../esp/board/setting-ids.ts';
import { REGION } from '../../esp/loader/target.ts';
import { testClock } from '../clock.ts';
import { cpuTimer } from '../cpu.ts';
import { BAUD } from './esp-world.ts';
import { connectPeer } from './peers.ts';
import type { Row } from './row.ts';
import { noise } from '../bytes.ts';

const MIB = 1 << 20;
/** How much is read and written, in bytes, and where it is written. */
const SIZE = MIB;
const PLACE = 0x200000;
/** The most time that a mebibyte may take, in ms: 4 MiB/s are asked. */
const MOST = 250;
const NOTES = ['the limit is what is asked: 4 MiB/s'];

/** What a board sent after each chunk that it received. */
class Recording {
  readonly #answers: Uint8Array[][] = [[]];
  #at = 0;

  /** The board, recorded. */
  recorded(board: UartBoard): UartBoard {
    return {
      attach: (receive, bus) =>
        board.attach((bytes) => {
          this.#answers.at(-1)?.push(bytes);
          receive(bytes);
        }, bus),
      detach: () => board.detach(),
      setLines: (lines) => board.setLines(lines),
      setBaud: (rate) => board.setBaud(rate),
      send: (bytes) => {
        this.#answers.push([]);
        board.send(bytes);
      },
    };
  }

  /** The recording, played back: every answer comes at once, and joined. */
  played(clock: Clock): UartBoard {
    let receive = (_: Uint8Array): void => undefined;
    const answer = (): void => {
      const bytes = this.#answers[this.#at++] ?? [];
      if (bytes.length > 0) clock.at(0, () => receive(new Uint8Array(Buffer.concat(bytes))));
    };
    return {
      attach: (given) => {
        receive = given;
      },
      detach: () => undefined,
      setLines: () => undefined,
      setBaud: () => undefined,
      takes: () => 0,
      send: answer,
    };
  }
}

type Connect<T> = (port: SerialPort, clock: Clock) => Promise<T>;

/** Connects once to record all that is asked for, and once more to measure the processor time of `work`. */
async function cpuMs<T>(connect: Connect<T>, work: (link: T) => Promise<unknown>) {
  const recording = new Recording();
  const clock = testClock();
  const made = makeBoard('esp32-raft', clock);
  made.flash.load(0, noise(SIZE, 3));
  // What is written goes to blank flash.
  made.flash.load(PLACE, new Uint8Array(SIZE).fill(0xff));
  await work(await connect(new VirtualSerialPort(recording.recorded(made.board), { clock }), clock));
  const again = testClock();
  const link = await connect(new VirtualSerialPort(recording.played(again), { clock: again }), again);
  const timer = cpuTimer();
  await work(link);
  return timer();
}

function connectOwn(port: SerialPort, clock: Clock) {
  return connectEsp(port, {
    clock,
    chosen: { [SPEED]: String(BAUD) },
    cancel: makeCancel(),
    onSay: () => undefined,
    comesBack: () => Promise.resolve(null),
  });
}

/** Every row of this file. */
export const PROCESSOR_ROWS: readonly Row[] = [
  {
    id: 'processor-read',
    work: 'processor time to read and hash 1 MiB',
    peer: 'esptool-js readFlash',
    clock: 'processor',
    repetitions: 3,
    cost: 30,
    goal: { limit: 1, peer: 1 / 3 },
    run: async () => {
      const ours = await cpuMs(connectOwn, async (target) => {
        const data = await target.read?.({ region: REGION, address: 0, size: SIZE }, { cancel: makeCancel() });
        md5Hex(data ?? new Uint8Array());
      });
      const peer = await cpuMs(
        (port, clock) => connectPeer(port, clock, BAUD),
        ({ read }) => read(0, SIZE),
      );
      return { ours, peer, limit: MOST, notes: NOTES };
    },
  },
  {
    id: 'processor-write',
    work: 'processor time to compare, write and verify 1 MiB of firmware',
    peer: 'esptool-js writeFlash with its MD5',
    clock: 'processor',
    repetitions: 3,
    cost: 8,
    goal: { limit: 1, peer: 1 },
    run: async () => {
      const data = new Uint8Array(SIZE);
      firmwareBytes(data, (piece) => piece);
      const range = { region: REGION, address: PLACE, size: SIZE };
      const ours = await cpuMs(connectOwn, async (target) => {
        const watch = { cancel: makeCancel() };
        const wanted = md5Hex(data);
        if ((await target.digest?.(range, watch)) === wanted) throw new Error('there is nothing to write');
        await target.rewrite(range, data, watch);
        if ((await target.digest?.(range, watch)) !== wanted) throw new Error('other bytes were written');
      });
      const peer = await cpuMs(
        (port, clock) => connectPeer(port, clock, BAUD),
        ({ write }) => write([{ address: PLACE, data }]),
      );
      return { ours, peer, limit: MOST, notes: NOTES };
    },
  },
];
