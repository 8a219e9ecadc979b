/**
 * The rows of the processor: what reading takes of it. The board is recorded first and played back, so that its own time does not
 * count; other programs on this computer do not count either.
 */
import type { UartBoard } from '../../virtual-boards/uart.ts';
import { VirtualSerialPort } from '../../virtual-boards/serial-port.ts';
import { makeBoard } from '../../virtual-boards/catalogue.ts';
import type { Clock } from '../../flash/clock.ts';
import { md5Hex } from '../../formats/hashes.ts';
import { makeCancel } from '../../flash/failure.ts';
import { connectEsp } from '../../esp/loader/connect.ts';
import { SPEED } from '../../esp/board/setting-ids.ts';
import { REGION } from '../../esp/loader/target.ts';
import { testClock } from '../clock.ts';
import { cpuTimer } from '../cpu.ts';
import { BAUD } from './esp-world.ts';
import { noise } from './noise.ts';
import { connectPeer } from './peers.ts';
import type { Row } from './row.ts';

const MIB = 1 << 20;
/** How much is read, in bytes. */
const SIZE = MIB;

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

/** Connects once to record all that is asked for, and once more to measure the processor time of `read`. */
async function cpuMs<T>(connect: (port: SerialPort, clock: Clock) => Promise<T>, read: (link: T) => Promise<unknown>) {
  const recording = new Recording();
  const clock = testClock();
  const made = makeBoard('esp32-raft', clock);
  made.flash.load(0, noise(SIZE, 3));
  await read(await connect(new VirtualSerialPort(recording.recorded(made.board), { clock }), clock));
  const again = testClock();
  const link = await connect(new VirtualSerialPort(recording.played(again), { clock: again }), again);
  const timer = cpuTimer();
  await read(link);
  return timer();
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
      const connect = (port: SerialPort, clock: Clock) =>
        connectEsp(port, {
          clock,
          chosen: { [SPEED]: String(BAUD) },
          cancel: makeCancel(),
          onSay: () => undefined,
          comesBack: () => Promise.resolve(null),
        });
      const ours = await cpuMs(connect, async (target) => {
        const data = await target.read?.({ region: REGION, address: 0, size: SIZE }, { cancel: makeCancel() });
        md5Hex(data ?? new Uint8Array());
      });
      const peer = await cpuMs(
        (port, clock) => connectPeer(port, clock, BAUD),
        ({ read }) => read(0, SIZE),
      );
      return { ours, peer, limit: (SIZE / MIB / 4) * 1000, notes: ['the limit is what is asked: 4 MiB/s'] };
    },
  },
];
