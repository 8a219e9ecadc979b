/** Every element in every state, from recorded data: `gallery.html`, `?theme=dark` or `?theme=light`, `?app=<state>`. */
import type { TemplateResult } from 'lit';
import { html, render } from 'lit';
import type { Content, Inspection } from '../../src/flash/family.ts';
import type { Layout } from '../../src/flash/layout.ts';
import type { Range } from '../../src/flash/map.ts';
import type { Plan } from '../../src/flash/plan.ts';
import type { Interrupted, UnitStates } from '../../src/session/state.ts';
import type { EditsView } from '../../src/session/contents/chosen-edits.ts';
import type { ContentsView } from '../../src/session/contents/contents-viewer.ts';
import { workerFailure } from '../../src/browser/heartbeat.ts';
import { EMPTY_LIBRARY, type LibraryView } from '../../src/backups/library-view.ts';
import { diagnosed, diagnosedLost } from './fixtures.diagnosis.ts';
import { apps, bars, boards, flashing, outcomes, plans, progresses, unlockings } from './gallery.states.ts';
import { fits } from './fixtures.fits.ts';
import * as data from './fixtures.ts';
import '../backup-library/backup-library.ts';
import '../backup-maker/backup-maker.ts';
import '../board-tools/board-tools.ts';
import '../board-wait/board-wait.ts';
import '../unlock-view/unlock-view.ts';
import '../boot-log/boot-log.ts';
import '../contents-view/contents-view.ts';
import '../layout-editor/layout-editor.ts';
import '../partition-inspector/partition-inspector.ts';
import '../partition-table/partition-table.ts';
import '../diagnosis-view/diagnosis-view.ts';
import '../repair-view/repair-view.ts';
import '../report-sheet/report-sheet.ts';
import '../sectorwise-app/sectorwise-app.board.ts';
import '../sectorwise-app/sectorwise-app.ts';
import '../stuck-worker/stuck-worker.ts';
import '../unfinished-jobs/unfinished-jobs.ts';
import '../virtual-bench/virtual-bench.ts';
import '../bundle-card/bundle-card.ts';
import '../bundle-maker/bundle-maker.ts';
import '../signing-keys/signing-keys.ts';
import { ask, changed, dropped, droppedParts, keys, signed, unsigned } from './fixtures.bundles.ts';

const stuck = workerFailure('worker-stuck', { values: { seconds: 10 } }).facts;

const query = new URLSearchParams(location.search);
const theme = query.get('theme');
if (theme === 'dark' || theme === 'light') document.documentElement.style.colorScheme = theme;

const { layout, contents, plan } = data;

/** The flash map in one state. */
function map(
  name: string,
  more: {
    layout?: Layout;
    plan?: Plan;
    units?: UnitStates;
    highlight?: Range;
    board?: Inspection;
    contents?: readonly Content[];
  } = {},
) {
  return piece(
    `flash-map: ${name}`,
    html`<flash-map
      .layout=${more.layout ?? layout}
      .contents=${more.contents ?? contents}
      .plan=${more.plan ?? null}
      .units=${more.units ?? null}
      .highlight=${more.highlight ?? null}
      .board=${more.board ?? data.board}
    ></flash-map>`,
  );
}

const maps = (): TemplateResult[] => [
  map('no plan'),
  map('planned', { plan }),
  map('flashing', { plan, units: data.unitStates(98) }),
  map('failed, lit up', {
    plan,
    units: data.unitStates(92, 0, [92]),
    highlight: { region: 'flash', address: 0x99000, size: 0x1000 },
  }),
  map('unproved', { plan, units: data.allUnproved }),
  map('16 MB', { layout: data.bigLayout, plan, units: data.unitStates(98) }),
  map('layout changes', { layout: data.largerFiles, plan }),
  map('small regions', { layout: data.stm32.layout, contents: data.stm32.contents, board: data.stm32 }),
];

const [bootloader, , nvs, , app0] = layout.partitions;
const inspectors = [
  ['found', nvs, null, ''],
  ['planned', app0, data.planned, ''],
  ['busy', bootloader, flashing, 'Wait until the job has ended.'],
] as const;

