/** The whole journey without a browser: session, driver, esptool-js and a virtual board, on a clock that does not wait. */
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import type { MadeBoard } from './boards/catalogue.ts';
import { makeBoard } from './boards/catalogue.ts';
import { instantClock } from './boards/clock.ts';
import { VirtualSerialPort } from './boards/serial-port.ts';
import { connectEsp } from './esp/connect.ts';
import { espFamily } from './esp/family.ts';
import type { EspInspection } from './esp/inspection.ts';
import { linkLost } from './esp/transport.ts';
import { md5Hex } from './formats/hashes.ts';
import { Session } from './session/session.ts';
import type { SessionState, Work } from './session/state.ts';

const update = new Uint8Array(readFileSync('public/samples/raft-demo-1.5.0.bin'));

interface World {
  readonly made: MadeBoard;
  readonly port: VirtualSerialPort;
  readonly session: Session<EspInspection>;
  readonly states: SessionState[];
}

function openWorld(id: string): World {
  const clock = instantClock();
  const made = makeBoard(id, clock);
  const port = new VirtualSerialPort(made.board, { clock });
  const states: SessionState[] = [];
  const session = new Session({
    family: espFamily,
    connect: (cancel, onSay) => connectEsp(port, { baud: 921600, cancel, onSay }),
    md5: md5Hex,
    version: 'test',
    now: Date.now,
    onState: (state) => states.push(state),
  });
  port.addEventListener('disconnect', () => session.lost(linkLost().facts));
  return { made, port, session, states };
}

function workOf<K extends Work['kind']>(session: Session<EspInspection>, kind: K): Extract<Work, { kind: K }> {
  const { state } = session;
  if (state.kind !== 'together') throw new Error(`the session is ${state.kind}: ${JSON.stringify(state)}`);
  const { work } = state;
  const is = (w: Work): w is Extract<Work, { kind: K }> => w.kind === kind;
  if (!is(work)) throw new Error(`the work is ${work.kind}, not ${kind}: ${JSON.stringify(work, null, 1).slice(0, 800)}`);
  return work;
}

describe('on a sound board', () => {
  let world: World;
  beforeEach(async () => {
    world = openWorld('esp32-raft');
    await world.session.connect();
  });

  test('the board is read: who it is, its layout, what each partition holds, what starts', () => {
    const { state } = world.session;
    if (state.kind !== 'together') throw new Error(JSON.stringify(state));
    expect(state.board.identity).toMatchObject({ chip: 'ESP32', key: { kind: 'mac', value: '24:6f:28:ab:cd:ef' } });
    expect(state.board.layout.partitions.map(({ name, address }) => [name, address])).toEqual([
      ['bootloader', 0x1000],
      ['partition table', 0x8000],
      ['nvs', 0x9000],
      ['otadata', 0x1e000],
      ['app0', 0x20000],
      ['app1', 0x1d0000],
      ['fs', 0x380000],
    ]);
    expect(state.board.contents.map(({ says }) => says)).toMatchInlineSnapshot(`
      [
        "A bootloader for ESP32; its header says 4 MiB, DIO, 40 MHz.",
        "5 partitions, its MD5 is right.",
        "Settings (NVS): 11 entries in 1 page.",
        "Boot record 1 counts: sequence number 1, state UNDEFINED.",
        "The app "raft-demo", version 1.4.2, for ESP32, made with ESP-IDF v5.3.1.",
        "Blank (erased) in its first 4 KiB.",
        "A LittleFS file system of 512 KiB.",
      ]
    `);
    expect(state.board.boot).toMatchObject({ partition: 'app0' });
    expect(state.board.findings.filter(({ verdict }) => verdict === 'problem')).toEqual([]);
  });

  test('an app goes into the spare slot, every unit is proved, and the board starts it', async () => {
    const { session, made } = world;
    const before = made.flash.snapshot();
    await session.dispatch({ do: 'add-file', name: 'raft-demo-1.5.0.bin', data: update });
    const planned = workOf(session, 'planned');
    expect(planned.afterwards).toBe('The board will start the new app from app1.');
    await session.dispatch({ do: 'flash' });
    const ended = workOf(session, 'ended');
    expect(ended.failure).toBeNull();
    expect(ended.outcome).toBe('verified');
    expect(new Set(ended.units)).toEqual(new Set(['verified']));
    expect(ended.start?.verdict).toMatchObject({ good: true, says: 'The board started app1 (0x1d0000).' });

    const wanted = before.slice();
    wanted.set(update, 0x1d0000);
    const flashed = made.beforeStart();
    if (flashed === null) throw new Error('the board was not started');
    // All but the one otadata record, whose bytes the planner's own tests know.
    expect(differences(flashed, wanted)).toEqual([[0x1f000, 0x1f01f]]);
    expect(made.flash.violations).toEqual([]);
  });

  test('flashing the same file again finds nothing to do and erases nothing', async () => {
    const { session, made } = world;
    await session.dispatch({ do: 'add-file', name: 'raft-demo-1.5.0.bin', data: update });
    await session.dispatch({ do: 'flash' });
    const erases = made.flash.totalErases;
    await session.dispatch({ do: 'reconnect' });
    expect(workOf(session, 'planned').plan.stretches).toEqual([]);
    await session.dispatch({ do: 'flash' });
    expect(workOf(session, 'ended').outcome).toBe('nothing-to-do');
    expect(made.flash.totalErases).toBe(erases);
  });
});

/** Runs of bytes that differ, as [first, last]. */
function differences(a: Uint8Array, b: Uint8Array): [number, number][] {
  const runs: [number, number][] = [];
  for (let i = 0; i < a.length; i++) {
    if (a[i] === b[i]) continue;
    const last = runs.at(-1);
    if (last !== undefined && i - last[1] <= 32) last[1] = i;
    else runs.push([i, i]);
  }
  return runs;
}
