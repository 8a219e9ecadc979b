/** Every element in every state, from recorded data: `gallery.html`, optionally with `?theme=dark` or `?theme=light`. */
import type { TemplateResult } from 'lit';
import { html, render } from 'lit';
import type { SessionState, Work } from '../src/session/state.ts';
import * as data from './fixtures.ts';
import './sectorwise-app.ts';

const query = new URLSearchParams(location.search);
const theme = query.get('theme');
if (theme === 'dark' || theme === 'light') document.documentElement.style.colorScheme = theme;

const together = (work: Work, board = data.board, files = [data.file]): SessionState => ({
  kind: 'together',
  board,
  files,
  work,
});
const flashing: Work = {
  kind: 'flashing',
  plan: data.plan,
  progress: data.progress('Writing 0x84000 to 0xA3FFF in app0', 0.41),
  units: data.unitStates(98),
  stopping: false,
};
const starting: Work = {
  kind: 'starting',
  plan: data.plan,
  units: data.allVerified,
  bootLog: data.bootLog.slice(0, 420),
};
const surveying: Work = { kind: 'surveying', progress: data.progress('Looking at what app0 holds', 0.6) };
const refused: Work = { kind: 'refused', refusals: [data.refusal] };
const asking: Work = { ...data.planned, asks: [data.ask] };

/** The states of the whole app, by the name that `?app=` takes. */
const apps: Readonly<Record<string, SessionState>> = {
  apart: { kind: 'apart', failure: null },
  'apart-failed': { kind: 'apart', failure: data.notTaken },
  connecting: { kind: 'connecting', says: 'Reading the partition table', progress: data.progress('Reading', 0.3) },
  idle: together({ kind: 'idle' }, data.board, []),
  bad: together({ kind: 'idle' }, data.badBoard, []),
  surveying: together(surveying),
  refused: together(refused),
  planned: together(data.planned),
  asking: together(asking),
  flashing: together(flashing),
  starting: together(starting),
  verified: together(data.ended('verified')),
  unproved: together(data.ended('unproved')),
  'nothing-to-do': together(data.ended('nothing-to-do')),
  wrong: together(data.ended('wrong')),
  stopped: together(data.ended('stopped')),
  failed: together(data.ended('failed')),
};
const boards = [
  { id: 'raft', name: 'ESP32, 4 MB, Raft OTA', summary: 'An app in app0, Wi-Fi settings, a file system.' },
  { id: 'blank', name: 'ESP32, 4 MB, blank', summary: 'As it comes from the factory: nothing on it.' },
];

function piece(name: string, content: TemplateResult): TemplateResult {
  return html`<section style="display: grid; gap: 0.5rem; margin-block: 1.5rem">
    <h2 style="font: 600 0.875rem var(--mono); margin: 0; color: var(--quiet)">${name}</h2>
    <div style="padding: 1rem; background: var(--surface); border: 1px solid var(--line); border-radius: 8px">
      ${content}
    </div>
  </section>`;
}

const { layout, contents, plan } = data;
const gallery = (): TemplateResult =>
  html`<main style="padding: 0 1rem">
    <h1>Gallery</h1>
    <p>
      ${['light', 'dark'].map((each) => html`<a href="?theme=${each}" style="color: inherit">${each}</a> `)} · the whole
      app: ${Object.keys(apps).map((each) => html`<a href="?app=${each}" style="color: inherit">${each}</a> `)}
    </p>
    ${piece('flash-map: no plan', html`<flash-map .layout=${layout} .contents=${contents}></flash-map>`)}
    ${piece('flash-map: planned', html`<flash-map .layout=${layout} .contents=${contents} .plan=${plan}></flash-map>`)}
    ${piece(
      'flash-map: flashing',
      html`<flash-map .layout=${layout} .contents=${contents} .plan=${plan} .units=${data.unitStates(98)}></flash-map>`,
    )}
    ${piece(
      'flash-map: failed, lit up',
      html`<flash-map
        .layout=${layout}
        .contents=${contents}
        .plan=${plan}
        .units=${data.unitStates(92, 0, [92])}
        .highlight=${{ region: 'flash', address: 0x99000, size: 0x1000 }}
      ></flash-map>`,
    )}
    ${piece('flash-map: unproved', html`<flash-map .layout=${layout} .contents=${contents} .plan=${plan} .units=${data.allUnproved}></flash-map>`)}
    ${piece('flash-map: 16 MB', html`<flash-map .layout=${data.bigLayout} .contents=${contents} .plan=${plan} .units=${data.unitStates(98)}></flash-map>`)}
    ${piece('board-chooser', html`<board-chooser .boards=${boards}></board-chooser>`)}
    ${piece('board-chooser: no Web Serial', html`<board-chooser .boards=${boards} serial="no-web-serial"></board-chooser>`)}
    ${piece('board-chooser: insecure', html`<board-chooser .boards=${boards} serial="insecure"></board-chooser>`)}
    ${piece('board-panel', html`<board-panel .board=${data.board}></board-panel>`)}
    ${piece('board-panel: problems', html`<board-panel .board=${data.badBoard}></board-panel>`)}
    ${piece('partition-table', html`<partition-table .layout=${layout} .contents=${contents} .plan=${plan}></partition-table>`)}
    ${piece('file-drop: empty', html`<file-drop .primary=${true}></file-drop>`)}
    ${piece('file-drop: files', html`<file-drop .files=${[data.file, data.wrongFile]} .layout=${layout}></file-drop>`)}
    ${(
      [
        surveying,
        refused,
        data.planned,
        asking,
        { ...data.planned, plan: data.emptyPlan, summary: 'Nothing to do.' },
      ] as const
    ).map((work) => piece(`plan-view: ${work.kind}`, html`<plan-view .work=${work} .layout=${layout}></plan-view>`))}
    ${[flashing, { ...flashing, stopping: true }, starting].map((work) =>
      piece(`progress-view: ${work.kind}`, html`<progress-view .work=${work} .layout=${layout}></progress-view>`),
    )}
    ${(['verified', 'unproved', 'nothing-to-do', 'wrong', 'stopped', 'failed'] as const).map((outcome) =>
      piece(
        `result-view: ${outcome}`,
        html`<result-view .work=${data.ended(outcome)} .layout=${layout}></result-view>`,
      ),
    )}
    ${piece('failure-card', html`<failure-card .failure=${data.notTaken}></failure-card>`)}
  </main>`;

const app = apps[query.get('app') ?? ''];
render(
  app === undefined
    ? gallery()
    : html`<sectorwise-app
        .state=${app}
        .boards=${boards}
        speed="Virtual board, 10 times real speed"
      ></sectorwise-app>`,
  document.body,
);
