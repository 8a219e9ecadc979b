/** From a serial port to a connected Espressif board: its loader, who it is, how it is protected, and its speed. */
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
  /** What the board is waited for by, and reset. */
  readonly clock: Clock;
  /** What a person chose about the way of working: `SPEED`, `TRANSFER` and `STUB` (settings.ts). */
  readonly chosen: Chosen;
  readonly cancel: Cancel;
  readonly onSay: (words: string) => void;
  /** The same adapter again after it vanished, as a new port perhaps; null if it stays away for about five seconds. */
  readonly comesBack: () => Promise<SerialPort | null>;
  /** False: work with the loader in the chip's ROM alone, whatever was chosen. */
  readonly stub?: boolean;
  /** How long the board may be asked for an answer at first, in ms; twelve seconds if absent. */
  readonly patienceMs?: number;
}

/**
 * Connects to a board: resets it into its loader, starts the stub where there is one, asks who it is and how it is
 * protected, and raises the speed. Throws a `Failure`: those of `openLink`, and `flash-unknown`.
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

/** A target over a link that was just opened; the link ends if anything goes wrong on the way. */
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
