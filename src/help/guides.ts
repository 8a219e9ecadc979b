/** Documents that the help page shows as they are. */
import extension from '../../docs/extension.md?raw';

/** A document in Markdown; `name` is its fragment on the help page. */
export interface Guide {
  readonly name: string;
  readonly title: string;
  readonly boards: string;
  /** Without its first heading, which is the title. */
  readonly text: string;
}

/** All documents on the help page. */
export const GUIDES: readonly Guide[] = [guide('extension', 'Photon, P1 and Electron', extension)];

function guide(name: string, boards: string, document: string): Guide {
  const [, title = name, text = document] = /^# ([^\n]+)\n+([^]*)$/.exec(document) ?? [];
  return { name, title, boards, text };
}