const jobs: readonly (readonly [name: string, job: Interrupted])[] = [
  ['write', data.interrupted],
  ['hardly begun', data.libraries.hardlyBegun],
  ['restore', data.libraries.restoring],
  ['roll back', data.libraries.rollingBack],
  ['refused', data.libraries.refused],
];
const libraries: readonly (readonly [name: string, library: LibraryView, board: Inspection | null])[] = [
  ['many', data.libraries.many, data.board],
  ['disconnected', data.libraries.many, null],
  ['others only', data.libraries.others, data.board],
  ['empty', EMPTY_LIBRARY, null],
  ['not lasting', data.libraries.fleeting, data.board],
  ['busy', data.libraries.busy, data.board],
  ['failing', data.libraries.failing, data.board],
];

const { openedAs, tree } = data.inside;
/** Views of contents, with the edits that are chosen. */
const contentViews: readonly (readonly [string, ContentsView, EditsView['edits']])[] = [
  ['settings', openedAs(data.inside.settings), []],
  ['settings changed', openedAs(data.inside.settings), data.inside.settingEdits],
  ['files', openedAs(tree, { file: { path: '/config.json', data: new TextEncoder().encode('{"a": "<b>"}') } }), []],
  ['files changed', openedAs(tree), data.inside.fileEdits],
  ['explained', openedAs(data.inside.explained), []],
];

function link(what: 'theme' | 'app', value: string): TemplateResult {
  return html`<a href="?${what}=${value}" style="color: inherit">${value}</a> `;
}

