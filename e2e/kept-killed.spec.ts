/**
 * The browser killed in the middle of a job: the next one on the same profile says how far it got, and resumes or rolls back.
 * Each way back once per family: `npm run faults` takes every board through all other moments, in Node.
 */
import { firstDifference, flashButton } from './app.ts';
import { openApp } from './bench/app-page.ts';
import type { Bench } from './bench/bench.ts';
import { findKill } from './bench/chromium.ts';
import { expect, test } from './bench/fixture.ts';
import type { Doing } from './bench/moments.ts';
import type { BenchJob } from './kept.ts';
import {
  asksAbout,
  card,
  dfuJob,
  espJob,
  INTERRUPTED,
  isAsItWas,
  openWithJob,
  planRollBack,
  resume,
  resumeButton,
  startedWith,
} from './kept.ts';

/** When the browser is killed, whether the board's cable is pulled too, and what the person does then. */
interface Case {
  readonly when: string;
  readonly doing: Doing;
  readonly k: number;
  readonly pulled: boolean;
  readonly recovery: 'resume' | 'roll back';
  readonly far?: RegExp;
}

const NOTHING = /Nothing was overwritten: 0 of/;

const BOARDS: readonly {
  readonly name: string;
  readonly place: (bench: Bench) => BenchJob | Promise<BenchJob>;
  readonly cases: readonly Case[];
}[] = [
  {
    name: 'ESP32',
    place: espJob,
    cases: [
      { when: 'as it is backed up', doing: 'read', k: 2, pulled: true, recovery: 'resume', far: NOTHING },
      { when: 'in the middle', doing: 'program', k: 30, pulled: true, recovery: 'resume' },
      { when: 'late', doing: 'program', k: 50, pulled: false, recovery: 'roll back' },
    ],
  },
  {
    name: 'Photon',
    place: (bench) => dfuJob('photon', bench),
    cases: [
      { when: 'as it is backed up', doing: 'read', k: 40, pulled: false, recovery: 'resume', far: NOTHING },
      { when: 'in the middle', doing: 'program', k: 30, pulled: false, recovery: 'resume' },
      { when: 'late', doing: 'program', k: 36, pulled: true, recovery: 'roll back' },
    ],
  },
];

for (const { name, place, cases } of BOARDS) {
  for (const { when, doing, k, pulled, recovery, far } of cases) {
    test(
      `${name}, killed ${when}${pulled ? ', its cable pulled' : ''}: ${recovery}`,
      { tag: '@long' },
      async ({ bench, launch, baseURL, profile }) => {
        const board = await place(bench);
        const killed = await openWithJob(board, launch, baseURL, { profile });
        const kill = await findKill(killed.context());
        const moment = board.moments.next(doing, k);
        await flashButton(killed).click();
        await moment;
        await kill();
        if (pulled) {
          await board.unplug();
          await board.plug();
        }

        const page = await openApp(launch, baseURL, { profile });
        await board.connect(page);
        await asksAbout(page, INTERRUPTED, far);
        if (recovery === 'resume') {
          await resume(page, board.place);
          await startedWith(board, board.wanted);
        } else {
          await (await planRollBack(page)).click();
          await isAsItWas(page);
          await startedWith(board, board.factory);
        }
        await expect(card(page)).toHaveCount(0);
      },
    );
  }

  test(
    `${name}, killed during the rollback too: that is resumed`,
    { tag: '@long' },
    async ({ bench, launch, baseURL, profile }) => {
      const board = await place(bench);
      const first = await openWithJob(board, launch, baseURL, { profile });
      let kill = await findKill(first.context());
      let moment = board.moments.next('program', 12);
      await flashButton(first).click();
      await moment;
      await kill();

      const second = await openApp(launch, baseURL, { profile });
      await board.connect(second);
      await asksAbout(second, INTERRUPTED);
      const back = await planRollBack(second);
      kill = await findKill(second.context());
      moment = board.moments.next('program', 3);
      await back.click();
      await moment;
      await kill();
      expect(firstDifference(board.now(), board.factory)).not.toBeNull();

      const third = await openApp(launch, baseURL, { profile });
      await board.connect(third);
      await asksAbout(third, 'A rollback is unfinished');
      await resumeButton(third).click();
      await isAsItWas(third);
      await startedWith(board, board.factory);
      await expect(card(third)).toHaveCount(0);
    },
  );
}
