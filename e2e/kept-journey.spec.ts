/** The cable pulled, or the page reloaded, in the middle of a job: resumed, interrupted again, and rolled back. */
import { flashButton } from './app.ts';
import { connectAgain, saysLost } from './bench/app-page.ts';
import { expect, test } from './bench/fixture.ts';
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

const BOARDS = [
  { name: 'ESP32', place: espJob, k: 10, later: 30, long: false },
  { name: 'STM32F405', place: dfuJob.bind(null, 'stm32f405'), k: 3, later: 10, long: true },
] as const;

for (const { name, place, k, later, long } of BOARDS) {
  test(
    `${name}: pulled, resumed, pulled again, rolled back: every byte is as it was`,
    { tag: '@long' },
    async ({ bench, launch, baseURL }) => {
      const board = await place(bench);
      const page = await openWithJob(board, launch, baseURL);
      const pulled = async (times: number, press: () => Promise<void>) => {
        const moment = board.moments.next('program', times);
        await press();
        await moment;
        await board.unplug();
        await saysLost(page);
        await board.plug();
        await connectAgain(page);
        await asksAbout(page, INTERRUPTED);
      };
      await pulled(k, () => flashButton(page).click());
      await pulled(later, () => resumeButton(page).click());
      await (await planRollBack(page)).click();
      await isAsItWas(page);
      await startedWith(board, board.factory);
      await expect(card(page)).toHaveCount(0);
    },
  );

  test(
    `${name}: the page reloaded in mid-write: asked first, and resumed afterwards`,
    { tag: long ? '@long' : [] },
    async ({ bench, launch, baseURL }) => {
      const board = await place(bench);
      const page = await openWithJob(board, launch, baseURL);
      const asked: string[] = [];
      page.on('dialog', (dialog) => {
        asked.push(dialog.type());
        void dialog.accept();
      });
      const moment = board.moments.next('program', k);
      await flashButton(page).click();
      await moment;
      await page.reload();
      expect(asked).toEqual(['beforeunload']);
      await board.connect(page);
      await asksAbout(page, INTERRUPTED);
      await resume(page, board.place);
      await startedWith(board, board.wanted);
      await expect(card(page)).toHaveCount(0);
    },
  );
}
