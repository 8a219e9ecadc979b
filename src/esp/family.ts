/** Implements the family port for Espressif boards. */
import type { Family } from '../flash/family.ts';
import { bootJudge } from './boot/boot-verdict.ts';
import { chooseEsp } from './board/choose.ts';
import { checkKeptEsp } from './diagnose/kept-bytes.ts';
import { diagnoseEsp } from './diagnose/diagnose.ts';
import type { EspDevice } from './loader/device.ts';
import { checkMixedApps, examineApps } from './boot/examine-apps.ts';
import { arrangeEsp } from './arrange/arrange.ts';
import { fitEspLayouts } from './fit/fit.ts';
import { restoreEsp } from './arrange/restore.ts';
import { identify, recognisedOf } from './arrange/identify.ts';
import { glanceEsp, inspectEsp } from './board/inspect.ts';
import type { EspInspection } from './board/inspection.ts';
import { openEspContents } from './contents/open-partition.ts';
import { rebuildEspContents } from './contents/rebuild.ts';
import { rewriteEspContents } from './contents/rewrite.ts';
import { editEspStored, openEspStored } from './contents/stored.ts';
import { unpackEsp } from './import/unpack.ts';

/** The Espressif family; see `Family` for each operation. */
export const espFamily: Family<EspInspection, EspDevice> = {
  glance: glanceEsp,
  inspect: inspectEsp,
  choose: chooseEsp,
  unpack: unpackEsp,
  examine: examineApps,
  checkMixed: checkMixedApps,
  diagnose: (_device, board, how) => diagnoseEsp(board, how),
  checkKept: checkKeptEsp,
  identify: (file, board) => recognisedOf(identify(file, board)),
  arrange: (request, board) => arrangeEsp(request, board),
  fit: fitEspLayouts,
  openContents: openEspContents,
  openStored: openEspStored,
  editStored: editEspStored,
  rewriteContents: rewriteEspContents,
  rebuildContents: rebuildEspContents,
  restore: restoreEsp,
  bootJudge,
};
