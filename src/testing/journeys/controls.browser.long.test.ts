/** Each control of the page over a virtual board that can be pressed does something, each other says why not. */
import '../../../components/sectorwise-app/sectorwise-app.board.ts';
import '../../../components/sectorwise-app/sectorwise-app.ts';
import '../../../components/backup-library/backup-library.ts';
import '../../../components/virtual-bench/virtual-bench.ts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SectorwiseApp } from '../../../components/sectorwise-app/sectorwise-app.ts';
import type { VirtualBench } from '../../../components/virtual-bench/virtual-bench.ts';
import { settle } from '../../../components/shared/testing.ts';
import { bytesSource, withSources } from '../../session/sources.ts';
import type { SessionState } from '../../session/state.ts';
import { realClock } from '../../virtual-boards/clock.ts';
import { withoutUpload } from '../dfu/no-upload.ts';
import { openDfuWorld } from '../dfu/world.ts';
import type { AnySession } from '../esp/world.ts';
import { openWorld } from '../esp/world.ts';
import type { Control } from './page-controls.ts';
import { controlsIn, shownBy } from './page-controls.ts';

/** A virtual board with its session, whichever its link. */
interface Plugged {
  readonly session: AnySession & { connect(): Promise<void> };
  readonly port: { plug(): void; unplug(): void };
  onState: (state: SessionState) => void;
}

/** How many times faster than silicon the boards run: the clock of the tests in Node jumps over a browser's streams. */
const SPEED = 20;
const esp = (id: string) => openWorld(id, 921600, {}, { clock: realClock(SPEED) });

/** A board of a kind, and a file that is added to it once it is connected. */
interface Kind {
  readonly kind: string;
  readonly open: () => Plugged;
  readonly file?: Uint8Array;
}

/** A board of Particle with all that the page offers on one, a readable ESP, and boards that give less. */
const BOARDS: readonly Kind[] = [
  { kind: 'Photon and a file for it', open: () => openDfuWorld('photon'), file: new Uint8Array(5000).fill(0x5a) },
  { kind: 'readable ESP', open: () => esp('esp32-raft') },
  { kind: 'encrypting ESP', open: () => esp('esp32-encrypted') },
  { kind: 'ESP in Secure Download Mode', open: () => esp('esp32c3-secure-download') },
  { kind: 'STM32', open: () => openDfuWorld('stm32f405') },
  { kind: 'read-protected STM32', open: () => openDfuWorld('stm32f405-protected') },
  { kind: 'STM32 without upload', open: () => openDfuWorld('stm32f405', undefined, withoutUpload) },
];

/** What ends a state in which there is more to press, so it is pressed last. */
const LEAVES = /: (Disconnect|Pull the cable|Remove )|^job-bar: Flash|^board-chooser/;

/** More presses than any of these pages needs. */
const MOST = 200;

/** What left the page by a press: a file saved, a file chooser opened, the page printed, a board asked for. */
let effects: string[] = [];

beforeEach(() => {
  effects = [];
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => void effects.push('saved'));
  vi.spyOn(HTMLInputElement.prototype, 'click').mockImplementation(() => void effects.push('chooser'));
  vi.spyOn(globalThis, 'print').mockImplementation(() => void effects.push('printed'));
});

afterEach(() => {
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

test.each(BOARDS)('$kind', { timeout: 120_000 }, async ({ open, file }) => {
  const world = open();
  const page = pageOver(world);
  await world.session.connect();
  if (file !== undefined) await world.session.dispatch({ do: 'add-files', files: [bytesSource('data.bin', file)] });
  const pressed = new Set<string>();
  const dead: string[] = [];
  const mute: string[] = [];
  await page.still();
  for (let i = 0; i < MOST; i++) {
    const controls = controlsIn(document);
    for (const { name, disabled, description } of controls) if (disabled && description === '') mute.push(name);
    const left = controls.filter(({ name, disabled }) => !disabled && !pressed.has(name));
    const next = left.find(({ name }) => !LEAVES.test(name)) ?? left[0];
    if (next === undefined) {
      if (world.session.state.kind === 'connected') break;
      world.port.plug();
      await world.session.connect();
      await page.still();
      continue;
    }
    pressed.add(next.name);
    if (!(await page.does(next))) dead.push(next.name);
  }
  expect(dead).toEqual([]);
  expect([...new Set(mute)]).toEqual([]);
  expect(pressed.size).toBeGreaterThan(10);
});
/** The app's page over a board, as the composition root puts it together. */
function pageOver(world: Plugged): { still(): Promise<void>; does(control: Control): Promise<boolean> } {
  const app: SectorwiseApp = document.createElement('sectorwise-app');
  const bench: VirtualBench = document.createElement('virtual-bench');
  bench.slot = 'bench';
  app.append(bench);
  let works: string[] = [];
  let running: Promise<unknown> = Promise.resolve();
  const run = (work: Promise<unknown>) => (running = Promise.all([running, work]));
  world.onState = (state) => {
    app.state = state;
    bench.attached = state.kind !== 'disconnected';
    works.push(state.kind === 'connected' ? state.work.kind : state.kind);
  };
  app.addEventListener('sectorwise-intent', ({ detail }) => {
    // The composition root waits for a board whose cable is out; here it is plugged in at once.
    if (detail.do === 'reconnect') world.port.plug();
    void run(world.session.dispatch(withSources(detail)));
  });
  app.addEventListener('sectorwise-connect', () => {
    effects.push('connects');
    world.port.plug();
    void run(world.session.connect());
  });
  // Keys and bundles are the library's, of which the composition root knows.
  app.addEventListener('sectorwise-library', () => void effects.push('asks the library'));
  app.addEventListener('sectorwise-bundle', () => void effects.push('asks for a bundle'));
  bench.addEventListener('virtual-bench-cable', ({ detail }) =>
    detail.plugged ? world.port.plug() : world.port.unplug(),
  );
  bench.addEventListener('virtual-bench-look', () =>
    bench.show({ kind: 'seen', flash: new Uint8Array(1), beforeStart: new Uint8Array(1), erases: 0, violations: 0 }),
  );
  document.body.replaceChildren(app);
  const still = async () => {
    await running;
    await bench.updateComplete;
    await settle(app);
  };
  return {
    still,
    async does(control) {
      const [before, work] = [shownBy(document), works.at(-1)];
      [effects, works] = [[], []];
      control.press();
      await still();
      // A press that only plans again what is planned already changes nothing for anybody.
      const passed = works.some((each) => each !== work);
      if (works.length === 0) works = work === undefined ? [] : [work];
      return effects.length > 0 || passed || shownBy(document) !== before || !control.isFocused();
    },
  };
}
