/** Hands the elements of the gallery what only a composition root knows: the editor of partition tables. */
import '../../components/layout-editor/layout-editor.ts';
import { layoutTools } from './layout-tools.ts';

for (const element of document.querySelectorAll('layout-editor')) element.tools = layoutTools;
