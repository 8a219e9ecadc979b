/** A report is meant to be sent to strangers: it contains nothing of what the flash holds, nor a password that the board prints. */
import { expect, test } from 'vitest';
import { buildNvs } from '../../virtual-boards/esp/firmware/nvs.ts';
import { bytesSource } from '../../session/sources.ts';
import type { Between } from '../esp/world.ts';
import { consent, differences, flash, openWorld, workOf } from '../esp/world.ts';
import { Wire } from '../wire.ts';

/** One is on the board and is overwritten and kept; the other takes its place. */
const SECRETS = ['correct horse', 'battery staple'] as const;
// Longer than a word: a report may well say that something is correct.
const PIECE = 10;

const NVS = buildNvs(0x15000, [
  {
    name: 'wifi',
    entries: [
      { key: 'ssid', type: 'string', value: 'workshop' },
      { key: 'password', type: 'string', value: SECRETS[1] },
    ],
  },
]);

/** Every piece of a secret, in each common text encoding of bytes. */
function pieces(secret: string): string[] {
  return Array.from({ length: secret.length - PIECE + 1 }, (_, at) => {
    const piece = Buffer.from(secret.slice(at, at + PIECE));
    const numbers = [...piece].join(',');
    return [piece.toString(), piece.toString('hex'), piece.toString('base64').slice(0, PIECE), numbers];
  }).flat();
}

test('no password is in a report: not one that the job overwrote or wrote, nor one that the board prints', async () => {
  const encoder = new TextEncoder();
  let [flashing, printed] = [false, ''];
  // As many apps do, it prints its settings when it starts.
  const wired: Between['wired'] = (board, clock) => {
    const wire = new Wire(board, clock);
    wire.onLines = ({ dtr, rts }) => {
      printed = flashing && !dtr && !rts ? `I (9) wifi: ssid=workshop, password="${SECRETS[1]}"\r\n` : '';
    };
    wire.toHost = (bytes) => {
      const all = Uint8Array.from([...encoder.encode(printed), ...bytes]);
      printed = '';
      return all;
    };
    return wire;
  };
  const world = openWorld('esp32-raft', 921600, {}, { wired });
  const factory = world.made.flash.snapshot();
  expect(Buffer.from(factory).includes(SECRETS[0])).toBe(true);
  await world.session.connect();
  await world.session.dispatch({ do: 'add-files', files: [bytesSource('nvs.bin', NVS)] });
  const { asks, plan } = workOf(world.session, 'planned');
  for (const { kind } of asks) await consent(world.session, kind);
  expect(plan.stretches.flatMap(({ units }) => units).some(({ backup }) => backup !== 'none')).toBe(true);
  flashing = true;
  await flash(world.session);
  const { report, outcome, start } = workOf(world.session, 'ended');
  expect(start?.log).toContain(SECRETS[1]);
  expect(report.start?.log).toContain('I (9) wifi: ssid=workshop, password="[hidden]"');
  expect(outcome).toBe('verified');
  expect(Buffer.from(world.made.flash.snapshot()).includes(SECRETS[1])).toBe(true);
  expect(differences(world.made.flash.snapshot(), factory)).not.toEqual([]);
  const text = JSON.stringify(report, null, 2).toLowerCase().replaceAll(/\s+/g, ' ');
  const bare = text.replaceAll(' ', '');
  for (const piece of SECRETS.flatMap(pieces)) {
    expect(text).not.toContain(piece.toLowerCase());
    expect(bare).not.toContain(piece.toLowerCase().replaceAll(' ', ''));
  }
});
