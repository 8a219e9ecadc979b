/** Connects to an Espressif board over a serial port: loader, identity, protections and speed. */
import type { Chosen } from '../../flash/target.ts';
import type { Clock } from '../../flash/clock.ts';
import type { Cancel } from '../../flash/failure.ts';
import { stopped } from '../../flash/failure.ts';
import type { EspDevice } from './device.ts';
import { askFlash, flashId, identify } from './identify.ts';
import type { Link, OpenOptions } from './open-link.ts';
import { openLink } from './open-link.ts';
import { failureOf } from './enter-bootloader.ts';
import { fieldReader } from './registers.ts';
import { readSecurity, summaryOf } from './read-security.ts';
import type { Security } from '../board/security.ts';
import { wantsStub } from '../board/setting-ids.ts';
import { EspTarget } from './target.ts';
import { linkLost } from './transport.ts';

/** How to connect. */
export interface ConnectOptions {
  /** The clock for all waits and reset pulses. */
  readonly clock: Clock;
  /** The chosen settings: `SPEED`, `TRANSFER` and `STUB` (board/setting-ids.ts). */
  readonly chosen: Chosen;
  readonly cancel: Cancel;
  readonly onSay: (words: string) => void;
  /** Waits for a vanished adapter to come back, perhaps as a new port; null if it stays away for about five seconds. */
  readonly comesBack: () => Promise<SerialPort | null>;
  /** False: use only the ROM loader, whatever was chosen. */
  readonly stub?: boolean;
  /** Time limit for reaching the loader, in ms; twelve seconds if omitted. */
  readonly patienceMs?: number;
}

/**
 * Connects to a board: resets it into its loader, starts the stub if there is one, reads its identity and protections, and
 * raises the speed. Throws a `Failure`: those of `openLink`, and `flash-unknown`.
 */
export async function connectEsp(port: SerialPort, options: ConnectOptions): Promise<EspDevice> {
  const { clock, chosen, patienceMs, cancel, comesBack, onSay } = options;
  const loader = (options.stub ?? wantsStub(chosen)) ? 'stub-if-it-starts' : 'rom';
  const open: OpenOptions = {
    clock,
    loader,
    cancel,
    comesBack,
    onSay,
    ...(patienceMs !== undefined && { patienceMs }),
  };
  const link = await openLink(port, open);
  const target = await met(link, options);
  try {
    await target.speedUp(cancel, onSay);
    return target;
  } catch (error) {
    await target.close().catch(() => undefined);
    throw failureOf(error, link.connection);
  }
}

/** Makes a target from a new link; the link is ended if that fails. */
async function met(link: Link, options: ConnectOptions): Promise<EspTarget> {
  const { transport } = link;
  const forget = options.cancel.onCancel(() => transport.end(stopped()));
  try {
    return await transport.race(meet(link, options));
  } catch (error) {
    transport.end(linkLost(error));
    await transport.disconnect().catch(() => undefined);
    throw failureOf(error, link.connection);
  } finally {
    forget();
  }
}

async function meet(link: Link, { chosen, comesBack }: ConnectOptions): Promise<EspTarget> {
  const who = await identify(link);
  const security = await protection(link);
  const flash = await askFlash(link);
  const about = flash === null ? [] : [{ name: 'Flash id', value: flashId(flash.id) }];
  const identity = { ...who, facts: [...who.facts, ...about] };
  return new EspTarget({ link, identity, security, flash, chosen, comesBack });
}

async function protection({ loader, chip, revision, mode }: Link): Promise<Security> {
  const asked = chip.securityInfo === 'none' ? null : await loader.getSecurityInfo();
  const summary = asked === null ? null : summaryOf(asked);
  return readSecurity(chip, revision, summary, mode === 'secure-download' ? null : fieldReader(loader));
}
