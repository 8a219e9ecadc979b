/** What the page needs once a board is chosen: loaded then, so that the start page does not wait for it. */
import '../app-layouts/app-layouts.ts';
import '../board-panel/board-panel.ts';
import '../board-settings/board-settings.ts';
import '../file-drop/file-drop.ts';
import '../flash-compare/flash-compare.ts';
import '../flash-map/flash-map.ts';
import '../image-strip/image-strip.ts';
import '../interrupted-job/interrupted-job.ts';
import '../job-bar/job-bar.ts';
import '../plan-view/plan-view.ts';
import '../progress-view/progress-view.ts';
import '../result-view/result-view.ts';
import '../sector-layout/sector-layout.ts';
import '../unlock-view/unlock-view.ts';