const gallery = (): TemplateResult =>
  html`<main style="padding: 0 1rem">
    <h1>Gallery</h1>
    <p>
      ${['light', 'dark'].map((each) => link('theme', each))} · the whole app:
      ${[...Object.keys(apps), 'huge'].map((each) => link('app', each))}
    </p>
    ${maps()}
    ${inspectors.map(([name, partition, work, hold]) =>
      piece(
        `partition-inspector: ${name}`,
        html`<partition-inspector
          .partition=${partition ?? null}
          .layout=${layout}
          .contents=${contents}
          .board=${data.board}
          .work=${work}
          .hold=${hold}
        ></partition-inspector>`,
      ),
    )}
    ${piece('board-chooser', html`<board-chooser .boards=${boards}></board-chooser>`)}
    ${piece(
      'board-chooser: boards met, job unfinished',
      html`<board-chooser
        .boards=${boards}
        .met=${data.libraries.met}
        .library=${{ ...data.libraries.many, unfinished: data.libraries.unfinished }}
        .now=${data.libraries.NOW}
      ></board-chooser>`,
    )}
    ${piece(
      'board-chooser: no Web Serial',
      html`<board-chooser .boards=${boards.slice(0, 2)} serial="missing" usb="missing"></board-chooser>`,
    )}
    ${piece('board-chooser: insecure', html`<board-chooser .boards=${boards.slice(0, 2)} serial="insecure" usb="insecure"></board-chooser>`)}
    ${piece('board-bar', html`<board-bar .state=${apps['idle']}></board-bar>`)}
    ${piece('board-bar: file', html`<board-bar .state=${apps['image-changed']}></board-bar>`)}
    ${piece('flash-compare', html`<flash-compare .compared=${data.compared}></flash-compare>`)}
    ${piece('image-opener', html`<image-opener></image-opener>`)}
    ${piece('image-opener: question', html`<image-opener .question=${data.imageAsked}></image-opener>`)}
    ${piece('image-strip', html`<image-strip .file=${data.imageBoard.identity.file} .changes=${data.imageChanges}></image-strip>`)}
    ${piece('board-bar: lost', html`<board-bar .state=${apps['apart-failed']}></board-bar>`)}
    ${bars.map(([name, work]) =>
      piece(`job-bar: ${name}`, html`<job-bar .work=${work} .files=${[data.file]} .board=${data.board}></job-bar>`),
    )}
    ${piece('board-panel', html`<board-panel .board=${data.board}></board-panel>`)}
    ${piece('board-panel: problems', html`<board-panel .board=${data.badBoard}></board-panel>`)}
    ${piece('board-panel: unfinished', html`<board-panel .board=${data.board} unfinished></board-panel>`)}
    ${piece('board-panel: protected', html`<board-panel .board=${data.lockedBoard}></board-panel>`)}
    ${piece('board-settings', html`<board-settings .settings=${data.lockedBoard.settings} .identity=${data.board.identity}></board-settings>`)}
    ${piece('board-settings: open', html`<board-settings open .settings=${data.lockedBoard.settings} .identity=${data.board.identity}></board-settings>`)}
    ${piece('backup-maker', html`<backup-maker .board=${data.board}></backup-maker>`)}
    ${piece('board-tools', html`<board-tools .board=${data.board}></board-tools>`)}
    ${piece(
      'partition-table',
      html`<partition-table .now=${layout} .layout=${layout} .contents=${contents} .plan=${plan}></partition-table>`,
    )}
    ${piece('file-drop: empty', html`<file-drop .primary=${true}></file-drop>`)}
    ${piece('file-drop: another board', html`<file-drop .again=${'raft-demo-1.5.0.bin'} .primary=${true}></file-drop>`)}
    ${piece('file-drop: slim', html`<file-drop slim></file-drop>`)}
    ${piece('file-drop: files', html`<file-drop .files=${[data.file, data.wrongFile]} .layout=${layout}></file-drop>`)}
    ${piece(
      'file-drop: containers',
      html`<file-drop
        .files=${data.buildParts}
        .containers=${[data.build, data.unreadable]}
        .layout=${layout}
      ></file-drop>`,
    )}
    ${bundlePieces(layout)}
    ${piece('file-drop: sectors', html`<file-drop .files=${[data.splitFile]} .layout=${layout}></file-drop>`)}
    ${piece(
      'sector-picker',
      html`<sector-picker .picking=${data.picking} .picked=${['80a0000']} .file=${5}></sector-picker>`,
    )}
    ${piece('app-layouts', html`<app-layouts open .offers=${data.appLayouts}></app-layouts>`)}
    ${piece('sector-layout', html`<sector-layout .layout=${data.sectors} .offers=${data.appLayouts}></sector-layout>`)}
    ${piece('diagnosis-view', html`<diagnosis-view .board=${diagnosed}></diagnosis-view>`)}
    ${piece('diagnosis-view: table lost', html`<diagnosis-view .board=${diagnosedLost}></diagnosis-view>`)}
    ${piece('repair-view', html`<repair-view .board=${data.damagedBoard} .library=${data.libraries.many}></repair-view>`)}
    ${piece('repair-view: held', html`<repair-view .board=${data.damagedBoard} hold="Wait until the job has ended."></repair-view>`)}
    ${piece('boot-entries', html`<boot-entries .selection=${data.selection}></boot-entries>`)}
    ${plans.map(([name, work]) =>
      piece(`plan-view: ${name}`, html`<plan-view .work=${work} .layout=${layout} .files=${[data.file]}></plan-view>`),
    )}
    ${piece('layout-editor', html`<layout-editor .table=${data.editable}></layout-editor>`)}
    ${piece('layout-editor: make it fit', html`<layout-editor .table=${data.editable} .fits=${fits}></layout-editor>`)}
    ${contentViews.map(([name, contents, edits]) =>
      piece(
        `contents-view: ${name}`,
        html`<contents-view
          .board=${data.board}
          .contents=${contents}
          .edits=${edits.length === 0 ? [] : [{ range: contents.range, edits }]}
          .at=${contents.range}
          .work=${edits.length === 0 ? { kind: 'idle' } : data.planned}
        ></contents-view>`,
      ),
    )}
    ${piece(
      'hex-view',
      html`<hex-view
        .range=${data.inside.nvsRange}
        .bytes=${data.inside.bytes}
        .found=${{ offset: 0x52, size: 4 }}
      ></hex-view>`,
    )}
    ${piece('range-tools', html`<range-tools .board=${data.board}></range-tools>`)}
    ${piece('boot-log', html`<boot-log .text=${data.colouredLog}></boot-log>`)}
    ${progresses.map(([name, work]) =>
      piece(`progress-view: ${name}`, html`<progress-view .work=${work}></progress-view>`),
    )}
    ${outcomes.map((outcome) =>
      piece(`result-view: ${outcome}`, html`<result-view .work=${data.ended(outcome)}></result-view>`),
    )}
    ${jobs.map(([name, job]) =>
      piece(
        `interrupted-job: ${name}`,
        html`<interrupted-job primary .job=${job} .now=${data.libraries.NOW}></interrupted-job>`,
      ),
    )}
    ${piece(
      'backup-library: 360 px',
      html`<backup-library
        style="width: 310px"
        .library=${data.libraries.many}
        .board=${data.board}
        .now=${data.libraries.NOW}
      ></backup-library>`,
    )}
    ${libraries.map(([name, library, board]) =>
      piece(
        `backup-library: ${name}`,
        html`<backup-library .library=${library} .board=${board} .now=${data.libraries.NOW}></backup-library>`,
      ),
    )}
    ${piece('failure-card: no answer', html`<failure-card .failure=${data.notTaken}></failure-card>`)}
    ${piece(
      'failure-card: wrong unit',
      html`<failure-card .failure=${data.wrongUnit} .layout=${layout}></failure-card>`,
    )}
    ${piece('report-sheet: verified', html`<report-sheet .report=${data.ended('verified').report}></report-sheet>`)}
    ${piece('board-wait', html`<board-wait .waiting=${{ choosable: true }}></board-wait>`)}
    ${piece('board-wait: erased', html`<board-wait .waiting=${{ choosable: true, erased: true }}></board-wait>`)}
    ${unlockings.map((state) => piece(`unlock-view: ${state.step}`, html`<unlock-view .unlocking=${state}></unlock-view>`))}
    ${piece('unlock-view: done', html`<unlock-view .outcome=${data.unlocked}></unlock-view>`)}
    ${piece('unfinished-jobs', html`<unfinished-jobs .jobs=${data.libraries.unfinished}></unfinished-jobs>`)}
    ${piece('stuck-worker', html`<stuck-worker .failure=${stuck}></stuck-worker>`)}
    ${piece('virtual-bench', html`<virtual-bench .speed=${10} attached></virtual-bench>`)}
    ${piece('virtual-bench: changed', html`<virtual-bench .speed=${10} attached changed></virtual-bench>`)}
  </main>`;

