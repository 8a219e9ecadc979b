/** What the view of the layout needs of Espressif's tables and of the browser: loaded when the view opens. */
import { readBuildError } from '../esp/fit/build-errors.ts';
import { layoutEditor } from '../esp/partitions/layout-editor.ts';
import type { LayoutTools } from '../flash/layout-editor.ts';

/** The editor of partition tables, and the clipboard. */
export const layoutTools: LayoutTools = {
  editor: layoutEditor,
  readBuildError,
  copy: (text) => navigator.clipboard.writeText(text),
};
