/** What `<file-drop>` shows of a recovery bundle, and asks for to make one. */
import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { KeyView } from '../../src/backups/bundle-desk.ts';
import type { Finding } from '../../src/flash/finding.ts';
import type { ContainerView, FileView } from '../../src/session/state.ts';
import '../bundle-card/bundle-card.ts';
import { sendBundleAsk } from '../shared/events.ts';

/** The card of a bundle; nothing for other containers. */
export function renderBundle({ bundle }: ContainerView, keys: readonly KeyView[]): TemplateResult | typeof nothing {
  return bundle === undefined ? nothing : html`<bundle-card .bundle=${bundle} .keys=${keys}></bundle-card>`;
}

/** The findings of a container without those that the card says itself: who signed it is there. */
export function findingsBeside({ bundle, findings }: ContainerView): readonly Finding[] {
  return bundle === undefined
    ? findings
    : findings.filter(({ kind }) => kind !== 'bundle-signed' && kind !== 'bundle-unsigned');
}

/** Asks for a bundle of the files, named after the first of them. */
export function askForBundle(
  host: HTMLElement,
  files: readonly FileView[],
  containers: readonly ContainerView[],
): void {
  const [first] = files.filter(({ used }) => used);
  const name = containers[0]?.name ?? first?.recognised.brief ?? first?.name ?? '';
  sendBundleAsk(host, { of: 'files', name, rows: [] });
}