const wanted = query.get('app') ?? '';
const app = apps[wanted];
if (wanted === 'huge') void import('./gallery.huge.ts');
else if (wanted === 'bundle') render(bundleDialog(), document.body);
else
  render(
    app === undefined
      ? gallery()
      : html`<sectorwise-app .state=${app} .boards=${boards} .library=${data.libraries.many} virtual></sectorwise-app>`,
    document.body,
  );

/** One element in one state; `data-piece` is the name of its screenshot. */
function piece(name: string, content: TemplateResult): TemplateResult {
  return html`<section data-piece=${name} style="display: grid; gap: 0.5rem; margin-block: 1.5rem">
    <h2 style="font: 600 var(--text-label) var(--mono); margin: 0; color: var(--quiet)">${name}</h2>
    <div style="padding: 1rem; background: var(--surface); border: 1px solid var(--line); border-radius: 8px">
      ${content}
    </div>
  </section>`;
}

/** Recovery bundles: dropped, signed by a known and by an unknown key, and the keys. */
function bundlePieces(layout: Layout): readonly TemplateResult[] {
  return [
    piece(
      'file-drop: bundle',
      html`<file-drop
        .files=${droppedParts}
        .containers=${[dropped, changed]}
        .keys=${keys}
        .layout=${layout}
      ></file-drop>`,
    ),
    piece('bundle-card: unsigned', html`<bundle-card .bundle=${unsigned}></bundle-card>`),
    piece('bundle-card: unknown key', html`<bundle-card .bundle=${signed}></bundle-card>`),
    piece('bundle-card: known key', html`<bundle-card .bundle=${signed} .keys=${keys}></bundle-card>`),
    piece('signing-keys', html`<signing-keys .keys=${keys}></signing-keys>`),
  ];
}

/** The dialog, as `?app=bundle`: it hides everything else, so it is no piece among others. */
function bundleDialog(): TemplateResult {
  return html`<bundle-maker .ask=${ask} .keys=${keys}></bundle-maker>`;
}
